import Expressions
import JSONTree
import Moments

/// What the expressions of an adapter see: `parameters('request')`, `parameters('marker')`, `parameters('since')` ….
struct AdapterContext: EvaluationContext {
    var values: [String: JSON]
    var now: Timestamp

    func parameter(_ name: String) -> JSON? { values.first { $0.key.isSame(ignoringCase: name) }?.value }

    /// The value of a template of the adapter.
    func evaluate(_ template: Template, item: JSON? = nil, _ what: String) throws -> JSON {
        do {
            return try item.map { try template.evaluate(in: self, item: $0) } ?? template.evaluate(in: self)
        } catch let error as ExpressionError {
            throw ConnectorError(.adapterFailed, "The adapter's '\(what)' cannot be evaluated: \(error.message)")
        }
    }
}
