import Expressions
import JSONTree

/// `adapter.json`: what the public definition of a connector does not say.
struct ConnectorAdapter: Sendable {
    /// Whether this server can be the service behind a connector.
    enum Own: String, Sendable {
        /// It can: its surface is there.
        case served
        /// It will: its surface is not built yet.
        case planned
    }

    /// A further host of the vendor.
    struct Host: Sendable {
        var url: AdapterTemplate
        var authentication: JSON?
    }

    /// Whether the service is this server itself, unless a connection says otherwise.
    let isOwn: Bool
    /// Whether this server can be the service; nil where it never will be.
    let own: Own?
    /// The protocol in place of HTTP: `smtp`, `ldap`, `sql`, `filesystem`; nil for HTTP.
    let service: String?
    /// How many calls the service takes.
    let limits: AdapterLimits
    /// How connections show who they are; nil leaves it to the definition.
    let authentication: JSON?
    /// The hosts by their names.
    let hosts: [String: Host]
    /// The operations by their ids in small letters.
    let operations: [String: OperationAdapter]
    /// The whole document, for what other parts read of it.
    let json: JSON?

    private static let members: Set<String> = [
        "home", "own", "service", "hosts", "authentication", "operations", "limits", "summary",
    ]

    init(_ json: JSON?, connector: String) throws {
        self.json = json
        let reader = AdapterReader(place: "the adapter of '\(connector)'")
        if let json { try reader.only(Self.members, in: json, "it") }
        switch json?["home"]?.stringValue?.lowercased() {
        case nil, "network": isOwn = false
        case "tocsin": isOwn = true
        default: throw reader.error("'home' must be network or tocsin.")
        }
        if let word = json?["own"] {
            guard let value = word.stringValue.flatMap(Own.init) else {
                throw reader.error("'own' must be served or planned.")
            }
            own = value
        } else {
            own = isOwn ? .served : nil
        }
        service = json?["service"]?.stringValue?.lowercased()
        limits = try AdapterLimits(json?["limits"], connector: connector)
        authentication = json?["authentication"]
        if let wrong = AuthenticationRules(authentication).unknownType {
            throw reader.error(
                "the authentication type '\(wrong)' is not one of \(CredentialReader.types.joined(separator: ", "))."
            )
        }
        try AuthenticationRules(authentication).check(reader)
        var hosts: [String: Host] = [:]
        for (name, value) in json?["hosts"]?.objectValue ?? JSONObject() {
            let url = value.objectValue == nil ? value : value["url"]
            hosts[name] = Host(
                url: try reader.template(url, "hosts/\(name)"),
                authentication: value["authentication"]
            )
            try AuthenticationRules(value["authentication"]).check(reader)
        }
        self.hosts = hosts
        var operations: [String: OperationAdapter] = [:]
        for (name, value) in json?["operations"]?.objectValue ?? JSONObject() {
            let operation = try OperationAdapter(value, operation: name, connector: connector)
            for host in operation.hosts where hosts[host] == nil {
                throw reader.error("the operation '\(name)' names the host '\(host)', which 'hosts' does not have.")
            }
            operations[name.lowercased()] = operation
        }
        self.operations = operations
    }
}
