import JSONTree

/// The state of one evaluation: where values come from and what has been used of the limits.
struct Evaluation {
    let context: any EvaluationContext
    let limits: ExpressionLimits
    /// The element that `item()` gives, where a per-item template is evaluated.
    let itemOverride: JSON?
    private var remainingSteps: Int

    init(context: any EvaluationContext, limits: ExpressionLimits, item: JSON? = nil) {
        self.context = context
        self.limits = limits
        itemOverride = item
        remainingSteps = limits.evaluationSteps
    }

    /// Counts work: nodes, elements or characters that a function is about to visit.
    mutating func spend(_ steps: Int) throws(ExpressionError) {
        remainingSteps -= steps
        if remainingSteps < 0 {
            remainingSteps = 0
            throw ExpressionError(
                phase: .run,
                message:
                    "The evaluation takes more than '\(limits.evaluationSteps)' steps, which is the limit. Work on "
                    + "less data at once or split the expression into several actions."
            )
        }
    }

    /// Appends to a text that a function makes piece by piece, within the limit.
    mutating func append(_ piece: String, to text: inout String) throws(ExpressionError) {
        let length = text.utf8.count + piece.utf8.count
        guard length <= limits.producedCharacters else { throw tooLong(length) }
        try spend(piece.utf8.count)
        text += piece
    }

    /// Counts elements that a function is about to make of a text.
    mutating func makeElements(_ count: Int) throws(ExpressionError) {
        guard count <= limits.valueCount else {
            throw ExpressionError(
                phase: .run,
                message: "The result would have '\(count)' elements and the limit is '\(limits.valueCount)'."
            )
        }
        try spend(count)
    }

    /// Counts text that is about to be produced.
    mutating func produce(_ length: Int) throws(ExpressionError) {
        guard length <= limits.producedCharacters else { throw tooLong(length) }
        try spend(length)
    }
}
