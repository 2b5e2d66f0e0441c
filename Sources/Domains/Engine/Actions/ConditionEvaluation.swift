import Expressions
import JSONTree
import Playbooks

/// Evaluates the condition of an If or an Until: one expression, or the tree that designers write (section 6.17).
enum ConditionEvaluation {
    static func evaluate(_ condition: Condition, in context: RunContext) throws(ExpressionError) -> Bool {
        switch condition {
        case .expression(let template):
            let value = try template.evaluate(in: context)
            guard let truth = value.boolValue else { throw notBoolean(value) }
            return truth
        case .and(let parts):
            for part in parts where try !evaluate(part, in: context) { return false }
            return true
        case .or(let parts):
            for part in parts where try evaluate(part, in: context) { return true }
            return false
        case .not(let part):
            return try !evaluate(part, in: context)
        case .comparison(let comparison, let left, let right):
            let pair: JSON = .array([try left.evaluate(in: context), try right.evaluate(in: context)])
            guard let template = comparisons[comparison] else { return false }
            let value = try template.evaluate(in: context, item: pair)
            guard let truth = value.boolValue else { throw notBoolean(value) }
            return truth
        }
    }

    private static func notBoolean(_ value: JSON) -> ExpressionError {
        ExpressionError(
            phase: .run,
            message:
                "The result of the evaluation of the condition is of type '\(JSONTypeName.of(value))'. The result must be of type 'Boolean'. Please see https://aka.ms/logicexpressions for usage details."
        )
    }

    /// The tree form has the semantics of the functions of the same names.
    private static let comparisons: [Condition.Comparison: Template] = {
        var templates: [Condition.Comparison: Template] = [:]
        for comparison in Condition.Comparison.allCases {
            do throws(ExpressionError) {
                templates[comparison] = try Template.compile(.string("@\(comparison.rawValue)(item()[0], item()[1])"))
            } catch {
                assertionFailure("The comparison \(comparison.rawValue) does not compile: \(error)")
            }
        }
        return templates
    }()
}
