import Connectors
import JSONSchema
import JSONTree
import Moments
import Playbooks

/// Makes what a trigger hands over when no payload is given.
struct TriggerPayload {
    let definition: Definition
    let now: Timestamp
    /// What the playbook expects of the trigger's outputs.
    let expected: ExpectedShape
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
        case .batch: return ["body": filled(batch(trigger), ["properties": ["batchName": [:], "partitionName": [:]]])]
        case .request: return request(trigger)
        default:
            let headers = part("headers") ?? .object(JSONObject())
            if let (body, schema, resolve) = connected(trigger) {
                return ["headers": headers, "body": filled(body, schema, resolve)]
            }
            let body = trigger.schema.map { sample($0) { $0 } }
            guard body != nil || expected.member("body")?.isTold == true || expected.member("headers") != nil else {
                return nil
            }
            return ["headers": headers, "body": filled(body, trigger.schema)]
        }
    }

    /// The body as the playbook expects it, under what is known of it.
    private func filled(_ body: JSON?, _ schema: JSON?, _ resolve: @escaping (JSON) -> JSON = { $0 }) -> JSON {
        guard let shape = expected.member("body") else { return body ?? .object(JSONObject()) }
        var value = ShapedValue(seed: "trigger", now: now, resolve: resolve)
        return value.value(body, shape, schema: schema, name: "body")
    }

    /// A call with the body of its schema, and with the queries and headers that are read.
    private func request(_ trigger: TriggerNode) -> JSON {
        let body = trigger.schema.map { sample($0) { $0 } }
        var outputs: JSONObject = ["body": filled(body, trigger.schema)]
        for name in ["queries", "headers", "relativePathParameters"] { outputs[name] = part(name) }
        return .object(outputs)
    }

    /// A part of the outputs beside the body; nil when nothing is read of it.
    private func part(_ name: String) -> JSON? {
        guard let shape = expected.member(name), !shape.members.isEmpty else { return nil }
        var value = ShapedValue(seed: name, now: now)
        return value.value(nil, shape, schema: nil, name: name)
    }

    private func batch(_ trigger: TriggerNode) -> JSON {
        let name = trigger.rawInputs?[ignoringCase: "configurations"]?.objectValue?.names.first ?? "batch"
        let isRead = expected.member("body")?.member("items")?.item?.member("content")?.isTold == true
        let items = (1...2).map { number -> JSON in
            var item: JSONObject = ["messageId": .string("0b7c9d2e-1f3a-4c5d-8e6f-00000000000\(number)")]
            if !isRead { item["content"] = ["title": "Sample"] }
            return .object(item)
        }
        return ["batchName": .string(name), "partitionName": "DEFAULT", "items": .array(items)]
    }

    private func connected(_ trigger: TriggerNode) -> (body: JSON, schema: JSON, resolve: (JSON) -> JSON)? {
        guard let key = trigger.connection?.key, let connector = connector(key) else { return nil }
        let path = trigger.callInputs?[ignoringCase: "path"]?.stringValue ?? ""
        if connector.name == "azuresentinel", let body = sentinel(path) { return (body, Self.outline(body), { $0 }) }
        guard let operation = CalledOperation.find(trigger.callInputs, key, self.connector)?.operation,
            let schema = operation.notificationSchema ?? operation.answerSchema
        else { return nil }
        return (sample(schema, connector.resolved), schema, connector.resolved)
    }

    /// Which members a value has: it has no others.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - isFixed: Whether plain values must stay as they are.
    ///   - depth: How deep it lies.
    /// - Returns: The schema.
    static func outline(_ value: JSON, isFixed: Bool = false, _ depth: Int = 0) -> JSON {
        guard depth < 12 else { return [:] }
        switch value {
        case .object(let object):
            return ["properties": .object(object.mapValues { outline($0, isFixed: isFixed, depth + 1) })]
        case .array(let items):
            var members = JSONObject()
            for item in items {
                for (name, inner) in outline(item, isFixed: isFixed, depth + 1)["properties"]?.objectValue
                    ?? JSONObject()
                {
                    members[name] = inner
                }
            }
            return members.isEmpty ? [:] : ["items": ["properties": .object(members)]]
        case .null: return [:]
        default: return isFixed ? ["type": "any", "const": value] : [:]
        }
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

    private func sample(_ schema: JSON, _ resolve: @escaping (JSON) -> JSON) -> JSON {
        let now = now
        var maker = SampleValue(seed: "trigger", instant: { (now - .seconds($0)).iso8601 }, resolve: resolve)
        maker.isRequest = true
        return maker.value(of: schema, name: "body")
    }
}
