/// The syntax tree of one expression, with the place of every node (workflow definition language, section 2.4).
indirect enum ExpressionSyntax: Sendable {
    case null(Range<Int>)
    case boolean(Bool, Range<Int>)
    case integer(Int64, Range<Int>)
    case float(Double, Range<Int>)
    case string(String, Range<Int>)
    case call(CallSyntax)

    /// The place in UTF-8 bytes of the expression text.
    var range: Range<Int> {
        switch self {
        case .null(let range), .boolean(_, let range), .integer(_, let range), .float(_, let range),
            .string(_, let range):
            range
        case .call(let call): call.range
        }
    }
}

/// A function call with the dereferences that follow it.
struct CallSyntax: Sendable {
    var name: String
    var arguments: [ExpressionSyntax]
    var dereferences: [DereferenceSyntax]
    /// From the name to the end of the last dereference.
    var range: Range<Int>
}

/// One `.name` or `[expression]` after a call, with or without `?` before it.
struct DereferenceSyntax: Sendable {
    var key: ExpressionSyntax
    var isSafe: Bool
    /// From `?`, `.` or `[` to the end of the key.
    var range: Range<Int>
}
