import Expressions
import JSONTree
import Moments

/// What the expressions of an adapter see: `parameters('request')`, `parameters('marker')`, `parameters('since')` ….
struct AdapterContext: EvaluationContext {
    var values: [String: JSON]
    var now: Timestamp

    func parameter(_ name: String) -> JSON? {
        values[name] ?? values.first { $0.key.isSame(ignoringCase: name) }?.value
    }

    /// The value of a template of the adapter.
    func evaluate(_ template: AdapterTemplate, item: JSON? = nil, _ what: String) throws -> JSON {
        do {
            return try template.evaluate(in: self, item: item)
        } catch let error as ExpressionError {
            throw ConnectorError(.adapterFailed, "The adapter's '\(what)' cannot be evaluated: \(error.message)")
        } catch let error as AdapterTemplate.FormError {
            throw ConnectorError(.adapterFailed, "The adapter's '\(what)' cannot be evaluated: \(error.message)")
        }
    }
}
