import JSONTree

/// A statement whose parameters have names (`@user`), as one whose parameters have places (`?`).
///
/// Marks inside of texts, quoted names and comments are none.
struct NamedParameters: Sendable, Hashable {
    /// The statement with `?`.
    let sql: String
    /// The names in the order of the marks.
    let names: [String]

    /// The longest statement in bytes: 1 MB.
    static let limit = 1 << 20

    /// Reads a statement.
    ///
    /// - Parameters:
    ///   - text: The statement.
    ///   - known: The names that have values, in small letters, without `@`; other words with `@` stay as they are.
    ///   - kind: The database, whose way to quote it is.
    init(_ text: String, known: Set<String>, kind: DatabaseKind) {
        let source = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var names: [String] = []
        var index = 0
        while index < source.count {
            if let end = Self.skipped(source, index, kind) {
                result.append(contentsOf: source[index..<end])
                index = end
                continue
            }
            if source[index] == "@", index == 0 || !Self.isWord(source[index - 1]),
                source[max(0, index - 1)] != "@" || index == 0
            {
                var end = index + 1
                while end < source.count, Self.isWord(source[end]) { end += 1 }
                var name = String.UnicodeScalarView()
                name.append(contentsOf: source[(index + 1)..<end])
                let word = String(name).lowercased()
                if known.contains(word) {
                    names.append(word)
                    result.append("?")
                    index = end
                    continue
                }
            }
            result.append(source[index])
            index += 1
        }
        sql = String(result)
        self.names = names
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// The end of a text, a quoted name or a comment that begins here; nil when none does.
    private static func skipped(_ source: [Unicode.Scalar], _ index: Int, _ kind: DatabaseKind) -> Int? {
        func next(_ offset: Int) -> Unicode.Scalar? { index + offset < source.count ? source[index + offset] : nil }
        switch source[index] {
        case "'": return quoted(source, index, "'", escapes: kind == .mariadb || isEscapeText(source, index, kind))
        case "\"": return quoted(source, index, "\"", escapes: kind == .mariadb)
        case "`" where kind == .mariadb: return quoted(source, index, "`", escapes: false)
        case "[" where kind == .sqlserver: return quoted(source, index, "]", escapes: false)
        case "-" where next(1) == "-": return line(source, index)
        case "#" where kind == .mariadb: return line(source, index)
        case "/" where next(1) == "*": return comment(source, index, nests: kind != .mariadb)
        case "$" where kind == .postgresql: return dollars(source, index)
        default: return nil
        }
    }

    /// PostgreSQL's `E'…'`, in which a backslash means something.
    private static func isEscapeText(_ source: [Unicode.Scalar], _ index: Int, _ kind: DatabaseKind) -> Bool {
        guard kind == .postgresql, index > 0, source[index - 1] == "E" || source[index - 1] == "e" else { return false }
        return index == 1 || !isWord(source[index - 2])
    }

    private static func quoted(_ source: [Unicode.Scalar], _ start: Int, _ end: Unicode.Scalar, escapes: Bool) -> Int {
        var index = start + 1
        while index < source.count {
            if escapes, source[index] == "\\" {
                index += 2
                continue
            }
            if source[index] == end {
                guard index + 1 < source.count, source[index + 1] == end else { return index + 1 }
                index += 1
            }
            index += 1
        }
        return source.count
    }

    private static func line(_ source: [Unicode.Scalar], _ start: Int) -> Int {
        source[start...].firstIndex(of: "\n") ?? source.count
    }

    private static func comment(_ source: [Unicode.Scalar], _ start: Int, nests: Bool) -> Int {
        var depth = 0
        var index = start
        while index + 1 < source.count {
            if source[index] == "/", source[index + 1] == "*", nests || depth == 0 {
                depth += 1
                index += 2
            } else if source[index] == "*", source[index + 1] == "/" {
                depth -= 1
                index += 2
                if depth == 0 { return index }
            } else {
                index += 1
            }
        }
        return source.count
    }

    /// PostgreSQL's `$tag$…$tag$`.
    private static func dollars(_ source: [Unicode.Scalar], _ start: Int) -> Int? {
        if start > 0, isWord(source[start - 1]) { return nil }
        var end = start + 1
        while end < source.count, isWord(source[end]) { end += 1 }
        guard end < source.count, source[end] == "$",
            end == start + 1 || source[start + 1].properties.numericType == nil
        else { return nil }
        let tag = Array(source[start...end])
        var index = end + 1
        while index + tag.count <= source.count {
            if source[index] == "$", Array(source[index..<(index + tag.count)]) == tag { return index + tag.count }
            index += 1
        }
        return source.count
    }
}
