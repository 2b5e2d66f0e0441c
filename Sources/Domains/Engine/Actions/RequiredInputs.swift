import JSONTree
import Playbooks
import Signals

/// What actions that call out cannot do without.
enum RequiredInputs {
    /// The required property that is missing or null; nil when all are there.
    static func missing(_ node: ActionNode, _ inputs: JSON) -> String? {
        let required: [[String]] =
            switch node.type {
            case .http: [["method"], ["uri"]]
            case .apiConnection, .apiConnectionWebhook: [["host"], ["path"]]
            case .httpWebhook: [["subscribe"], ["subscribe", "uri"], ["subscribe", "method"]]
            case .workflow: [["host", "workflow", "id"]]
            case .function: [["function", "id"]]
            case .sendToBatch: [["batchName"], ["host", "workflow", "id"]]
            case .javaScriptCode: [["code"]]
            default: []
            }
        for path in required {
            var value: JSON? = inputs
            for name in path { value = value?[ignoringCase: name] }
            if value == nil || value?.isNull == true { return path.joined(separator: ".") }
        }
        return nil
    }

    /// Whether inputs carry credentials, so that they must not enter the journal in clear.
    static func holdsSecrets(_ inputs: JSON) -> Bool {
        if inputs[ignoringCase: "authentication"] != nil || inputs[ignoringCase: "subscriptionKey"] != nil {
            return true
        }
        if let subscribe = inputs[ignoringCase: "subscribe"], holdsSecrets(subscribe) { return true }
        if let cookie = inputs[ignoringCase: "cookie"], !cookie.isNull { return true }
        for (name, _) in inputs[ignoringCase: "headers"]?.objectValue ?? JSONObject()
        where Redaction.isSecretHeader(name) { return true }
        return false
    }
}
