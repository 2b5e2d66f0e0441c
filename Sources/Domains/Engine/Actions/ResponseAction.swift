import JSONTree
import Playbooks

/// Response: answers the caller of the Request trigger (section 6.5).
enum ResponseAction {
    static func run(_ node: ActionNode, _ inputs: JSON) -> PlainActions.Outcome {
        let written = inputs[ignoringCase: "statusCode"] ?? .integer(200)
        let status = written.integerValue.map(Int.init) ?? written.stringValue.flatMap { StatusCodes.status($0) }
        guard let status, (200...299).contains(status) || (400...599).contains(status) else {
            return PlainActions.badRequest(
                "InvalidTemplate",
                "The status code '\(TextConversion.text(written))' of action '\(node.name)' is not valid: a Response answers with 2xx, 4xx or 5xx."
            )
        }
        return .respond(
            ResponseContent(
                status: status,
                headers: .object(headers(inputs[ignoringCase: "headers"])),
                body: inputs[ignoringCase: "body"].flatMap(\.nonNull),
                isAsynchronous: node.options.contains(.asynchronous)
            )
        )
    }

    /// The headers without those that the service sets itself.
    private static func headers(_ written: JSON?) -> JSONObject {
        var kept = JSONObject()
        for (name, value) in written?.objectValue ?? JSONObject() where !isDropped(name) {
            kept[name] = .string(TextConversion.text(value))
        }
        return kept
    }

    private static func isDropped(_ name: String) -> Bool {
        let lower = name.lowercased()
        if lower.hasPrefix("content-") {
            return !["content-disposition", "content-encoding", "content-type"].contains(lower)
        }
        return ["allow", "cookie", "expires", "last-modified", "set-cookie", "transfer-encoding"].contains(lower)
    }
}

/// Terminate: ends the run at once (section 6.16).
enum TerminateAction {
    static func run(_ inputs: JSON) -> PlainActions.Outcome {
        let word = inputs[ignoringCase: "runStatus"]?.stringValue ?? ""
        guard let status = ActionStatus(word: word), [.succeeded, .failed, .cancelled].contains(status) else {
            return PlainActions.badRequest(
                "InvalidTemplate",
                "The run status '\(word)' is not valid: Terminate takes 'Succeeded', 'Failed' or 'Cancelled'."
            )
        }
        let written = inputs[ignoringCase: "runError"]
        let error = written.flatMap { error -> RunError? in
            guard error.objectValue != nil else { return nil }
            return RunError(
                error[ignoringCase: "code"].map(TextConversion.text) ?? "",
                error[ignoringCase: "message"].map(TextConversion.text) ?? ""
            )
        }
        return .terminate(status, status == .failed ? error : nil)
    }
}
