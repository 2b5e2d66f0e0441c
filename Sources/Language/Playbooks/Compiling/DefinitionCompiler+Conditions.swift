internal import Expressions
internal import JSONTree

extension DefinitionCompiler {
    /// Compiles a condition: a template, or the tree of `and`, `or`, `not` and comparisons (section 6.17).
    mutating func condition(_ json: JSON, of action: ActionDraft, at pointer: String) -> Condition? {
        switch json {
        case .string, .bool:
            return template(json, at: pointer, of: action.owner).map { .expression($0) }
        case .object(let object):
            guard object.count == 1, let member = object.first(where: { _ in true }) else {
                refuseCondition(
                    action,
                    "An expression object must have exactly one member, it has \(object.count).",
                    at: pointer
                )
                return nil
            }
            return branch(member.name, member.value, of: action, at: Pointer.child(pointer, member.name))
        default:
            refuseCondition(
                action,
                "The expression must be a text or an object, it is of type '\(json.typeWord)'.",
                at: pointer
            )
            return nil
        }
    }

    private mutating func branch(_ name: String, _ json: JSON, of action: ActionDraft, at pointer: String) -> Condition?
    {
        let lowered = name.lowercased()
        switch lowered {
        case "and", "or":
            guard let parts = json.arrayValue else {
                refuseCondition(action, "'\(name)' needs an array of conditions.", at: pointer)
                return nil
            }
            var conditions: [Condition] = []
            for (index, part) in parts.enumerated() {
                let place = Pointer.child(pointer, index)
                guard let condition = condition(part, of: action, at: place) else {
                    return nil
                }
                conditions.append(condition)
            }
            return lowered == "and" ? .and(conditions) : .or(conditions)
        case "not":
            // Some definitions write the operand as a list of one.
            let part = json.arrayValue.flatMap { $0.count == 1 ? $0.first : nil } ?? json
            let place = json.arrayValue == nil ? pointer : Pointer.child(pointer, 0)
            return condition(part, of: action, at: place).map { .not($0) }
        default:
            return comparison(name, json, of: action, at: pointer)
        }
    }

    private mutating func comparison(
        _ name: String,
        _ json: JSON,
        of action: ActionDraft,
        at pointer: String
    ) -> Condition? {
        guard let comparison = Condition.Comparison(word: name) else {
            refuseCondition(action, "The operator '\(name)' of the expression is not known.", at: pointer)
            return nil
        }
        guard let operands = json.arrayValue, operands.count == 2 else {
            refuseCondition(
                action,
                "The operator '\(name)' of the expression needs an array of two operands.",
                at: pointer
            )
            return nil
        }
        guard
            let left = template(operands[0], at: Pointer.child(pointer, 0), of: action.owner),
            let right = template(operands[1], at: Pointer.child(pointer, 1), of: action.owner)
        else {
            return nil
        }
        return .comparison(comparison, left, right)
    }

    private mutating func refuseCondition(_ action: ActionDraft, _ inner: String, at pointer: String) {
        reporter.refuse(
            action.owner,
            inner,
            remedy: "Write the expression as \"@…\" or as a tree of and, or, not and "
                + Condition.Comparison.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            at: pointer
        )
    }
}
