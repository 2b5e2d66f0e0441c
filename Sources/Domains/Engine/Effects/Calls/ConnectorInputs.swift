import Connectors
import JSONTree
import Outbound
import Playbooks

/// Reads the inputs of actions and triggers that call a connector.
enum ConnectorInputs {
    /// The call that the inputs describe.
    ///
    /// `authentication` of the inputs, which cloud flows carry, says nothing here: the connection has its own.
    static func call(
        _ inputs: JSON,
        _ site: CallSite,
        networks: NetworkPolicy,
        timeout: Duration
    ) throws(CallFailure) -> ConnectorCall {
        guard let connection = connection(inputs, site), !connection.isEmpty else {
            throw .refused(
                "InvalidTemplate",
                "The inputs of '\(site.name)' name no connection in 'host.connection.name'."
            )
        }
        var call = ConnectorCall(
            tenant: site.program.identity.tenant,
            connection: connection,
            connector: connector(inputs, site),
            method: "GET",
            path: "/",
            queries: pairs(inputs[ignoringCase: "queries"]),
            headers: pairs(inputs[ignoringCase: "headers"]),
            body: inputs[ignoringCase: "body"].flatMap(\.nonNull),
            executionKey: site.executionKey,
            timeout: timeout,
            networks: networks,
            tag: site.tag
        )
        call.callback = CallbackMember.address(in: inputs)
        guard operation(inputs) == nil else { return call }
        // The inputs of webhooks name no method: subscriptions are made by POST.
        let method = inputs[ignoringCase: "method"]?.stringValue ?? (site.isWebhook ? "POST" : "")
        guard !method.isEmpty else {
            throw .refused("InvalidTemplate", "Required property 'method' expects a value but got null. Path ''.")
        }
        guard let path = inputs[ignoringCase: "path"]?.stringValue else {
            throw .refused("InvalidTemplate", "The property 'path' of '\(site.name)' must be of type String.")
        }
        call.method = method
        call.path = path
        return call
    }

    /// Operation and parameters, where the inputs name the operation itself, as `OpenApiConnection` and `ServiceProvider` do.
    static func operation(_ inputs: JSON) -> (id: String, parameters: JSON)? {
        let host = inputs[ignoringCase: "host"] ?? inputs[ignoringCase: "serviceProviderConfiguration"]
        guard let id = host?[ignoringCase: "operationId"]?.stringValue else { return nil }
        return (id, inputs[ignoringCase: "parameters"].flatMap(\.nonNull) ?? .object(JSONObject()))
    }

    /// The connection's name: the last part of the id that the inputs give, or the name by which they refer to it.
    private static func connection(_ inputs: JSON, _ site: CallSite) -> String? {
        let host = inputs[ignoringCase: "host"]
        let connection = host?[ignoringCase: "connection"]
        let name =
            connection?[ignoringCase: "name"]?.stringValue ?? connection?[ignoringCase: "referenceName"]?.stringValue
            ?? host?[ignoringCase: "connectionName"]?.stringValue ?? site.connection?.key
        return name.map(lastPart)
    }

    private static func connector(_ inputs: JSON, _ site: CallSite) -> String? {
        if let api = inputs[ignoringCase: "host"]?[ignoringCase: "apiId"]?.stringValue ?? site.connection?.api {
            return ConnectorName.of(id: api)
        }
        guard let key = site.connection?.key,
            let all = site.program.definition.parameter(named: "$connections")?.value
        else { return nil }
        return all[ignoringCase: key]?[ignoringCase: "id"]?.stringValue.map(ConnectorName.of(id:))
    }

    private static func lastPart(_ id: String) -> String {
        id.split(separator: "/").last.map(String.init) ?? id
    }

    private static func pairs(_ json: JSON?) -> [(name: String, value: JSON)] {
        (json?.objectValue ?? JSONObject()).map { (name: $0.name, value: $0.value) }
    }
}
