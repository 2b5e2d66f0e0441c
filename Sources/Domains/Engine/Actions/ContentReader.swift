import JSONTree

/// Reads text as ParseJson does: by the token reader of Json.NET, which stops at the end of the first value (section 6.9).
///
/// Beyond what `json()` takes, anything may follow the value, and the end of the text after a complete member or item closes all
/// that is open. Messages name path, line and position as that reader does: before any token is read the line is 0, and the
/// position is that of the character it stumbled over.
struct ContentReader {
    /// Why a text cannot be read.
    struct Failure: Error {
        /// Json.NET's words.
        let message: String
    }

    /// A container that is open: of an object the member that was read last, of an array the index of the element.
    private enum Level {
        case object(String?)
        case array(Int)
    }

    private let units: [UInt16]
    private var at = 0
    private var line = 1
    private var lineStart = 0
    private var hasStarted = false
    private var levels: [Level] = []

    private init(_ text: String) {
        units = Array(text.utf16)
    }

    /// The value at the beginning of a text; null when there is nothing but white space and comments.
    static func read(_ text: String) throws(Failure) -> JSON {
        var limits = JSONLimits.default
        limits.duplicateNames = .lastWins
        limits.loneSurrogates = .replace
        do throws(JSONError) {
            return try JSON.parse(text, limits: limits)
        } catch {
            guard error.code != .tooLarge, error.code != .tooDeep else { throw Failure(message: error.message) }
        }
        var reader = ContentReader(text)
        try reader.skipBlank()
        return reader.at < reader.units.count ? try reader.value() : .null
    }

    // MARK: - Places

    private func failure(_ message: String, at place: Int? = nil) -> Failure {
        let position = (place ?? at) - lineStart
        let line = !hasStarted && position == 0 ? 0 : line
        return Failure(message: "\(message) Path '\(path(levels))', line \(line), position \(position).")
    }

    /// The text ends where a token is wanted: told is the place of the innermost container.
    private func endFailure() -> Failure {
        Failure(message: "Unexpected end when reading token. Path '\(path(levels.dropLast()))'.")
    }

    private func path(_ levels: some Sequence<Level>) -> String {
        let steps = levels.compactMap { level -> DottedPath.Step? in
            switch level {
            case .object(let name): name.map { .name($0) }
            case .array(let index): index < 0 ? nil : .index(index)
            }
        }
        return "\(DottedPath(steps))"
    }

    /// The next element of the array around has begun.
    private mutating func countElement() {
        if case .array(let index)? = levels.last { levels[levels.count - 1] = .array(index + 1) }
    }

    private mutating func newLine() {
        line += 1
        lineStart = at
    }

    // MARK: - White space and comments

    private mutating func skipBlank() throws(Failure) {
        while at < units.count {
            let unit = units[at]
            if unit == Self.lineFeed {
                at += 1
                newLine()
            } else if unit == Self.carriageReturn {
                at += at + 1 < units.count && units[at + 1] == Self.lineFeed ? 2 : 1
                newLine()
            } else if Self.isBlank(unit) {
                at += 1
            } else if unit == "/" {
                try comment()
            } else {
                return
            }
        }
    }

    private mutating func comment() throws(Failure) {
        hasStarted = true
        at += 1
        guard at < units.count else { throw failure("Unexpected end while parsing comment.") }
        switch units[at] {
        case "/":
            while at < units.count, units[at] != Self.lineFeed, units[at] != Self.carriageReturn { at += 1 }
        case "*":
            at += 1
            while at < units.count {
                if units[at] == "*", at + 1 < units.count, units[at + 1] == "/" {
                    at += 2
                    return
                }
                at += 1
                if units[at - 1] == Self.lineFeed { newLine() }
            }
            throw failure("Unexpected end while parsing comment.")
        default:
            throw failure("Error parsing comment. Expected: *, got \(character).")
        }
    }

    /// The character at the place, as messages show it.
    private var character: String { String(decoding: units[at..<min(at + 1, units.count)], as: UTF16.self) }

    // MARK: - Values

    private mutating func value() throws(Failure) -> JSON {
        try skipBlank()
        guard at < units.count else { throw endFailure() }
        let next = at + 1 < units.count ? units[at + 1] : 0
        switch units[at] {
        case "{", "[":
            return try container()
        case "\"", "'":
            let text = try text(units[at])
            countElement()
            return .string(text)
        case ",":
            // A comma where a value belongs stands for one that is not defined.
            hasStarted = true
            countElement()
            return .null
        case "]":
            at += 1
            hasStarted = true
            throw failure("JsonToken EndArray is not valid for closing JsonType \(levels.isEmpty ? "None" : "Object").")
        case "t": return try word("true", "boolean", .bool(true))
        case "f": return try word("false", "boolean", .bool(false))
        case "n" where next == "u": return try word("null", "null", .null)
        case "u": return try word("undefined", "undefined", .null)
        case "N": return try word("NaN", "NaN", "NaN")
        case "I": return try word("Infinity", "Infinity", "Infinity")
        case "-" where next == "I": return try word("-Infinity", "-Infinity", "-Infinity")
        case "-", ".", UInt16(ascii: "0")...UInt16(ascii: "9"): return try number()
        default: throw failure("Unexpected character encountered while parsing value: \(character).")
        }
    }

