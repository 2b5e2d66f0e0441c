import Connectors
import JSONTree
import Playbooks
import Secrets

/// The connections of a rehearsal: one for each that the playbook names, made by itself, with a marker for every secret.
struct RehearsedConnections: ConnectionSource {
    /// What stands in the place of secrets.
    static let marker = "rehearsal"

    private let connections: [String: Connection]

    init(_ connectors: [String: String], _ given: [String: JSONObject], _ definition: (String) -> ConnectorDefinition?)
    {
        var connections: [String: Connection] = [:]
        for (name, connector) in connectors {
            connections[name.lowercased()] = Self.connection(
                name,
                connector,
                given[name] ?? JSONObject(),
                definition(connector)
            )
        }
        self.connections = connections
    }

    func connection(_ name: String, tenant: String) async throws -> Connection? { connections[name.lowercased()] }

    func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue? {
        SecretValue(Self.marker)
    }

    private static func connection(
        _ name: String,
        _ connector: String,
        _ given: JSONObject,
        _ definition: ConnectorDefinition?
    ) -> Connection {
        var parameters: [String: JSON] = [:]
        for parameter in definition?.connectionParameters ?? [] {
            if parameter.isSecret {
                parameters[parameter.name] = .string(marker)
            } else if let value = given.member(ignoringCase: parameter.name)?.value, isKnown(value) {
                parameters[parameter.name] = value
            } else if parameter.isRequired || places.contains(parameter.name.lowercased()) {
                parameters[parameter.name] = .string(value(parameter.name, connector, definition?.baseURL))
            }
        }
        return Connection(
            tenant: RehearsedRun.tenant,
            name: name,
            connector: connector,
            parameters: parameters,
            baseURL: definition != nil && definition?.baseURL == nil ? "https://\(connector).example" : nil,
            authentication: ["type": "None"]
        )
    }

    private static func isKnown(_ value: JSON) -> Bool {
        guard let text = value.stringValue else { return !value.isNull }
        return !text.isEmpty && !text.contains("placeholder-") && !text.contains("<unresolved")
    }

    /// Parameters that say where the service is, so that an address can be made of them even where they may be left out.
    private static let places: Set<String> = [
        "server", "serveraddress", "url", "hecurl", "cloud", "instance", "hostname", "host", "domain", "jirainstance",
        "baseurl", "site", "storageaccount", "accountname", "namespacename", "vaultname", "subdomain", "workspaceid",
    ]

    private static func value(_ name: String, _ connector: String, _ baseURL: String?) -> String {
        let host = baseURL?.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        switch name.lowercased() {
        case "domain", "subdomain": return host.contains(".") && name.lowercased() == "domain" ? host : "contoso"
        case "vaultname": return "contoso-vault"
        case "storageaccount", "accountname": return "contosostorage"
        case "namespacename": return "contoso-bus"
        case "workspaceid": return "11111111-2222-3333-4444-555555555555"
        case "region": return "us-east-1"
        case "organization": return "201"
        case "hecurl": return "https://\(connector).example:8088"
        case "email", "username", "mailbox", "user": return "playbooks@contoso.example"
        case let place where places.contains(place): return host.contains(".") ? host : "\(connector).example"
        default: return "contoso"
        }
    }
}

/// Which connector each connection of a workflow has.
struct ConnectionNames {
    /// The connectors by the names of connections.
    private(set) var connectors: [String: String] = [:]
    /// The values that the file itself gives to connections, by their names.
    private(set) var given: [String: JSONObject] = [:]
    /// The parameters of the workflow, with a `$connections` in which each connection has a name of its own.
    private(set) var parameters: JSONObject

    private let installed: (String) -> String?

    /// Finds the connectors.
    ///
    /// - Parameters:
    ///   - workflow: The workflow.
    ///   - connections: The connections of its file.
    ///   - installed: The name of the installed connector that has this one or stands for it.
    init(_ workflow: LoadedWorkflow, _ connections: [LoadedConnection], installed: @escaping (String) -> String?) {
        self.installed = installed
        parameters = workflow.parameters
        let declared = workflow.definition[ignoringCase: "parameters"]?[ignoringCase: "$connections"]
        let written =
            parameters.member(ignoringCase: "$connections")?.value[ignoringCase: "value"]
            ?? declared?[ignoringCase: "defaultValue"]
        var entries = written?.objectValue ?? JSONObject()
        for reference in Self.references(workflow.definition) {
            switch reference.style {
            case .managed:
                if entries.member(ignoringCase: reference.key) == nil { entries[reference.key] = .object(JSONObject()) }
            case .reference, .serviceProvider, .identifier:
                let name = Self.lastPart(reference.key)
                connectors[name] = connector(of: name, api: reference.api ?? connections.connector(of: reference.key))
            }
        }
        var named = JSONObject()
        for (key, entry) in entries {
            let api = entry[ignoringCase: "id"]?.stringValue ?? connections.connector(of: key)
            connectors[key] = connector(of: key, api: api)
            let old = Self.lastPart(entry[ignoringCase: "connectionId"]?.stringValue ?? "")
            given[key] = connections.first { $0.name.isSame(ignoringCase: old) }?.parameterValues
            named[key] = .object(Self.entry(key, entry.objectValue ?? JSONObject(), connectors[key] ?? key))
        }
        guard declared != nil, !named.isEmpty else { return }
        let name = parameters.member(ignoringCase: "$connections")?.name ?? "$connections"
        parameters[name] = ["value": .object(named)]
    }

    /// The connector of a connection by its key; the key itself when it is not known.
    func connector(of key: String) -> String {
        let name = Self.lastPart(key)
        return connectors.first { $0.key.isSame(ignoringCase: key) }?.value
            ?? connectors.first { $0.key.isSame(ignoringCase: name) }?.value ?? key
    }

    /// An entry whose connection bears the key's name, so that no two are the same.
    private static func entry(_ key: String, _ entry: JSONObject, _ connector: String) -> JSONObject {
        var result = entry
        let scope = "/subscriptions/local/resourceGroups/local/providers/Microsoft.Web"
        for name in ["connectionId", "connectionName", "id"] {
            if let member = result.member(ignoringCase: name), member.name != name { _ = result.remove(member.name) }
        }
        result["connectionId"] = .string("\(scope)/connections/\(key)")
        result["connectionName"] = .string(key)
        result["id"] = .string("/subscriptions/local/providers/Microsoft.Web/locations/local/managedApis/\(connector)")
        return result
    }

    /// The connector: by the id of the API, else by the name.
    private func connector(of name: String, api: String?) -> String {
        let candidates = ConnectorName.candidates(key: name, api: api)
        return candidates.lazy.compactMap(installed).first ?? candidates.first ?? name.lowercased()
    }

    private static func lastPart(_ id: String) -> String { id.split(separator: "/").last.map(String.init) ?? id }

    private static func references(_ definition: JSON) -> [ConnectionReference] {
        guard
            let compiled = Definition.compile(
                definition,
                options: CompileOptions(refusesMissingParameters: false, now: nil)
            ).definition
        else { return [] }
        return compiled.triggers.compactMap(\.connection) + compiled.actions.compactMap(\.connection)
    }
}
