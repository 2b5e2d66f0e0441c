import Engine
import JSONTree
import Playbooks

/// The expressions in the inputs of an action, each with the value that it had.
///
/// Template and evaluated inputs are walked side by side. An expression in the name of a member has no place in the
/// evaluated inputs and is left out, as are the parts of an expression: the journal keeps results, not steps.
enum ExpressionTraces {
    /// The most traces of one answer.
    static let limit = 1_000

    /// `[{"text", "value", "path", "subexpressions": []}]`.
    static func traces(template: JSON, inputs: JSON) -> [JSON] {
        var found: [JSON] = []
        walk(template, inputs, DottedPath(), &found)
        return found
    }

    private static func walk(_ template: JSON, _ value: JSON?, _ path: DottedPath, _ found: inout [JSON]) {
        guard found.count < limit else { return }
        switch template {
        case .string(let text) where isExpression(text):
            var trace: JSONObject = ["text": .string(text)]
            if let value { trace["value"] = value }
            trace["path"] = .string(path.description)
            trace["subexpressions"] = .array([])
            found.append(.object(trace))
        case .object(let object):
            for (name, part) in object where !isExpression(name) {
                walk(part, value?[name], DottedPath(path.steps + [.name(name)]), &found)
            }
        case .array(let parts):
            for (index, part) in parts.enumerated() {
                walk(part, value?[index], DottedPath(path.steps + [.index(index)]), &found)
            }
        default: break
        }
    }

    private static func isExpression(_ text: String) -> Bool {
        (text.hasPrefix("@") && !text.hasPrefix("@@") && text.utf8.count > 1) || text.contains("@{")
    }
}
