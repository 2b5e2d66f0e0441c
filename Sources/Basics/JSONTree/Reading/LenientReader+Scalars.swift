extension LenientReader {
    /// Reads a text at its opening quotation mark, which also ends it.
    mutating func text(_ quote: Unicode.Scalar) throws(JSONError) -> String {
        at += 1
        var result = String.UnicodeScalarView()
        while let scalar = current {
            switch scalar {
            case quote:
                at += 1
                return String(result)
            case "\\":
                at += 1
                result.append(try escape(quote))
            default:
                result.append(scalar)
                advance()
            }
        }
        throw failure(.unexpectedEnd, "Unterminated string. Expected delimiter: \(quote).")
    }

    private mutating func escape(_ quote: Unicode.Scalar) throws(JSONError) -> Unicode.Scalar {
        guard let scalar = current else {
            throw failure(.unexpectedEnd, "Unterminated string. Expected delimiter: \(quote).")
        }
        at += 1
        switch scalar {
        case "b": return "\u{08}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{0C}"
        case "r": return "\r"
        case "\\", "\"", "'", "/": return scalar
        case "u": return try unicodeEscape()
        default: throw failure(.badEscape, "Bad JSON escape sequence: \\\(scalar).")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let code = try fourDigits()
        if let scalar = Unicode.Scalar(code) { return scalar }
        let after = at
        if code < 0xDC00, at + 1 < scalars.count, scalars[at] == "\\", scalars[at + 1] == "u" {
            at += 2
            let low = try fourDigits()
            if low & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(0x10000 + (code & 0x3FF) << 10 + low & 0x3FF) {
                return scalar
            }
            at = after
        }
        return "\u{FFFD}"
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        guard at + 4 <= scalars.count else {
            at = scalars.count
            throw failure(.unexpectedEnd, "Unexpected end while parsing Unicode escape sequence.")
        }
        let digits = String(String.UnicodeScalarView(scalars[at..<at + 4]))
        guard digits.utf8.count == 4, digits.utf8.first != 0x2B, let code = UInt32(digits, radix: 16) else {
            throw failure(.badEscape, "Invalid Unicode escape sequence: \\u\(digits).")
        }
        at += 4
        return code
    }

    /// Reads a bare word, which nothing that could be part of it may follow.
    mutating func word(_ word: String, _ kind: String, _ meaning: JSON) throws(JSONError) -> JSON {
        guard at + word.unicodeScalars.count <= scalars.count else {
            at = scalars.count
            throw failure(.unexpectedEnd, "Unexpected end when reading JSON.")
        }
        for scalar in word.unicodeScalars {
            guard current == scalar else {
                throw failure(.unexpectedCharacter, "Error parsing \(kind) value.")
            }
            at += 1
        }
        if let next = current, !isSeparator(next) {
            throw failure(.unexpectedCharacter, "Error parsing \(kind) value.")
        }
        return meaning
    }

    private func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ",", "}", "]", "/", ")": true
        default: scalar.properties.isWhitespace
        }
    }

    /// Reads a number: decimal, `0x` hexadecimal or, after a leading zero, octal.
    mutating func number() throws(JSONError) -> JSON {
        let start = at
        if current == "-", at + 1 < scalars.count, scalars[at + 1] == "I" {
            at += 1
            return try word("Infinity", "-Infinity", .string("-Infinity"))
        }
        while let scalar = current, Self.isNumberScalar(scalar) { at += 1 }
        let text = String(String.UnicodeScalarView(scalars[start..<at]))
        if let next = current, !isSeparator(next) {
            throw failure(.badNumber, "Unexpected character encountered while parsing number: \(next).")
        }
        let negative = text.utf8.first == 0x2D
        let magnitude = Substring(negative ? text.dropFirst() : text[...])
        if let value = Self.integer(magnitude, negative: negative) ?? Self.decimal(magnitude, negative: negative) {
            return value
        }
        enterItem()
        throw failure(.badNumber, "Input string '\(text)' is not a valid number.")
    }

    private static func isNumberScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", "+", ".", "0"..."9", "a"..."f", "A"..."F", "x", "X": true
        default: false
        }
    }

    /// A hexadecimal or octal integer of 64 bits, or nil when the text is neither.
    private static func integer(_ text: Substring, negative: Bool) -> JSON? {
        guard text.utf8.first == 0x30, text.utf8.count > 1, let second = text.utf8.dropFirst().first else { return nil }
        let value: UInt64?
        if second | 0x20 == 0x78 {
            value = text.utf8.dropFirst(2).first == 0x2B ? nil : UInt64(text.dropFirst(2), radix: 16)
        } else if second &- 0x30 < 10 {
            value = UInt64(text.dropFirst(), radix: 8)
        } else {
            return nil
        }
        guard let value else { return nil }
        // As .NET's conversion, bits beyond the sign wrap into it.
        let signed = Int64(bitPattern: value)
        return .integer(negative ? 0 &- signed : signed)
    }

    /// A decimal number, whose point may stand first or last.
    private static func decimal(_ text: Substring, negative: Bool) -> JSON? {
        guard let first = text.utf8.first, first == 0x2E || first &- 0x30 < 10 else { return nil }
        var mantissa = text
        var exponent = Substring()
        if let mark = text.utf8.firstIndex(where: { $0 | 0x20 == 0x65 }) {
            mantissa = text[..<mark]
            exponent = text[mark...]
        }
        if mantissa.hasSuffix(".") { mantissa += "0" }
        if mantissa.hasPrefix(".") { mantissa = "0" + mantissa }
        return JSON(number: (negative ? "-" : "") + mantissa + exponent)
    }
}
