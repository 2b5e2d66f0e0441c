public import JSONTree
import Playbooks

/// Why an action failed in a rehearsal, and what a person can do about it.
public struct RehearsalAdvice: Sendable, Hashable {
    /// The action.
    public let action: String
    /// What is wrong.
    public let reason: String
    /// What to do.
    public let remedy: String

    /// The advice as JSON.
    public var json: JSON {
        ["action": .string(action), "reason": .string(reason), "remedy": .string(remedy)]
    }

    /// The advice for each action that failed by itself, each once.
    static func all(_ run: RunRecord, _ definition: Definition) -> [RehearsalAdvice] {
        var found: [RehearsalAdvice] = []
        for record in run.json["actions"]?.arrayValue ?? [] where record["status"]?.stringValue == "Failed" {
            guard let name = record["name"]?.stringValue, let node = definition.node(named: name),
                !node.type.isContainer, let advice = make(record, node, definition),
                !found.contains(where: { $0.action == name })
            else { continue }
            found.append(advice)
        }
        if found.isEmpty, run.status != "Succeeded", let end = ending(run, definition) { found.append(end) }
        return found
    }

    private static func make(_ record: JSON, _ node: ActionNode, _ definition: Definition) -> RehearsalAdvice? {
        let code = record["error"]?["code"]?.stringValue ?? record["code"]?.stringValue ?? ""
        let message = record["error"]?["message"]?.stringValue ?? ""
        switch code {
        case "ActionFailed", "ActionDependencyFailed": return nil
        case "ValidationFailed":
            let issue = record["outputs"]?["errors"]?[0]
            let place = issue?["path"]?.stringValue ?? ""
            let what = issue?["message"]?.stringValue ?? message
            return RehearsalAdvice(
                action: node.name,
                reason: "\(what)\(place.isEmpty ? "" : " At '\(place)'.")",
                remedy: remedy(node, definition)
            )
        case "InvalidParameter", "MissingParameter", "InvalidAuthentication", "InvalidRequest":
            return RehearsalAdvice(action: node.name, reason: message, remedy: Self.filling)
        case "InvalidTemplate", "ExpressionEvaluationFailed":
            return RehearsalAdvice(action: node.name, reason: message, remedy: remedy(node, definition))
        default: break
        }
        guard let status = record["outputs"]?["statusCode"]?.integerValue else {
            return RehearsalAdvice(
                action: node.name,
                reason: message.isEmpty ? code : message,
                remedy: remedy(node, definition)
            )
        }
        let error = record["outputs"]?["body"]?["error"]
        let text = error?["message"]?.stringValue ?? record["outputs"]?["body"]?.text ?? ""
        return RehearsalAdvice(
            action: node.name,
            reason: "It is answered \(status): \(text.prefix(400))",
            remedy: status == 400 || status == 404 || status == 422
                ? filling : "Give another answer of '\(node.name)' with --mocks."
        )
    }

    private static let filling =
        "Fill in what the template leaves empty, with --parameters or in the playbook, or correct what is sent."

    /// From where the values come that an action reads.
    private static func remedy(_ node: ActionNode, _ definition: Definition) -> String {
        let text = node.rawInputs?.text ?? ""
        if text.contains("triggerBody(") || text.contains("triggerOutputs(") {
            return "Give a payload that the playbook can read with --payload."
        }
        let names = node.references.map { definition[$0].name }
        guard let first = names.first else { return "Correct the action, or give other parameters with --parameters." }
        return "Give an answer that the playbook can read of '\(first)' with --mocks, or correct '\(node.name)'."
    }

    /// A run that ends without a failed action: the playbook ends it itself, or it still waits.
    private static func ending(_ run: RunRecord, _ definition: Definition) -> RehearsalAdvice? {
        let records = run.json["actions"]?.arrayValue ?? []
        if let last = records.last(where: {
            $0["status"]?.stringValue == "Running" || $0["status"]?.stringValue == "Waiting"
        }),
            let name = last["name"]?.stringValue
        {
            return RehearsalAdvice(
                action: name,
                reason: "It still waits.",
                remedy: "Give what it waits for: --answer \(name)=OPTION, or --mocks."
            )
        }
        guard let end = definition.actions.first(where: { $0.type == .terminate }) else { return nil }
        return RehearsalAdvice(
            action: end.name,
            reason: "The playbook ends the run itself as \(run.status).",
            remedy: "Give another payload with --payload, another choice with --answer, or another answer with --mocks."
        )
    }
}
