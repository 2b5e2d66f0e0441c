public import JSONTree
import Moments
import Playbooks

/// What a rehearsal came to.
public struct RehearsalReport: Sendable {
    /// The run.
    public let run: RunRecord
    /// What would have been sent, in order.
    public let requests: [RehearsedRequest]
    /// What the playbook needs of answers although the definitions do not have it: paths of members by action.
    public let assumed: [(action: String, members: [String])]
    /// The connectors that the playbook calls and that are not installed.
    public let missing: [String]
    /// Why it failed, and what can be done; empty when it did not.
    public let advice: [RehearsalAdvice]
    private let start: Timestamp

    init(run: RunRecord, definition: Definition, start: Timestamp, recorder: CallRecorder) {
        self.run = run
        self.start = start
        requests = recorder.requests
        assumed = recorder.assumed
        missing = recorder.missing
        advice = run.status == "Succeeded" ? [] : RehearsalAdvice.all(run, definition)
    }

    /// The status of the run.
    public var status: String { run.status }

    /// Run and requests as one document.
    public var json: JSON {
        var object: JSONObject = [
            "status": .string(run.status), "run": run.json, "requests": .array(requests.map(\.json)),
        ]
        if !assumed.isEmpty {
            object["assumed"] = .array(
                assumed.map { ["action": .string($0.action), "members": .array($0.members.map(JSON.string))] }
            )
        }
        if !advice.isEmpty { object["advice"] = .array(advice.map(\.json)) }
        if !missing.isEmpty { object["missingConnectors"] = .array(missing.map(JSON.string)) }
        return .object(object)
    }

    /// Actions and requests for people; the last line is the status.
    public var text: String {
        var lines: [String] = []
        let actions = run.json["actions"]?.arrayValue ?? []
        let width = min(60, actions.map { Self.title($0).count }.max() ?? 0)
        for action in actions {
            let title = Self.title(action)
            let status = action["status"]?.stringValue ?? ""
            let code = action["error"]?["code"]?.stringValue ?? action["code"]?.stringValue
            let isPlain = code == nil || code == "OK" || code == "NotSpecified"
            lines.append(
                "\(Self.padded(since(action["startTime"]), 14)) \(Self.padded(title, width)) \(status)"
                    + (isPlain ? "" : " (\(code ?? ""))")
            )
            if status == "Failed", let message = action["error"]?["message"]?.stringValue {
                lines.append("\(Self.padded("", 15))\(message.prefix(400))")
            }
        }
        lines.append("")
        lines.append(requests.isEmpty ? "Nothing would have been sent." : "What would have been sent:")
        for request in requests { lines += Self.lines(request, since: start) }
        if !assumed.isEmpty {
            lines.append("")
            lines.append("Assumed, because the playbook needs it and the definition of the connector does not have it:")
            for (action, members) in assumed { lines.append("  \(action): \(members.joined(separator: ", "))") }
        }
        if !missing.isEmpty {
            lines.append("")
            lines.append("Not installed, so that nobody knows what they answer: \(missing.joined(separator: ", ")).")
            lines.append("Add each before the playbook runs: tocsin connectors add FILE --name NAME.")
        }
        let remedies = advice.compactMap { item in item.remedy.map { "  \(item.action): \($0)" } }
        if !remedies.isEmpty { lines += ["", "What can be done:"] + remedies }
        lines.append("")
        lines.append(run.status)
        return lines.joined(separator: "\n")
    }

    private static func title(_ action: JSON) -> String {
        let name = action["name"]?.stringValue ?? ""
        return action["repetition"]?.stringValue.map { "\(name) [\($0)]" } ?? name
    }

    private func since(_ time: JSON?) -> String {
        guard let text = time?.stringValue, let instant = Timestamp(iso8601: text) else { return "" }
        return "+\(Self.span(instant - start))"
    }

    /// A span as `00:01:30` or `2.03:00:00`, without fractions of seconds.
    private static func span(_ span: TimeSpan) -> String {
        String(span.text.prefix { $0 != "." || span >= .days(1) }.prefix(20))
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text.count >= width ? text : text + String(repeating: " ", count: width - text.count)
    }

    private static func lines(_ request: RehearsedRequest, since start: Timestamp) -> [String] {
        let answer = request.status.map { "\($0) " } ?? ""
        let owner = request.connector.map { name in
            request.operation.map { "\(name) \($0)" } ?? name
        }
        var lines = [
            "\(padded("+\(span(request.at - start))", 14)) \(request.method) \(request.url)\(request.isSecured ? " (secured)" : "")",
            "\(padded("", 15))for \(request.action)\(owner.map { ", \($0)" } ?? ""): \(answer)\(request.origin)",
        ]
        for (name, value) in request.headers where !isOurs(name) {
            lines.append("\(padded("", 15))\(name): \(value.stringValue ?? value.text)")
        }
        if let body = request.body {
            let text = body.stringValue ?? body.text
            lines.append("\(padded("", 15))\(text.prefix(2_000))\(text.count > 2_000 ? " …" : "")")
        }
        return lines
    }

    /// What every call of the engine says about its workflow; it is in the document only.
    private static func isOurs(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower.hasPrefix("x-ms-workflow-") || lower.hasPrefix("x-ms-client-tracking") || lower == "user-agent"
            || lower.hasPrefix("x-ms-action-tracking") || lower.hasPrefix("x-ms-execution-") || lower == "accept"
    }
}
