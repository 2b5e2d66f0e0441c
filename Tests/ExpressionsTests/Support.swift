import Expressions
import JSONTree
import Testing

/// Evaluates one template; `text` is the string as it stands in a definition.
func evaluated(_ text: String, _ context: JSON = .null, limits: ExpressionLimits = .default) throws -> JSON {
    try Template.compile(.string(text), limits: limits).evaluate(in: RecordedContext(context))
}

/// The error of a template that must fail.
func failure(_ text: String, _ context: JSON = .null, limits: ExpressionLimits = .default) -> ExpressionError? {
    do throws(ExpressionError) {
        _ = try Template.compile(.string(text), limits: limits).evaluate(in: RecordedContext(context))
        return nil
    } catch {
        return error
    }
}

/// One row of a table: an expression and its value.
struct Row: Sendable, CustomTestStringConvertible {
    var expression: String
    var expected: JSON
    var context: JSON
    var testDescription: String { expression }

    init(_ expression: String, _ expected: JSON, _ context: JSON = .null) {
        self.expression = expression
        self.expected = expected
        self.context = context
    }

    func check() throws {
        let value = try evaluated(expression, context)
        #expect(value == expected, "\(expression) gave \(value.text)")
    }
}

/// One row of a table of failures: an expression and a part of the message.
struct Failing: Sendable, CustomTestStringConvertible {
    var expression: String
    var part: String
    var phase: ExpressionError.Phase
    var context: JSON
    var testDescription: String { expression }

    init(_ expression: String, _ part: String, phase: ExpressionError.Phase = .run, _ context: JSON = .null) {
        self.expression = expression
        self.part = part
        self.phase = phase
        self.context = context
    }

    func check() {
        guard let error = failure(expression, context) else {
            Issue.record("\(expression) did not fail")
            return
        }
        #expect(error.code == "InvalidTemplate")
        #expect(error.phase == phase)
        #expect(error.message.contains(part), "\(expression): \(error.message)")
    }
}
