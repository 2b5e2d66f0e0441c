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
    /// The operations by their ids as the adapter writes them.
    private(set) var operations: [String: OperationAdapter]
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
            operations[name] = operation
        }
        self.operations = operations
    }

    /// Puts the entries under the ids that the definition has for them: the same, or the only one that differs by case.
    ///
    /// - Throws: ``ConnectorError`` with `.invalidDefinition` for an entry that belongs to no operation, or may belong to several.
    mutating func settle(in index: OperationIndex, connector: String) throws {
        var settled: [String: OperationAdapter] = [:]
        for (name, operation) in operations {
            let named = index.operation(id: name).map(\.id)
            let all = index.operations(id: named ?? name)
            guard let id = named ?? all.first?.id else {
                throw ConnectorError(
                    .invalidDefinition,
                    "The adapter of the connector '\(connector)' names the operation '\(name)', which its definition does not have."
                )
            }
            guard all.count == 1, settled[id] == nil else {
                throw ConnectorError(
                    .invalidDefinition,
                    "The adapter of the connector '\(connector)' names the operation '\(name)', which may be one of several: "
                        + "\(all.map { "'\($0.id)' (\($0.place))" }.joined(separator: ", ")). Write its id as the definition does, each once."
                )
            }
            settled[id] = operation
        }
        operations = settled
    }
}
