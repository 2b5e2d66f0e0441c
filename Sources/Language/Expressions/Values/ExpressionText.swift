public import JSONTree
import Moments

/// Text conversion outside of an expression (section 2.7): what `string()` and `@{…}` make of a value.
public enum ExpressionText {
    private struct NoContext: EvaluationContext {
        var now: Timestamp { .min }
    }

    /// The value as text: null is empty, booleans are `True` and `False`, objects and arrays compact JSON, envelopes their content.
    ///
    /// - Returns: for a value past the limits of the language, its JSON text.
    public static func text(of value: JSON) -> String {
        if case .string(let text) = value { return text }
        var evaluation = Evaluation(context: NoContext(), limits: .default)
        do throws(ExpressionError) {
            return try evaluation.text(value)
        } catch {
            return value.text
        }
    }
}
