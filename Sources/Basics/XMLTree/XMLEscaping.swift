/// Escaping of text for XML and back.
public enum XMLEscaping {
    /// Escapes `&`, `<`, `>`, `"` and `'`, as .NET's `SecurityElement.Escape` does.
    ///
    /// - Parameter value: Any text.
    /// - Returns: Text that can stand in element content and in attribute values.
    public static func escape(_ value: String) -> String {
        replacing(value) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case UInt8(ascii: "\""): "&quot;"
            case UInt8(ascii: "'"): "&apos;"
            default: nil
            }
        }
    }

    /// Escapes what may not stand in element content; a carriage return is kept by a character reference.
    static func escapeText(_ value: String) -> String {
        replacing(value) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case 0x0D: "&#xD;"
            default: nil
            }
        }
    }

    /// Escapes what may not stand in an attribute's value between double quotation marks, line breaks included.
    static func escapeAttribute(_ value: String) -> String {
        replacing(value) { byte in
            switch byte {
            case UInt8(ascii: "&"): "&amp;"
            case UInt8(ascii: "<"): "&lt;"
            case UInt8(ascii: ">"): "&gt;"
            case UInt8(ascii: "\""): "&quot;"
            case 0x0D: "&#xD;"
            case 0x0A: "&#xA;"
            case 0x09: "&#x9;"
            default: nil
            }
        }
    }

    /// Text as a CDATA section, or as several where it holds the mark that ends one.
    static func section(_ text: String) -> String {
        var result = "<![CDATA["
        var rest = text[...]
        while let end = rest.firstIndex(ofBytes: "]]>") {
            result += rest[..<end] + "]]]]><![CDATA[>"
            rest = rest[rest.utf8.index(end, offsetBy: 3)...]
        }
        return result + rest + "]]>"
    }

    /// Replaces the five named references and numeric character references; anything else stays as it is.
    ///
    /// - Parameter value: Text that may hold references.
    /// - Returns: The text with references replaced.
    public static func unescape(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: "&")) else { return value }
        let bytes = Array(value.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "&"), let reference = reference(bytes, place) {
                result.append(contentsOf: String(reference.scalar).utf8)
                place += reference.length
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The reference that begins at an ampersand, with its length from there to its semicolon.
    private static func reference(_ bytes: [UInt8], _ start: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        // The longest reference, &#x10FFFF;, has ten characters; leading zeros make two more.
        let rest = bytes[(start + 1)..<min(start + 12, bytes.count)]
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")),
            let scalar = scalar(named: String(decoding: rest[..<end], as: UTF8.self))
        else { return nil }
        return (scalar, end - start + 1)
    }

    private static func scalar(named name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.hasPrefix("#") else { return nil }
            let isHex = name.hasPrefix("#x") || name.hasPrefix("#X")
            let digits = name.dropFirst(isHex ? 2 : 1)
            guard digits.first != "+", digits.first != "-" else { return nil }
            return UInt32(digits, radix: isHex ? 16 : 10).flatMap(Unicode.Scalar.init)
        }
    }

    private static func replacing(_ value: String, _ replacement: (UInt8) -> String?) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.utf8.count)
        for byte in value.utf8 {
            if let text = replacement(byte) { bytes.append(contentsOf: text.utf8) } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StringProtocol {
    /// Where bytes first occur in the text's UTF-8.
    ///
    /// Markup is looked for in bytes, never in characters: a mark followed by a combining accent is one other character.
    func firstIndex(ofBytes text: StaticString) -> Index? {
        let wanted = text.withUTF8Buffer { Array($0) }
        guard let first = wanted.first else { return startIndex }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: wanted) { return start }
            rest = rest[rest.index(after: start)...]
        }
        return nil
    }

    /// Whether the text's UTF-8 has these bytes.
    func contains(bytes text: StaticString) -> Bool { firstIndex(ofBytes: text) != nil }
}
