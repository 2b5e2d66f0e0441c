import JSONTree

/// What the token reader takes each character for.
extension ContentReader {
    static let lineFeed: UInt16 = 0x0A
    static let carriageReturn: UInt16 = 0x0D

    static func isBlank(_ unit: UInt16) -> Bool {
        Unicode.Scalar(unit)?.properties.isWhitespace ?? false
    }

    static func isSeparator(_ unit: UInt16) -> Bool {
        isBlank(unit) || unit == "," || unit == "}" || unit == "]" || unit == ")" || unit == "/"
    }

    static func isNumberPart(_ unit: UInt16) -> Bool {
        guard let scalar = Unicode.Scalar(unit) else { return false }
        return switch scalar {
        case "-", "+", ".", "x", "X", "0"..."9", "a"..."f", "A"..."F": true
        default: false
        }
    }

    static func isNamePart(_ unit: UInt16) -> Bool {
        guard let scalar = Unicode.Scalar(unit) else { return false }
        if scalar == "_" || scalar == "$" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        default:
            return false
        }
    }
}

extension UInt16 {
    init(ascii: Unicode.Scalar) { self = UInt16(ascii.value) }

    /// Lets a unit be compared with, and matched by, an ASCII character.
    static func == (unit: UInt16, scalar: Unicode.Scalar) -> Bool { UInt32(unit) == scalar.value }
    static func ~= (scalar: Unicode.Scalar, unit: UInt16) -> Bool { UInt32(unit) == scalar.value }
}

/// Numbers as Json.NET converts them: decimal, `0x` hexadecimal, octal after a leading zero; a double that is too large is text.
enum ContentNumber {
    static func value(_ text: String) -> JSON? {
        let isNegative = text.hasPrefix("-")
        let magnitude = isNegative ? text.dropFirst() : text[...]
        let bytes = Array(magnitude.utf8)
        guard let first = bytes.first else { return nil }
        if !isNegative, first == UInt8(ascii: "0"), bytes.count > 1,
            isDigit(bytes[1]) || bytes[1] | 0x20 == UInt8(ascii: "x")
        {
            return radixInteger(magnitude)
        }
        if bytes.allSatisfy(isDigit) {
            let digits = magnitude.drop { $0 == "0" }
            return JSON(number: (isNegative && !digits.isEmpty ? "-" : "") + (digits.isEmpty ? "0" : String(digits)))
        }
        return double(magnitude, isNegative: isNegative)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func radixInteger(_ text: Substring) -> JSON? {
        let isHex = text.utf8.dropFirst().first.map { $0 | 0x20 } == UInt8(ascii: "x")
        let digits = text.dropFirst(isHex ? 2 : 1)
        guard digits.utf8.first != UInt8(ascii: "+"), let value = UInt64(digits, radix: isHex ? 16 : 8) else {
            return nil
        }
        // As .NET's conversion, bits beyond the sign wrap into it.
        return .integer(Int64(bitPattern: value))
    }

    private static func double(_ text: Substring, isNegative: Bool) -> JSON? {
        let mark = text.utf8.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? text.endIndex
        let mantissa = text[..<mark].split(separator: ".", omittingEmptySubsequences: false)
        guard mantissa.count <= 2, mantissa.contains(where: { !$0.isEmpty }),
            mantissa.allSatisfy({ $0.utf8.allSatisfy(isDigit) })
        else { return nil }
        var exponent = text[mark...].dropFirst()
        if let sign = exponent.first, sign == "+" || sign == "-" { exponent = exponent.dropFirst() }
        guard mark == text.endIndex || (!exponent.isEmpty && exponent.utf8.allSatisfy(isDigit)) else { return nil }
        let whole = mantissa[0].isEmpty ? "0" : String(mantissa[0])
        let fraction = mantissa.count > 1 && !mantissa[1].isEmpty ? String(mantissa[1]) : "0"
        guard let value = Double("\(isNegative ? "-" : "")\(whole).\(fraction)\(text[mark...])") else { return nil }
        return value.isInfinite ? .string(isNegative ? "-Infinity" : "Infinity") : .double(value)
    }
}
