import Content

/// Texts in headers of messages: encoded words (RFC 2047) and parameters (RFC 2231).
enum HeaderText {
    /// A header of free text, in as many lines as it needs.
    static func lines(_ name: String, _ text: String) -> [String] {
        if isPlain(text), name.utf8.count + 2 + text.utf8.count <= 76 { return ["\(name): \(text)"] }
        let words = encodedWords(text)
        return words.enumerated().map { ($0.offset == 0 ? "\(name): " : " ") + $0.element }
    }

    /// The name of a person before an address.
    static func phrase(_ text: String) -> String {
        guard isPlain(text), text.utf8.count <= 60 else { return encodedWords(text).joined(separator: "\r\n ") }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// A parameter such as `filename="a.txt"`, or `filename*=utf-8''…` where ASCII does not do.
    static func parameter(_ name: String, _ text: String) -> String {
        if isPlain(text), !text.contains(where: { $0 == "\"" || $0 == "\\" }) { return "\(name)=\"\(text)\"" }
        return "\(name)*=utf-8''\(PercentEncoding.encode(text))"
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    }

    /// Words of at most 75 characters, none of which cuts a character in two.
    private static func encodedWords(_ text: String) -> [String] {
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > 42 {
                words.append("=?utf-8?B?\(Base64.encode(bytes))?=")
                bytes = []
            }
            bytes += next
        }
        if !bytes.isEmpty || words.isEmpty { words.append("=?utf-8?B?\(Base64.encode(bytes))?=") }
        return words
    }
}
