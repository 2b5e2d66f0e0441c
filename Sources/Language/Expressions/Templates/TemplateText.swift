/// What a string of a template is (workflow definition language, section 2.2).
enum TemplateText {
    case literal(String)
    /// The whole string is one expression; its text begins after `@`.
    case expression(String)
    /// Literal pieces and expressions; each with the place where it begins, in UTF-16 units.
    case interpolation([Piece])

    /// A piece of an interpolated string.
    enum Piece {
        case literal(String)
        case expression(String, offset: Int)
    }

    /// Applies the template rule to a string.
    ///
    /// - Throws: An `ExpressionError` when an interpolation is not closed.
    static func read(_ text: String) throws(ExpressionError) -> TemplateText {
        let bytes = Array(text.utf8)
        guard bytes.count >= 2, bytes.contains(at) else { return .literal(text) }
        if bytes[0] == at {
            if bytes[1] == at { return .literal(String(decoding: bytes[1...], as: UTF8.self)) }
            if bytes[1] != openBrace { return .expression(String(decoding: bytes[1...], as: UTF8.self)) }
        }
        return try interpolation(text, bytes)
    }

    private static let at = UInt8(ascii: "@")
    private static let openBrace = UInt8(ascii: "{")

    private static func interpolation(_ text: String, _ bytes: [UInt8]) throws(ExpressionError) -> TemplateText {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var hasEscape = false
        var index = 0
        // How many UTF-16 units the bytes before `counted` have: each byte is counted once, however many pieces there are.
        var units = 0
        var counted = 0
        func offset(at place: Int) -> Int {
            units += CharacterClasses.utf16Length(bytes, counted..<place)
            counted = place
            return units
        }
        while index < bytes.count {
            guard bytes[index] == at, index + 1 < bytes.count, bytes[index + 1] == openBrace else {
                literal.append(bytes[index])
                index += 1
                continue
            }
            if literal.last == at, index > 0, bytes[index - 1] == at {
                // `@@{` stands for `@{`: the first `@` is there already.
                hasEscape = true
                literal.append(openBrace)
                index += 2
                continue
            }
            guard let end = closingBrace(bytes, from: index + 2) else {
                throw ExpressionError(
                    phase: .parse,
                    message:
                        "The template language expression '\(excerpt(bytes, index))' is not valid: the interpolation "
                        + "'@{' is not closed. Add '}' or write '@@{' for the text '@{'.",
                    offset: offset(at: index)
                )
            }
            if !literal.isEmpty {
                pieces.append(.literal(String(decoding: literal, as: UTF8.self)))
                literal = []
            }
            let expression = String(decoding: bytes[(index + 2)..<end], as: UTF8.self)
            pieces.append(.expression(expression, offset: offset(at: index + 2)))
            index = end + 1
        }
        if pieces.isEmpty { return .literal(hasEscape ? String(decoding: literal, as: UTF8.self) : text) }
        if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
        return .interpolation(pieces)
    }

    /// The `}` that closes an interpolation; one inside a string literal does not.
    private static func closingBrace(_ bytes: [UInt8], from start: Int) -> Int? {
        var isInLiteral = false
        for index in start..<bytes.count {
            if bytes[index] == UInt8(ascii: "'") {
                isInLiteral.toggle()
            } else if bytes[index] == UInt8(ascii: "}"), !isInLiteral {
                return index
            }
        }
        return nil
    }

    private static func excerpt(_ bytes: [UInt8], _ start: Int) -> String {
        String(String(decoding: bytes[start...], as: UTF8.self).prefix(100))
    }
}
