public import Expressions
public import JSONTree
import XMLTree

/// What the expressions of a case see: the members of its `context`, also for `tocsin eval EXPR --context FILE`.
public typealias ExpressionCaseContext = RecordedContext

/// Runs a file of expressions with expected results: `tocsin eval --cases FILE`.
///
/// A case has `id`, `expression` (any JSON value whose strings are templates), maybe `context`, and `expected` or `error`
/// (`code`, `phase`, `messageContains`). `compare` says how results are compared: as JSON with their types unless it is
/// `number`, `xml` or `spaces`.
public struct ExpressionCases {
    /// Runs every case of the file, an object with `cases` or a list of them.
    public static func run(_ file: JSON) -> CaseReport {
        var report = CaseReport()
        for (index, testCase) in (file["cases"]?.arrayValue ?? file.arrayValue ?? []).enumerated() {
            let id = testCase["id"]?.stringValue ?? "case \(index + 1)"
            let outcome = outcome(testCase)
            if isExpected(outcome, testCase) {
                report.passed += 1
            } else {
                report.failures.append((id, expectation(testCase), text(outcome)))
            }
        }
        return report
    }

    private static func outcome(_ testCase: JSON) -> Result<JSON, ExpressionError> {
        let context = ExpressionCaseContext(testCase["context"] ?? .null)
        do throws(ExpressionError) {
            return .success(try Template.compile(testCase["expression"] ?? .null).evaluate(in: context))
        } catch {
            return .failure(error)
        }
    }

    private static func isExpected(_ outcome: Result<JSON, ExpressionError>, _ testCase: JSON) -> Bool {
        switch (outcome, testCase["error"]?.objectValue) {
        case (.success(let value), nil):
            return CaseComparison(rule: testCase["compare"]?.stringValue)
                .matches(value, testCase["expected"] ?? .null)
        case (.failure(let error), let wanted?):
            if let code = wanted["code"]?.stringValue, code != error.code { return false }
            if let phase = wanted["phase"]?.stringValue, phase != "any", phase != error.phase.rawValue { return false }
            guard let part = wanted["messageContains"]?.stringValue, !part.isEmpty else { return true }
            return error.message.lowercased().contains(part.lowercased())
        default: return false
        }
    }

    private static func expectation(_ testCase: JSON) -> String {
        if let error = testCase["error"], !error.isNull { return "error " + error.text }
        return (testCase["expected"] ?? .null).text
    }

    private static func text(_ outcome: Result<JSON, ExpressionError>) -> String {
        switch outcome {
        case .success(let value): value.text
        case .failure(let error): "error \(error.code) (\(error.phase.rawValue)): \(error.message)"
        }
    }
}
