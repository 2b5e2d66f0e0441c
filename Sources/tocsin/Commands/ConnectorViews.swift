import Connectors
import JSONTree
import Outbound

extension ConnectorRegistry {
    /// A registry for commands that look at definitions and call nobody.
    static func idle(folders: [String]) -> ConnectorRegistry {
        ConnectorRegistry(folders: folders, connections: FixedConnections([]), transport: NoCalls())
    }

    private struct NoCalls: Transport {
        func send(_ request: OutboundRequest) async throws -> OutboundResponse {
            throw OutboundError(code: .connectionFailed, message: "Nothing is called here.", certainlyNotSent: true)
        }
    }
}

/// One line of `tocsin connectors list`.
struct ConnectorRow {
    let cells: [String]
    let json: JSON

    init(_ definition: ConnectorDefinition) {
        let triggers = definition.operations.count { $0.trigger != nil }
        let home = definition.isOwn ? "tocsin" : "network"
        cells = [
            definition.name, definition.title, String(definition.operations.count - triggers), String(triggers), home,
        ]
        json = [
            "name": .string(definition.name), "title": .string(definition.title),
            "operations": .integer(Int64(definition.operations.count - triggers)),
            "triggers": .integer(Int64(triggers)),
            "home": .string(home),
        ]
    }

    /// A connector that does not load.
    init(broken name: String) {
        cells = [name, "(does not load)", "", "", ""]
        json = ["name": .string(name), "loads": false]
    }
}

/// What `tocsin connectors show` says of a connector.
struct ConnectorView {
    private let definition: ConnectorDefinition

    init(_ definition: ConnectorDefinition) { self.definition = definition }

    var text: String {
        var lines = ["\(definition.name): \(definition.title)"]
        if let summary = definition.summary { lines.append(summary) }
        lines.append("")
        lines.append(
            "Address: \(definition.isOwn ? "this server itself" : definition.baseURL ?? "given by the connection")"
        )
        if definition.connectionParameters.isEmpty {
            lines.append("Connections need no parameters.")
        } else {
            var table = TextTable(["PARAMETER", "TYPE", "NEEDED", "MEANING"])
            for parameter in definition.connectionParameters {
                table.add([
                    parameter.name, parameter.type, parameter.isRequired ? "yes" : "no",
                    parameter.displayName ?? parameter.details ?? "",
                ])
            }
            lines += ["", table.text]
        }
        var table = TextTable(["OPERATION", "METHOD", "PATH", "KIND", "EFFECT", "LOST ANSWERS"])
        for operation in definition.operations {
            table.add([
                operation.id, operation.method, operation.path.text, kind(operation),
                definition.effect(of: operation).rawValue, definition.idempotency(of: operation).words,
            ])
        }
        lines += ["", table.text]
        for operation in definition.operations {
            if let reason = definition.refusal(of: operation) { lines.append("Calls are refused: \(reason).") }
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        var object: JSONObject = [
            "name": .string(definition.name), "title": .string(definition.title),
            "home": .string(definition.isOwn ? "tocsin" : "network"),
        ]
        object["description"] = definition.summary.map(JSON.string)
        object["address"] = definition.baseURL.map(JSON.string)
        object["parameters"] = .array(
            definition.connectionParameters.map { parameter in
                var item: JSONObject = [
                    "name": .string(parameter.name), "type": .string(parameter.type),
                    "required": .bool(parameter.isRequired),
                ]
                item["title"] = parameter.displayName.map(JSON.string)
                item["description"] = parameter.details.map(JSON.string)
                item["default"] = parameter.defaultValue
                return .object(item)
            }
        )
        object["operations"] = .array(definition.operations.map(json))
        return .object(object)
    }

    private func json(_ operation: OperationDescription) -> JSON {
        var item: JSONObject = [
            "operationId": .string(operation.id), "method": .string(operation.method),
            "path": .string(operation.path.text), "kind": .string(kind(operation)),
            "effect": .string(definition.effect(of: operation).rawValue),
            "idempotency": .string(definition.idempotency(of: operation).words),
        ]
        item["summary"] = operation.summary.map(JSON.string)
        item["refused"] = definition.refusal(of: operation).map(JSON.string)
        item["parameters"] = .array(
            operation.parameters.filter { !$0.isInternal }.map { parameter in
                [
                    "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
                    "type": .string(parameter.type), "required": .bool(parameter.isRequired),
                ]
            }
        )
        return .object(item)
    }

    private func kind(_ operation: OperationDescription) -> String { operation.trigger == nil ? "action" : "trigger" }
}

extension Idempotency {
    /// How a lost answer is settled, in words.
    var words: String {
        switch self {
        case .safe: "safe to repeat"
        case .header(let name): "key in \(name)"
        case .lookup: "looked up"
        case .none: "unknown until decided"
        }
    }
}
