/// What came of running a file of cases.
public struct CaseReport: Sendable {
    /// Number of cases that gave what they should.
    public var passed: Int
    /// The others: what each should have given, and what it gave.
    public var failures: [(id: String, expected: String, got: String)]

    /// A report of so many passes and these failures.
    public init(passed: Int = 0, failures: [(id: String, expected: String, got: String)] = []) {
        self.passed = passed
        self.failures = failures
    }

    /// Notes one case: a pass if it gave what it should.
    public mutating func note(id: String, expected: String, got: String) {
        if expected == got {
            passed += 1
        } else {
            failures.append((id, expected, got))
        }
    }
}
