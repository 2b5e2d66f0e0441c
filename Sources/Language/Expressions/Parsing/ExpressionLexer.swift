/// Cuts the text of one expression into tokens (workflow definition language, section 2.3).
struct ExpressionLexer {
    let bytes: [UInt8]
    private var position = 0

    /// - Throws: An `ExpressionError` when the text is longer than the limit.
    init(_ text: String, limits: ExpressionLimits) throws(ExpressionError) {
        bytes = Array(text.utf8)
        guard text.utf16.count <= limits.textLength else {
            throw ExpressionError(
                phase: .parse,
                message: "The template language expression is too long: it has '\(text.utf16.count)' characters and "
                    + "the limit is '\(limits.textLength)'. Split it into several actions."
            )
        }
    }

    /// The next token; `endOfData` again and again at the end.
    mutating func next() throws(ExpressionError) -> ExpressionToken {
        skipWhiteSpace()
        guard position < bytes.count else {
            return ExpressionToken(kind: .endOfData, range: bytes.count..<bytes.count)
        }
        let start = position
        if let kind = punctuation(bytes[start]) {
            position += 1
            return ExpressionToken(kind: kind, range: start..<position)
        }
        switch bytes[start] {
        case UInt8(ascii: "'"): return try stringLiteral(from: start)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number(from: start)
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "@"), UInt8(ascii: "\""):
            throw unexpectedCharacter(at: start)
        default:
            skipIdentifier()
            return ExpressionToken(kind: .identifier, range: start..<position)
        }
    }

    /// The text of a token; of a string literal its value, quotation marks taken off and `''` made one.
    func text(of token: ExpressionToken) -> String {
        guard token.kind == .stringLiteral else { return String(decoding: bytes[token.range], as: UTF8.self) }
        let inner = (token.range.lowerBound + 1)..<(token.range.upperBound - 1)
        let quote = UInt8(ascii: "'")
        guard bytes[inner].contains(quote) else { return String(decoding: bytes[inner], as: UTF8.self) }
        var value: [UInt8] = []
        value.reserveCapacity(inner.count)
        var index = inner.lowerBound
        while index < inner.upperBound {
            value.append(bytes[index])
            index += bytes[index] == quote ? 2 : 1
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// The place of a byte in UTF-16 units from the beginning of the expression.
    func utf16Offset(_ byteOffset: Int) -> Int {
        CharacterClasses.utf16Length(bytes, 0..<min(byteOffset, bytes.count))
    }

    private mutating func skipWhiteSpace() {
        while position < bytes.count {
            let length = CharacterClasses.whiteSpaceLength(bytes, position)
            if length == 0 { return }
            position += length
        }
    }

    private func punctuation(_ byte: UInt8) -> ExpressionToken.Kind? {
        switch byte {
        case UInt8(ascii: "."): .dot
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: "("): .leftParenthesis
        case UInt8(ascii: ")"): .rightParenthesis
        case UInt8(ascii: "["): .leftSquareBracket
        case UInt8(ascii: "]"): .rightSquareBracket
        case UInt8(ascii: "?"): .questionMark
        default: nil
        }
    }

    private func isIdentifierCharacter(at index: Int) -> Bool {
        !CharacterClasses.isPunctuation(bytes[index]) && CharacterClasses.whiteSpaceLength(bytes, index) == 0
    }

    private mutating func skipIdentifier() {
        while position < bytes.count, isIdentifierCharacter(at: position) { position += 1 }
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, CharacterClasses.isDigit(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func number(from start: Int) throws(ExpressionError) -> ExpressionToken {
        if !CharacterClasses.isDigit(bytes[start]) { position += 1 }
        var isFloat = false
        if skipDigits() == 0 { throw unexpectedCharacter(at: start) }
        if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "."),
            CharacterClasses.isDigit(bytes[position + 1])
        {
            isFloat = true
            position += 1
            _ = skipDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            let exponent = position
            isFloat = true
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            if skipDigits() == 0 { throw unexpectedCharacter(at: exponent) }
        }
        if position < bytes.count, isIdentifierCharacter(at: position) { throw unexpectedCharacter(at: position) }
        return ExpressionToken(kind: isFloat ? .floatLiteral : .integerLiteral, range: start..<position)
    }

    private mutating func stringLiteral(from start: Int) throws(ExpressionError) -> ExpressionToken {
        let quote = UInt8(ascii: "'")
        position += 1
        while position < bytes.count {
            if bytes[position] == quote {
                position += 1
                if position >= bytes.count || bytes[position] != quote {
                    return ExpressionToken(kind: .stringLiteral, range: start..<position)
                }
            }
            position += 1
        }
        position = bytes.count
        throw ExpressionError(
            phase: .parse,
            message: "The template language expression '\(expression)' is not valid: the string literal that begins at "
                + "position '\(utf16Offset(start))' is not terminated. Close it with a single quotation mark.",
            offset: utf16Offset(start)
        )
    }

    private func unexpectedCharacter(at index: Int) -> ExpressionError {
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        let character = String(decoding: bytes[index..<end], as: UTF8.self)
        let position = utf16Offset(index)
        return ExpressionError(
            phase: .parse,
            message:
                "The template language expression '\(expression)' is not valid: the string character '\(character)' "
                + "at position '\(position)' is not expected.",
            offset: position
        )
    }

    private var expression: String { String(decoding: bytes, as: UTF8.self) }
}
