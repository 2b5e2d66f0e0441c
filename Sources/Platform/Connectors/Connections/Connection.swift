public import JSONTree
public import Outbound

/// What a tenant has set up to use a connector: where the service is and how to show who we are.
///
/// It holds no secret.
public struct Connection: Sendable, Hashable {
    /// Where the service is.
    public enum Home: String, Sendable, Hashable {
        /// Behind the network.
        case network
        /// It is this server itself, called in the process with the workflow's identity.
        case tocsin
    }

    /// Whose it is.
    public var tenant: String
    /// Its name, the last part of a playbook's `connectionId`; matched without regard to case.
    public var name: String
    /// The connector's name.
    public var connector: String
    /// The connector's parameters that are no secrets.
    public var parameters: [String: JSON]
    /// The names of the parameters whose values are secrets.
    public var secretNames: Set<String>
    /// The address in place of the definition's scheme, host and base path; nil leaves it to the definition.
    public var baseURL: String?
    /// The networks besides the public internet that its calls may reach, as `10.0.0.0/8`.
    public var networks: [String]
    /// Where the service is.
    public var home: Home
    /// The set of parameters that it gives, where the connector has several; nil: the first whose parameters it has.
    public var parameterSet: String?
    /// The proxy of its calls in place of the server's, and the authorities that it trusts besides the system's.
    public var way = Way()
    /// How many calls it may make, and when it leaves a failing service alone; nil: as the connector says, or not at all.
    public var traffic = TrafficSettings()
    /// A way to authenticate in place of the connector's, such as
    /// `{"type": "ClientCredentials", "tokenUrl": …, "clientId": …, "scope": …}`; its secret is `clientSecret`.
    public var authentication: JSON?

    /// Makes a connection.
    public init(
        tenant: String,
        name: String,
        connector: String,
        parameters: [String: JSON] = [:],
        secretNames: Set<String> = [],
        baseURL: String? = nil,
        networks: [String] = [],
        home: Home = .network,
        authentication: JSON? = nil
    ) {
        self.tenant = tenant
        self.name = name
        self.connector = connector
        self.parameters = parameters
        self.secretNames = secretNames
        self.baseURL = baseURL
        self.networks = networks
        self.home = home
        self.authentication = authentication
    }

    /// The networks as a policy.
    ///
    /// - Throws: ``ConnectorError`` with `.incompleteConnection` when one cannot be read.
    public func networkPolicy() throws -> NetworkPolicy {
        NetworkPolicy(
            allowing: try networks.map { text in
                guard let network = Network(text) else {
                    throw ConnectorError(
                        .incompleteConnection,
                        "The connection '\(name)' allows '\(text)', which is no network such as 10.0.0.0/8."
                    )
                }
                return network
            }
        )
    }
}

extension Connection {
    /// The connection as JSON, for the store and for people.
    public var json: JSON {
        var object: JSONObject = [
            "name": .string(name), "connector": .string(connector), "home": .string(home.rawValue),
            "networks": .array(networks.map(JSON.string)),
            "secretNames": .array(secretNames.sorted().map(JSON.string)),
        ]
        var parameters = JSONObject()
        for (name, value) in self.parameters.sorted(by: { $0.key < $1.key }) { parameters[name] = value }
        object["parameters"] = .object(parameters)
        object["baseUrl"] = baseURL.map(JSON.string)
        object["parameterSet"] = parameterSet.map(JSON.string)
        way.write(to: &object)
        traffic.write(to: &object)
        object["authentication"] = authentication
        return .object(object)
    }

    /// Reads a connection.
    ///
    /// - Throws: ``ConnectorError`` with `.incompleteConnection` that names the member that is missing or wrong.
    public init(_ json: JSON, tenant: String) throws {
        guard let name = json["name"]?.stringValue, let connector = json["connector"]?.stringValue, !name.isEmpty else {
            throw ConnectorError(.incompleteConnection, "A connection needs the members 'name' and 'connector'.")
        }
        let home = json["home"]?.stringValue ?? "network"
        guard let home = Home(rawValue: home) else {
            throw ConnectorError(.incompleteConnection, "The home '\(home)' of '\(name)' is not network or tocsin.")
        }
        var parameters: [String: JSON] = [:]
        for (name, value) in json["parameters"]?.objectValue ?? JSONObject() { parameters[name] = value }
        self.init(
            tenant: tenant,
            name: name,
            connector: connector,
            parameters: parameters,
            secretNames: Set((json["secretNames"]?.arrayValue ?? []).compactMap(\.stringValue)),
            baseURL: json["baseUrl"]?.stringValue,
            networks: (json["networks"]?.arrayValue ?? []).compactMap(\.stringValue),
            home: home,
            authentication: json["authentication"]?.nonNull
        )
        parameterSet = json["parameterSet"]?.stringValue
        way = try Way(json, connection: name)
        traffic = try TrafficSettings(json, connection: name)
    }
}
