/// Filters of LDAP (RFC 4515), put together so that no value can become a part of one.
enum FilterText {
    /// The longest filter in bytes: 8,192.
    static let limit = 8_192

    /// A value, with everything escaped that means something.
    static func escaped(_ text: String) -> String { escaped(Array(text.utf8), all: false) }

    /// Bytes, every one escaped.
    static func escaped(_ bytes: [UInt8]) -> String { escaped(bytes, all: true) }

    private static func escaped(_ bytes: [UInt8], all: Bool) -> String {
        var result: [UInt8] = []
        for byte in bytes {
            let means = byte < 0x20 || byte == 0x7F || "()*\\".utf8.contains(byte)
            if all || means || byte >= 0x80 {
                result += [UInt8(ascii: "\\"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// A filter of a playbook, as one whole in parentheses, so that it cannot end the filter that it is put into.
    ///
    /// - Throws: ``LDAPFailure`` with 400.
    static func whole(_ text: String) throws -> String {
        var text = String(text.drop { $0.isWhitespace })
        while text.last?.isWhitespace == true { text.removeLast() }
        if !text.hasPrefix("(") { text = "(\(text))" }
        var depth = 0
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if depth < 0 || depth == 0 && index < bytes.count - 1 || byte == 0 { throw invalid }
        }
        guard depth == 0, bytes.count <= limit, bytes.count > 2 else { throw invalid }
        return text
    }

    private static let invalid = LDAPFailure(
        400,
        "InvalidFilter",
        "The filter is not one whole filter such as (department=Finance), or longer than \(limit) bytes."
    )
}

/// Distinguished names (RFC 4514).
enum NameText {
    /// Whether a text is a distinguished name: parts of a type, `=` and a value.
    static func isName(_ text: String) -> Bool {
        guard let first = text.firstIndex(of: "="), first != text.startIndex else { return false }
        let type = text[..<first]
        return type.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        } && !text.utf8.contains(0)
    }
}
