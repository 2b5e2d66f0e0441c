import Expressions
public import JSONTree
import Playbooks

/// Why an action failed in a rehearsal, and what a person can do about it.
public struct RehearsalAdvice: Sendable, Hashable {
    /// The action.
    public let action: String
    /// What is wrong.
    public let reason: String
    /// What to do; nil where the reason says it.
    public let remedy: String?

    /// The advice as JSON.
    public var json: JSON {
        var object: JSONObject = ["action": .string(action), "reason": .string(reason)]
        object["remedy"] = remedy.map(JSON.string)
        return .object(object)
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
        case _ where saysRemedy(message): return RehearsalAdvice(action: node.name, reason: message, remedy: nil)
        case "AdapterFailed":
            let remedy = "Correct what '\(node.name)' sends, or the adapter of its connector."
            return RehearsalAdvice(action: node.name, reason: message, remedy: remedy)
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
            let remedy = undeclared(node, definition, message) ?? remedy(node, definition)
            return RehearsalAdvice(action: node.name, reason: message, remedy: remedy)
        default: break
        }
        guard let status = record["outputs"]?["statusCode"]?.integerValue else {
            return RehearsalAdvice(
                action: node.name,
                reason: message.isEmpty ? code : message,
                remedy: dataCodes.contains(code)
                    ? remedy(node, definition) : "Correct '\(node.name)' in the playbook."
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

    /// Codes of errors that lie in the values which an action reads.
    private static let dataCodes: Set<String> = [
        "BadRequest", "InvalidBody", "InvalidJSON", "InlineCodeScriptRuntimeFailure",
    ]

    /// How the last sentence of an error begins that says what to do.
    private static let verbs: Set<Substring> = [
        "Add", "Ask", "Choose", "Correct", "Declare", "Enable", "Give", "Install", "Keep", "Name", "Put", "Release",
        "Remove", "Rename", "Replace", "Send", "Set", "Sign", "Split", "Switch", "Use", "Write",
    ]

    /// Whether an error says itself what to do, so that nothing needs to be added.
    private static func saysRemedy(_ message: String) -> Bool {
        let sentences = message.split(separator: ". ")
        guard sentences.count > 1, let last = sentences.last else { return false }
        return verbs.contains(last.prefix { $0.isLetter })
    }

    /// What to do about a parameter that an action reads and the definition does not have; nil when the error is about none.
    private static func undeclared(_ node: ActionNode, _ definition: Definition, _ message: String) -> String? {
        let references = node.inputs?.calls.compactMap(\.reference) ?? []
        let name = references.filter { $0.kind == .parameter }.compactMap(\.name).first {
            definition.parameter(named: $0) == nil && message.contains("'\($0)'")
        }
        guard let name else { return nil }
        return
            "Declare the parameter '\(name)' in the definition and give its value with --parameters, or correct its name in '\(node.name)'."
    }

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
