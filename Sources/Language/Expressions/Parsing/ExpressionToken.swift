/// One token of an expression, with its place in bytes of the expression text.
struct ExpressionToken: Sendable {
    /// The kinds of tokens, named as Azure's messages name them.
    enum Kind: String, Sendable {
        case identifier = "Identifier"
        case leftParenthesis = "LeftParenthesis"
        case rightParenthesis = "RightParenthesis"
        case leftSquareBracket = "LeftSquareBracket"
        case rightSquareBracket = "RightSquareBracket"
        case dot = "Dot"
        case comma = "Comma"
        case questionMark = "QuestionMark"
        case stringLiteral = "StringLiteral"
        case integerLiteral = "IntegerLiteral"
        case floatLiteral = "FloatLiteral"
        case endOfData = "EndOfData"
    }

    var kind: Kind
    var range: Range<Int>
}
