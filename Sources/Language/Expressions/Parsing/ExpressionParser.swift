/// Parses the text of one expression by recursive descent with one token of lookahead.
///
/// The depth of recursion is bounded by `ExpressionLimits.nestingDepth`.
struct ExpressionParser {
    private var lexer: ExpressionLexer
    private var current: ExpressionToken
    private let text: String
    private let limits: ExpressionLimits

    /// Parses a whole expression; anything after it is an error.
    ///
    /// - Parameters:
    ///   - text: The expression without `@` and without the braces of an interpolation.
    ///   - limits: Bounds on length and depth.
    /// - Returns: The syntax tree.
    /// - Throws: An `ExpressionError` of phase `parse` with the place inside `text`.
    static func parse(_ text: String, limits: ExpressionLimits) throws(ExpressionError) -> ExpressionSyntax {
        var parser = try ExpressionParser(text, limits: limits)
        let syntax = try parser.expression(depth: 0)
        _ = try parser.expect(.endOfData)
        return syntax
    }

    private init(_ text: String, limits: ExpressionLimits) throws(ExpressionError) {
        self.text = text
        self.limits = limits
        lexer = try ExpressionLexer(text, limits: limits)
        current = try lexer.next()
    }

    private mutating func advance() throws(ExpressionError) -> ExpressionToken {
        let token = current
        current = try lexer.next()
        return token
    }

    private mutating func expect(_ kind: ExpressionToken.Kind) throws(ExpressionError) -> ExpressionToken {
        guard current.kind == kind else { throw unexpected(expected: kind) }
        return kind == .endOfData ? current : try advance()
    }

    private func unexpected(expected: ExpressionToken.Kind) -> ExpressionError {
        ExpressionError(
            phase: .parse,
            message: "Unable to parse template language expression '\(text)': expected token '\(expected.rawValue)' "
                + "and actual '\(current.kind.rawValue)'.",
            offset: lexer.utf16Offset(current.range.lowerBound)
        )
    }

    private mutating func expression(depth: Int) throws(ExpressionError) -> ExpressionSyntax {
        guard depth < limits.nestingDepth else {
            throw ExpressionError(
                phase: .parse,
                message: "Unable to parse template language expression: it nests deeper than the limit of "
                    + "'\(limits.nestingDepth)' levels. Split it into several actions.",
                offset: lexer.utf16Offset(current.range.lowerBound)
            )
        }
        switch current.kind {
        case .stringLiteral:
            let value = lexer.text(of: current)
            return .string(value, try advance().range)
        case .integerLiteral:
            guard let value = Int64(lexer.text(of: current)) else { throw outOfRange() }
            return .integer(value, try advance().range)
        case .floatLiteral:
            guard let value = Double(lexer.text(of: current)), value.isFinite else { throw outOfRange() }
            return .float(value, try advance().range)
        default:
            return try keywordOrCall(depth: depth)
        }
    }

    private func outOfRange() -> ExpressionError {
        ExpressionError(
            phase: .parse,
            message: "The template language expression '\(text)' is not valid: the number '\(lexer.text(of: current))' "
                + "is too large. Integers have 64 bits; write larger values as text and convert them with 'decimal'.",
            offset: lexer.utf16Offset(current.range.lowerBound)
        )
    }

    private mutating func keywordOrCall(depth: Int) throws(ExpressionError) -> ExpressionSyntax {
        let identifier = try expect(.identifier)
        let name = lexer.text(of: identifier)
        guard current.kind != .leftParenthesis else { return try call(name, identifier, depth: depth) }
        switch name.utf8.count {
        case 4 where name.lowercased() == "null": return .null(identifier.range)
        case 4 where name.lowercased() == "true": return .boolean(true, identifier.range)
        case 5 where name.lowercased() == "false": return .boolean(false, identifier.range)
        default: throw unexpected(expected: .leftParenthesis)
        }
    }

    private mutating func call(
        _ name: String,
        _ identifier: ExpressionToken,
        depth: Int
    ) throws(ExpressionError) -> ExpressionSyntax {
        _ = try expect(.leftParenthesis)
        var arguments: [ExpressionSyntax] = []
        if current.kind != .rightParenthesis {
            arguments.append(try expression(depth: depth + 1))
            while current.kind == .comma {
                _ = try advance()
                arguments.append(try expression(depth: depth + 1))
            }
        }
        var end = try expect(.rightParenthesis).range.upperBound
        var dereferences: [DereferenceSyntax] = []
        while let next = try dereference(depth: depth) {
            end = next.range.upperBound
            dereferences.append(next)
        }
        return .call(
            CallSyntax(
                name: name,
                arguments: arguments,
                dereferences: dereferences,
                range: identifier.range.lowerBound..<end
            )
        )
    }

    private mutating func dereference(depth: Int) throws(ExpressionError) -> DereferenceSyntax? {
        let start = current.range.lowerBound
        var isSafe = false
        if current.kind == .questionMark {
            isSafe = true
            _ = try advance()
        }
        switch current.kind {
        case .dot:
            _ = try advance()
            let identifier = try expect(.identifier)
            let key = ExpressionSyntax.string(lexer.text(of: identifier), identifier.range)
            return DereferenceSyntax(key: key, isSafe: isSafe, range: start..<identifier.range.upperBound)
        case .leftSquareBracket:
            _ = try advance()
            let key = try expression(depth: depth + 1)
            let end = try expect(.rightSquareBracket).range.upperBound
            return DereferenceSyntax(key: key, isSafe: isSafe, range: start..<end)
        default:
            if isSafe { throw unexpected(expected: .dot) }
            return nil
        }
    }
}
