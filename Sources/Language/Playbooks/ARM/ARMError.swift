/// Why an expression of a deployment template cannot be read or evaluated.
struct ARMError: Error, Hashable {
    /// What is wrong.
    let message: String
    /// What to do.
    let remedy: String

    init(_ message: String, remedy: String = "Correct the expression.") {
        self.message = message
        self.remedy = remedy
    }
}
