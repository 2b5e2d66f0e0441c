import Moments

/// One word of a `$filter`.
enum ODataToken: Sendable, Hashable {
    case identifier(String)
    case literal(ODataLiteral)
    case open
    case close
    case comma
    case colon
    case slash
    case end

    /// The word in messages.
    var text: String {
        switch self {
        case .identifier(let name): name
        case .literal(let literal): literal.typeName
        case .open: "("
        case .close: ")"
        case .comma: ","
        case .colon: ":"
        case .slash: "/"
        case .end: "end of the text"
        }
    }
}

/// Cuts a `$filter` into words.
struct ODataLexer {
    let text: String
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    /// The place of a byte in characters.
    func position(ofByte offset: Int) -> Int {
        String(decoding: bytes[..<Swift.min(offset, bytes.count)], as: UTF8.self).count
    }

    func error(_ what: String, at offset: Int) -> ODataError {
        let position = position(ofByte: offset)
        return ODataError(
            code: .invalidFilter,
            message: "Invalid filter clause: \(what) at position \(position) in '\(text)'.",
            option: "$filter",
            position: position
        )
    }

    /// The next word and the byte at which it begins.
    mutating func next() throws(ODataError) -> (token: ODataToken, offset: Int) {
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
        let start = index
        guard index < bytes.count else { return (.end, start) }
        let byte = bytes[index]
        if let mark = Self.mark(byte) {
            index += 1
            return (mark, start)
        }
        if byte == UInt8(ascii: "'") { return (.literal(.string(try quoted())), start) }
        if Self.isDigit(byte) || (byte == UInt8(ascii: "-") && index + 1 < bytes.count) {
            return (try bareLiteral(), start)
        }
        if Self.isNameStart(byte) { return (try word(), start) }
        let shown = String(decoding: bytes[index...].prefix(4), as: UTF8.self).first.map(String.init) ?? "?"
        throw error("Syntax error: character '\(shown)' is not valid", at: start)
    }

    private static func mark(_ byte: UInt8) -> ODataToken? {
        switch byte {
        case UInt8(ascii: "("): .open
        case UInt8(ascii: ")"): .close
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: "/"): .slash
        default: nil
        }
    }

    /// A quoted text; the index stands at its first quote.
    private mutating func quoted() throws(ODataError) -> String {
        let start = index
        let quote = UInt8(ascii: "'")
        var content: [UInt8] = []
        index += 1
        while index < bytes.count {
            if bytes[index] != quote {
                content.append(bytes[index])
                index += 1
            } else if index + 1 < bytes.count, bytes[index + 1] == quote {
                content.append(quote)
                index += 2
            } else {
                index += 1
                return String(decoding: content, as: UTF8.self)
            }
        }
        throw error("There is an unterminated string literal", at: start)
    }

    /// A number, a date, a time or a GUID without quotes.
    private mutating func bareLiteral() throws(ODataError) -> ODataToken {
        let start = index
        while index < bytes.count, Self.isNamePart(bytes[index]) || Self.isLiteralMark(bytes[index]) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let literal = ODataLexer.literal(bare: word) else {
            throw error("Syntax error: '\(word)' is not a number, a date and time or a GUID", at: start)
        }
        return .literal(literal)
    }

    /// The constant that a word without quotes means.
    static func literal(bare word: String) -> ODataLiteral? {
        if let integer = Int64(word) { return .integer(integer) }
        if isGUID(word) { return .guid(word.lowercased()) }
        if let timestamp = timestamp(word) { return .timestamp(timestamp) }
        let digits = word.utf8.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) }
        if digits, let double = Double(word), double.isFinite { return .double(double) }
        return nil
    }

    /// A date and time of any form that Graph's clients send; without zone it is Greenwich's.
    static func timestamp(_ text: String) -> Timestamp? {
        guard text.utf8.count >= 10, text.utf8.dropFirst(4).first == UInt8(ascii: "-") else { return nil }
        return Timestamp(iso8601: text) ?? Timestamp(iso8601: text + (text.utf8.count == 10 ? "T00:00:00Z" : "Z"))
    }

    static func isGUID(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : isHex(byte)
        }
    }

    /// A name, a keyword, a GUID that begins with a letter, or a typed literal such as `duration'PT1M'`.
    private mutating func word() throws(ODataError) -> ODataToken {
        let start = index
        let rest = String(decoding: bytes[start...].prefix(36), as: UTF8.self)
        if Self.isGUID(rest) {
            index += 36
            return .literal(.guid(rest.lowercased()))
        }
        while index < bytes.count, Self.isNamePart(bytes[index]) { index += 1 }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        if index < bytes.count, bytes[index] == UInt8(ascii: "'") {
            return .literal(try typed(name, at: start))
        }
        switch name.lowercased() {
        case "null": return .literal(.null)
        case "true": return .literal(.boolean(true))
        case "false": return .literal(.boolean(false))
        default: return .identifier(name)
        }
    }

    private mutating func typed(_ type: String, at start: Int) throws(ODataError) -> ODataLiteral {
        let content = try quoted()
        let literal: ODataLiteral? =
            switch type.lowercased() {
            case "datetime", "datetimeoffset", "date": Self.timestamp(content).map(ODataLiteral.timestamp)
            case "guid": Self.isGUID(content) ? .guid(content.lowercased()) : nil
            case "duration": ISODuration(content)?.exactSpan.map(ODataLiteral.duration)
            default: type.contains(".") ? .enumeration(type: type, member: content) : nil
            }
        guard let literal else {
            throw error("Unrecognized '\(type)' literal '\(type)'\(content)''", at: start)
        }
        return literal
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80 || "_@$".utf8.contains(byte)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        isNameStart(byte) || isDigit(byte) || byte == UInt8(ascii: ".")
    }

    private static func isLiteralMark(_ byte: UInt8) -> Bool { "+-:".utf8.contains(byte) }
}
