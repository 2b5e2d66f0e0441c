import Engine
import JSONTree
import Moments
import Playbooks

/// The HTTP attempts of an action: those before the last from its retry history, and the last from its record.
enum RequestHistoryForm {
    /// The attempts in order; empty for actions that do not call out, or were never reached.
    static func attempts(_ entry: HistoryEntry, _ node: ActionNode?, id: (String) -> String) -> [JSON] {
        guard node?.type.callsOut ?? false, entry.status != .skipped else { return [] }
        let request = (node?.hidesInputs ?? true) ? nil : entry.inputs.map(request)
        var attempts = entry.retryHistory.map { attempt in
            var properties = JSONObject()
            for name in ["startTime", "endTime", "code", "clientRequestId", "serviceRequestId", "error"] {
                if let value = attempt[name] { properties[name] = value }
            }
            if let request { properties["request"] = request }
            return properties
        }
        var last = JSONObject()
        last["startTime"] = attempts.last?["endTime"] ?? .string(entry.start.iso8601)
        if let end = entry.end { last["endTime"] = .string(end.iso8601) }
        if let request { last["request"] = request }
        if !(node?.hidesOutputs ?? true), let response = entry.outputs.flatMap(response) { last["response"] = response }
        attempts.append(last)
        return attempts.enumerated().map { index, properties in
            let name = HistoryEntry.repetitionName([index])
            return [
                "properties": .object(properties), "id": .string(id(name)), "name": .string(name),
                "type": .string(ResourceTypes.requestHistory),
            ]
        }
    }

    private static func request(_ inputs: JSON) -> JSON {
        var request = JSONObject()
        let source = inputs[ignoringCase: "subscribe"] ?? inputs
        for name in ["method", "uri", "path", "headers"] {
            if let value = source[ignoringCase: name] { request[name] = value }
        }
        return .object(request)
    }

    private static func response(_ outputs: JSON) -> JSON? {
        guard let status = outputs[ignoringCase: "statusCode"] else { return nil }
        var response: JSONObject = ["statusCode": status]
        if let headers = outputs[ignoringCase: "headers"] { response["headers"] = headers }
        return .object(response)
    }
}
