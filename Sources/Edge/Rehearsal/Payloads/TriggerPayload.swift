import Connectors
import JSONSchema
import JSONTree
import Moments
import Playbooks

/// Makes what a trigger hands over when no payload is given.
struct TriggerPayload {
    let definition: Definition
    let now: Timestamp
    /// Gives the connector of a connection.
    let connector: (String) -> ConnectorDefinition?

    /// The payload as ``RehearsedRun/fire(trigger:payload:)`` takes it; nil for triggers that hand over nothing.
    func make(_ trigger: TriggerNode) -> JSON? {
        switch trigger.type {
        case .recurrence: return nil
        case .slidingWindow:
            return [
                "body": ["windowStartTime": .string((now - .hours(1)).iso8601), "windowEndTime": .string(now.iso8601)]
            ]
        case .batch:
            let content = parsed ?? ["title": "Sample"]
            return [
                "body": [
                    "batchName": .string(batchName(trigger)), "partitionName": "DEFAULT",
                    "items": [
                        ["content": content, "messageId": "0b7c9d2e-1f3a-4c5d-8e6f-000000000001"],
                        ["content": content, "messageId": "0b7c9d2e-1f3a-4c5d-8e6f-000000000002"],
                    ],
                ]
            ]
        case .request: return ["body": trigger.schema.map { sample($0) { $0 } } ?? parsed ?? .object(JSONObject())]
        default:
            let body = connected(trigger) ?? parsed ?? trigger.schema.map { sample($0) { $0 } }
            return body.map { ["headers": [:], "body": $0] }
        }
    }

    private func connected(_ trigger: TriggerNode) -> JSON? {
        guard let key = trigger.connection?.key, let connector = connector(key) else { return nil }
        let path = trigger.rawInputs?[ignoringCase: "path"]?.stringValue ?? ""
        if connector.name == "azuresentinel", let body = sentinel(path) { return body }
        guard let operation = operation(trigger, connector, path) else { return nil }
        guard let schema = operation.notificationSchema ?? operation.answerSchema else { return nil }
        return sample(schema, connector.resolved)
    }

    private func sentinel(_ path: String) -> JSON? {
        let payloads = SentinelPayloads(now: now)
        let lower = path.lowercased()
        if lower.hasPrefix("/incident") { return payloads.incident }
        if lower.hasPrefix("/entity") {
            let kinds = ["Account", "Host", "URL", "FileHash", "DNSResolution", "IP"]
            return payloads.entity(
                kinds.first { lower.contains("/\($0.lowercased())") || path.contains("'\($0)'") } ?? "IP"
            )
        }
        return lower.hasPrefix("/subscribe") ? payloads.alert : nil
    }

    private func operation(
        _ trigger: TriggerNode,
        _ connector: ConnectorDefinition,
        _ path: String
    )
        -> OperationDescription?
    {
        let host = trigger.rawInputs?[ignoringCase: "host"]
        if let id = host?[ignoringCase: "operationId"]?.stringValue { return connector.operation(id: id) }
        let given = trigger.rawInputs?[ignoringCase: "method"]?.stringValue
        let methods = given.map { [$0] } ?? ["POST", "GET", "PUT"]
        let filled = Self.filled(path)
        return methods.lazy.compactMap { connector.operation(method: $0, path: filled) }.first
    }

    /// The path with a value in the place of each expression.
    private static func filled(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        while let open = rest.firstRange(of: "@{") {
            result += rest[..<open.lowerBound] + "x"
            rest = rest[open.upperBound...]
            guard let close = rest.firstIndex(of: "}") else { break }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// By the schema with which the playbook parses what it got.
    private var parsed: JSON? {
        ParsedShapes(definition).trigger.map { sample($0) { $0 } }
    }

    private func batchName(_ trigger: TriggerNode) -> String {
        trigger.rawInputs?[ignoringCase: "configurations"]?.objectValue?.names.first ?? "batch"
    }

    private func sample(_ schema: JSON, _ resolve: @escaping (JSON) -> JSON) -> JSON {
        let now = now
        var maker = SampleValue(seed: "trigger", instant: { (now - .seconds($0)).iso8601 }, resolve: resolve)
        maker.isRequest = true
        return maker.value(of: schema, name: "body")
    }
}
