/// A reply of a mail server: a code of three digits and the text of its lines.
struct SMTPReply: Sendable, Hashable {
    /// The most lines of a reply: 100.
    static let lineLimit = 100

    let code: Int
    let lines: [String]

    /// The text in one line, cut to 500 characters.
    var text: String { String(lines.joined(separator: " ").prefix(500)) }

    /// Whether the code is of the class 2xx or 3xx.
    var isPositive: Bool { (200..<400).contains(code) }
}

/// Puts lines together to replies.
struct SMTPReplyReader: Sendable {
    /// What the server sent is no reply.
    struct Malformed: Error {}

    private var code = 0
    private var lines: [String] = []

    /// Whether a reply has begun and not ended.
    var isInside: Bool { !lines.isEmpty }

    /// Takes a line without its end.
    ///
    /// - Returns: The reply that it completes.
    mutating func take(_ line: String) throws -> SMTPReply? {
        let digits = line.prefix(3)
        guard digits.count == 3, let number = Int(digits), (200..<600).contains(number),
            lines.isEmpty || number == code,
            lines.count < SMTPReply.lineLimit
        else { throw Malformed() }
        let rest = line.dropFirst(3)
        guard rest.isEmpty || rest.hasPrefix(" ") || rest.hasPrefix("-") else { throw Malformed() }
        code = number
        lines.append(
            String(rest.dropFirst().unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init))
        )
        guard !rest.hasPrefix("-") else { return nil }
        defer { lines = [] }
        return SMTPReply(code: number, lines: lines)
    }
}

/// What a mail server says it can do, from its answer to EHLO.
struct SMTPExtensions: Sendable, Hashable {
    private var words: [String: [String]] = [:]

    init(_ reply: SMTPReply) {
        for line in reply.lines.dropFirst() {
            let parts = line.uppercased().replacing("AUTH=", with: "AUTH ").split(separator: " ").map(String.init)
            if let name = parts.first { words[name, default: []] += parts.dropFirst() }
        }
    }

    /// Whether an extension is offered.
    func has(_ name: String) -> Bool { words[name] != nil }

    /// The ways to sign in.
    var mechanisms: Set<String> { Set(words["AUTH"] ?? []) }

    /// The most bytes of a message; nil when the server does not say.
    var size: Int? { words["SIZE"]?.first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
}
