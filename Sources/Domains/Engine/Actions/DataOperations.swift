import Expressions
import JSONTree
import Playbooks

/// Query: keeps the elements for which `where` is true (section 6.10).
enum QueryAction {
    static func run(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        guard case .query(let condition)? = node.perItem else {
            return PlainActions.badRequest("InvalidTemplate", "The action '\(node.name)' has no 'where'.")
        }
        switch PlainActions.from(inputs, "query") {
        case .failure(let error):
            return PlainActions.badRequest("BadRequest", error.message)
        case .success(let items):
            var kept: [JSON] = []
            for item in items {
                do throws(ExpressionError) {
                    let verdict = try condition.evaluate(in: context, item: item)
                    guard let isKept = verdict.boolValue else {
                        return PlainActions.badRequest(
                            "InvalidTemplate",
                            "The execution of template action '\(node.name)' failed: The evaluation of 'query' action 'where' expression '\(text(node))' did not give a value of type 'Boolean' but of type '\(JSONTypeName.of(verdict))'."
                        )
                    }
                    if isKept { kept.append(item) }
                } catch {
                    return PlainActions.badRequest(
                        "InvalidTemplate",
                        "The execution of template action '\(node.name)' failed: The evaluation of 'query' action 'where' expression '\(text(node))' failed: '\(error.message)'."
                    )
                }
            }
            return .outputs(["body": .array(kept)], code: "OK")
        }
    }

    private static func text(_ node: ActionNode) -> String {
        node.rawInputs?[ignoringCase: "where"]?.stringValue ?? ""
    }
}

/// Select: a template for each element (section 6.11).
enum SelectAction {
    static func run(_ node: ActionNode, _ inputs: JSON, _ context: RunContext) -> PlainActions.Outcome {
        guard case .select(let template)? = node.perItem else {
            return PlainActions.badRequest("InvalidTemplate", "The action '\(node.name)' has no 'select'.")
        }
        switch PlainActions.from(inputs, "select") {
        case .failure(let error):
            return PlainActions.badRequest("BadRequest", error.message)
        case .success(let items):
            var selected: [JSON] = []
            selected.reserveCapacity(items.count)
            for item in items {
                do throws(ExpressionError) {
                    selected.append(try template.evaluate(in: context, item: item))
                } catch {
                    return PlainActions.badRequest(
                        "InvalidTemplate",
                        "The execution of template action '\(node.name)' failed: The evaluation of 'select' action expression failed: '\(error.message)'."
                    )
                }
            }
            return .outputs(["body": .array(selected)], code: "OK")
        }
    }
}

/// Join: text conversion of the elements (section 6.13).
enum JoinAction {
    static func run(_ node: ActionNode, _ inputs: JSON) -> PlainActions.Outcome {
        switch PlainActions.from(inputs, "join") {
        case .failure(let error):
            return PlainActions.badRequest("BadRequest", error.message)
        case .success(let items):
            guard let separator = inputs[ignoringCase: "joinWith"].map(TextConversion.text) else {
                return PlainActions.badRequest("InvalidTemplate", "The action '\(node.name)' has no 'joinWith'.")
            }
            return .outputs(["body": .string(items.map(TextConversion.text).joined(separator: separator))], code: "OK")
        }
    }
}
