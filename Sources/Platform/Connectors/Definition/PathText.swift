/// Paths taken apart and compared.
enum PathText {
    /// The path and the query behind it, both without the question mark; the query is empty where there is none.
    static func parts<Text: StringProtocol>(_ text: Text) -> (path: Text.SubSequence, query: String) {
        let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) ?? text.endIndex
        guard mark < text.endIndex else { return (text[...], "") }
        return (text[..<mark], String(text[text.utf8.index(after: mark)...]))
    }

    /// The segments that are not empty.
    static func split(_ path: some StringProtocol) -> [String] {
        String(path).utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }

    /// The segments, empty ones among them.
    static func splitEmpty(_ path: some StringProtocol) -> [Substring] {
        let text = String(path)
        return (text.hasPrefix("/") ? text.dropFirst() : text[...]).split(
            separator: "/",
            omittingEmptySubsequences: false
        )
    }

    /// A segment in the one form in which the same text is always encoded the same: what a path may hold bare is bare
    /// (RFC 3986, `pchar`), everything else percent-encoded with capital digits.
    ///
    /// A value keeps its meaning: `%25` stays, so that what is encoded twice remains so.
    static func canonical(_ segment: some StringProtocol) -> String {
        var result: [UInt8] = []
        var bytes = Array(segment.utf8)[...]
        while let byte = bytes.first {
            bytes.removeFirst()
            if byte == UInt8(ascii: "%"), bytes.count >= 2, let decoded = Percent.byte(bytes.prefix(2)) {
                bytes.removeFirst(2)
                append(decoded, to: &result)
            } else if byte == UInt8(ascii: "%") || byte == 1 {
                result.append(byte)
            } else {
                append(byte, to: &result)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func append(_ byte: UInt8, to result: inout [UInt8]) {
        if Percent.isUnreserved(byte) || "!$&'()*,;=:@".utf8.contains(byte) {
            result.append(byte)
        } else {
            result += Percent.encoded(byte)
        }
    }

    /// Whether a part is what the pieces of a segment say, letters compared without case; the values of parameters are added.
    static func match(
        _ pieces: ArraySlice<PathTemplate.Piece>,
        _ part: Substring,
        _ values: inout [String: String]
    ) -> Bool {
        guard let piece = pieces.first else { return part.isEmpty }
        let rest = pieces.dropFirst()
        switch piece {
        case .text(let text):
            guard part.lowercased().hasPrefix(text.lowercased()) else { return false }
            return match(rest, part.dropFirst(text.count), &values)
        case .parameter(let name):
            guard case .text(let next)? = rest.first else {
                values[name] = String(part)
                return !part.isEmpty
            }
            // The value ends at the first place where the text behind it stands; the last when the template ends there.
            let ends = places(of: next, in: part)
            guard let end = rest.count == 1 ? ends.last : ends.first, end > part.startIndex else { return false }
            values[name] = String(part[..<end])
            return match(rest, part[end...], &values)
        }
    }

    private static func places(of text: String, in part: Substring) -> [String.Index] {
        part.indices.filter { part[$0...].lowercased().hasPrefix(text.lowercased()) }
    }
}