    private mutating func container() throws(Failure) -> JSON {
        let isObject = units[at] == "{"
        countElement()
        at += 1
        hasStarted = true
        guard levels.count < JSONLimits.default.depth else {
            throw failure("The reader's MaxDepth of \(JSONLimits.default.depth) has been exceeded.")
        }
        levels.append(isObject ? .object(nil) : .array(-1))
        let result = isObject ? try object() : try array()
        levels.removeLast()
        return result
    }

    /// The elements after `[`.
    private mutating func array() throws(Failure) -> JSON {
        var items: [JSON] = []
        while try goesOn(isFirst: items.isEmpty, end: UInt16(ascii: "]"), other: UInt16(ascii: "}"), "Object", "Array")
        {
            items.append(try value())
        }
        return .array(items)
    }

    /// The members after `{`.
    private mutating func object() throws(Failure) -> JSON {
        var members = JSONObject()
        var isFirst = true
        while try goesOn(isFirst: isFirst, end: UInt16(ascii: "}"), other: UInt16(ascii: "]"), "Array", "Object") {
            isFirst = false
            let name = try name()
            levels[levels.count - 1] = .object(name)
            members[name] = try value()
        }
        return .object(members)
    }

    /// Whether another item follows in the container; what ends it is passed.
    private mutating func goesOn(
        isFirst: Bool,
        end: UInt16,
        other: UInt16,
        _ otherKind: String,
        _ kind: String
    ) throws(Failure) -> Bool {
        try skipBlank()
        if isFirst {
            guard at < units.count else { throw endFailure() }
        } else {
            // The end of the text after a complete item closes what is open.
            guard at < units.count else { return false }
            if units[at] == other {
                at += 1
                throw failure("JsonToken End\(otherKind) is not valid for closing JsonType \(kind).")
            }
            guard units[at] == end || units[at] == "," else {
                throw failure("After parsing a value an unexpected character was encountered: \(character).")
            }
            if units[at] == "," {
                at += 1
                try skipBlank()
                guard at < units.count else { throw endFailure() }
            }
        }
        guard units[at] == end else { return true }
        at += 1
        return false
    }

    private mutating func name() throws(Failure) -> String {
        let name: String
        if units[at] == "\"" || units[at] == "'" {
            name = try text(units[at])
        } else {
            let start = at
            while at < units.count, Self.isNamePart(units[at]) { at += 1 }
            guard at > start else { throw failure("Invalid property identifier character: \(character).") }
            guard at == units.count || Self.isBlank(units[at]) || units[at] == ":" else {
                throw failure("Invalid JavaScript property identifier character: \(character).")
            }
            name = String(decoding: units[start..<at], as: UTF16.self)
        }
        try skipBlank()
        guard at < units.count else { throw endFailure() }
        guard units[at] == ":" else {
            throw failure("Invalid character after parsing property name. Expected ':' but got: \(character).")
        }
        at += 1
        return name
    }

    // MARK: - Scalars

    private mutating func word(_ word: String, _ kind: String, _ meaning: JSON) throws(Failure) -> JSON {
        hasStarted = true
        let wanted = Array(word.utf16)
        guard at + wanted.count <= units.count else {
            at = units.count
            throw failure("Unexpected end when reading JSON.")
        }
        for (offset, unit) in wanted.enumerated() where units[at + offset] != unit {
            throw failure("Error parsing \(kind) value.", at: at + offset)
        }
        let end = at + wanted.count
        guard end == units.count || Self.isSeparator(units[end]) else {
            throw failure("Error parsing \(kind) value.", at: end)
        }
        at = end
        countElement()
        return meaning
    }

    private mutating func number() throws(Failure) -> JSON {
        hasStarted = true
        let start = at
        while at < units.count, Self.isNumberPart(units[at]) { at += 1 }
        guard at == units.count || Self.isSeparator(units[at]) else {
            throw failure("Unexpected character encountered while parsing number: \(character).")
        }
        let text = String(decoding: units[start..<at], as: UTF16.self)
        countElement()
        guard let value = ContentNumber.value(text) else {
            throw failure("Input string '\(text)' is not a valid number.")
        }
        return value
    }

    private mutating func text(_ quote: UInt16) throws(Failure) -> String {
        hasStarted = true
        let unterminated = "Unterminated string. Expected delimiter: \(String(decoding: [quote], as: UTF16.self))."
        at += 1
        var result: [UInt16] = []
        while at < units.count {
            let unit = units[at]
            at += 1
            if unit == quote { return String(decoding: result, as: UTF16.self) }
            if unit == "\\" {
                guard at < units.count else { break }
                result.append(try escape())
            } else {
                result.append(unit)
                if unit == Self.lineFeed { newLine() }
            }
        }
        throw failure(unterminated)
    }

    private mutating func escape() throws(Failure) -> UInt16 {
        let letter = character
        let unit = units[at]
        at += 1
        switch unit {
        case "b": return 0x08
        case "t": return 0x09
        case "n": return 0x0A
        case "f": return 0x0C
        case "r": return 0x0D
        case "\\", "\"", "'", "/": return unit
        case "u": break
        default: throw failure("Bad JSON escape sequence: \\\(letter).")
        }
        guard at + 4 <= units.count else {
            at = units.count
            throw failure("Unexpected end while parsing Unicode escape sequence.")
        }
        let digits = String(decoding: units[at..<at + 4], as: UTF16.self)
        guard digits.utf8.count == 4, digits.utf8.first != UInt8(ascii: "+"), let code = UInt16(digits, radix: 16)
        else {
            throw failure("Invalid Unicode escape sequence: \\u\(digits).")
        }
        at += 4
        return code
    }
}
