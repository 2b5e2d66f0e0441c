/// The reader behind ``JSONLenient``, by Unicode scalars.
struct LenientReader {
    let scalars: [Unicode.Scalar]
    let limits: JSONLimits
    var at = 0
    var line = 1
    var lineStart = 0
    var path: [DottedPath.Step] = []
    /// The item of an array that is being read, and how long the path outside of the array is.
    var item: (outside: Int, index: Int)?
    var depth = 0
    /// Whether what is missing is supplied.
    var isRepairing = false
    var repairs: [JSONRepair] = []

    init(_ text: String, limits: JSONLimits) {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        self.scalars = scalars
        self.limits = limits
    }

    var current: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    mutating func document() throws(JSONError) -> JSON {
        try skipSpace()
        guard at < scalars.count else {
            line = 0
            throw failure(.unexpectedEnd, "Error reading JToken from JsonReader.")
        }
        let result = try value()
        try skipSpace()
        if let extra = current {
            throw failure(
                .trailingContent,
                "Additional text encountered after finished reading JSON content: \(extra)."
            )
        }
        return result
    }

    /// An error in Json.NET's words; its position is the number of characters before the fault in its line.
    func failure(_ code: JSONError.Code, _ message: String) -> JSONError {
        let position = line == 0 ? 0 : at - lineStart
        let offset = scalars[..<at].reduce(0) { $0 + UTF8.width($1) }
        return JSONError(
            code: code,
            message: "\(message) Path '\(DottedPath(path))', line \(line), position \(position).",
            line: line,
            column: position + (line == 0 ? 0 : 1),
            offset: offset
        )
    }

    mutating func newLine() {
        line += 1
        lineStart = at
    }

    /// Goes on by one, counting lines.
    mutating func advance() {
        let scalar = scalars[at]
        at += 1
        if scalar == "\n" || (scalar == "\r" && current != "\n") { newLine() }
    }

    /// Skips white space and comments.
    mutating func skipSpace() throws(JSONError) {
        while let scalar = current {
            if scalar == "/" {
                try comment()
            } else if scalar.properties.isWhitespace {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func comment() throws(JSONError) {
        at += 1
        switch current {
        case "/":
            while let scalar = current, scalar != "\n", scalar != "\r" { at += 1 }
        case "*":
            at += 1
            while at < scalars.count {
                if scalars[at] == "*", at + 1 < scalars.count, scalars[at + 1] == "/" {
                    at += 2
                    return
                }
                advance()
            }
            throw failure(.unexpectedEnd, "Unexpected end while parsing comment.")
        case let other?:
            throw failure(.unexpectedCharacter, "Error parsing comment. Expected: *, got \(other).")
        case nil:
            throw failure(.unexpectedEnd, "Unexpected end while parsing comment.")
        }
    }

    mutating func value() throws(JSONError) -> JSON {
        guard let scalar = current else { throw failure(.unexpectedEnd, "Unexpected end of content.") }
        switch scalar {
        case "\"", "'": return .string(try text(scalar))
        case "{": return try nested { reader throws(JSONError) in try reader.object() }
        case "[": return try nested { reader throws(JSONError) in try reader.array() }
        case "t": return try word("true", "boolean", .bool(true))
        case "f": return try word("false", "boolean", .bool(false))
        case "n" where at + 1 < scalars.count && scalars[at + 1] != "u": throw unexpected(scalar)
        case "n": return try word("null", "null", .null)
        case "u": return try word("undefined", "undefined", .null)
        case "N": return try word("NaN", "NaN", .string("NaN"))
        case "I": return try word("Infinity", "Infinity", .string("Infinity"))
        case "-", ".", "0"..."9": return try number()
        default: throw unexpected(scalar)
        }
    }

    /// A character that begins no value; as the first of the text it has no line yet.
    private mutating func unexpected(_ scalar: Unicode.Scalar) -> JSONError {
        if depth == 0, at == lineStart { line = 0 }
        return failure(.unexpectedCharacter, "Unexpected character encountered while parsing value: \(scalar).")
    }

    private mutating func nested(
        _ body: (inout LenientReader) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depth < min(limits.depth, JSONLimits.greatestDepth) else {
            throw failure(.tooDeep, "The reader's MaxDepth of \(limits.depth) has been exceeded.")
        }
        depth += 1
        at += 1
        let result = try body(&self)
        depth -= 1
        return result
    }

    /// Supplies a comma before a member or an item that begins a line of its own; `end`: the line where the last one ended.
    private mutating func supplyComma(after end: Int) -> Bool {
        guard isRepairing, line > end, let current, !"]}:,".unicodeScalars.contains(current) else { return false }
        repairs.append(JSONRepair(kind: .comma, line: line, column: at - lineStart + 1))
        return true
    }

    /// Supplies what closes an array or object at the end of the text.
    private mutating func supplyEnd(_ bracket: Character) -> Bool {
        guard isRepairing, current == nil else { return false }
        repairs.append(JSONRepair(kind: .end(bracket), line: line, column: at - lineStart + 1))
        return true
    }

    /// Takes the item into the path: a text or word once it is read, a number with its last character, an object or array
    /// at its beginning.
    mutating func enterItem() {
        if let item { path.replaceSubrange(item.outside..., with: [.index(item.index)]) }
    }

    private mutating func array() throws(JSONError) -> JSON {
        var items: [JSON] = []
        let outside = path.count
        while true {
            try skipSpace()
            if supplyEnd("]") {
                path.removeSubrange(outside...)
                return .array(items)
            }
            switch current {
            case "]"?:
                at += 1
                path.removeSubrange(outside...)
                return .array(items)
            case ","?:
                items.append(.null)
            case nil:
                throw failure(.unexpectedEnd, "Unexpected end of content while loading JArray.")
            default:
                item = (outside, items.count)
                if current == "{" || current == "[" { enterItem() }
                items.append(try value())
            }
            item = (outside, items.count - 1)
            enterItem()
            let end = line
            try skipSpace()
            switch current {
            case ","?:
                at += 1
            case "]"?:
                continue
            case nil where isRepairing:
                continue
            case nil:
                throw failure(.unexpectedEnd, "Unexpected end of content while loading JArray.")
            case let other?:
                if supplyComma(after: end) { break }
                throw failure(
                    .unexpectedCharacter,
                    "After parsing a value an unexpected character was encountered: \(other)."
                )
            }
        }
    }

    private mutating func object() throws(JSONError) -> JSON {
        var object = JSONObject()
        let outside = path.count
        while true {
            try skipSpace()
            if current == "}" || supplyEnd("}") {
                if current != nil { at += 1 }
                path.removeSubrange(outside...)
                return .object(object)
            }
            let name = try name()
            try skipSpace()
            guard let colon = current else {
                throw failure(.unexpectedEnd, "Unexpected end of content while loading JObject.")
            }
            guard colon == ":" else {
                throw failure(
                    .unexpectedCharacter,
                    "Invalid character after parsing property name. Expected ':' but got: \(colon)."
                )
            }
            at += 1
            path.removeSubrange(outside...)
            path.append(.name(name))
            item = nil
            try skipSpace()
            switch current {
            case ","?, "}"?: object[name] = .null
            case nil where isRepairing: object[name] = .null
            case nil: throw failure(.unexpectedEnd, "Unexpected end of content while loading JObject.")
            default: object[name] = try value()
            }
            let end = line
            try skipSpace()
            switch current {
            case ","?:
                at += 1
            case "}"?:
                break
            case nil where isRepairing:
                break
            case nil:
                throw failure(.unexpectedEnd, "Unexpected end of content while loading JObject.")
            case let other?:
                if supplyComma(after: end) { break }
                throw failure(
                    .unexpectedCharacter,
                    "After parsing a value an unexpected character was encountered: \(other)."
                )
            }
        }
    }

    private mutating func name() throws(JSONError) -> String {
        guard let first = current else {
            throw failure(.unexpectedEnd, "Unexpected end of content while loading JObject.")
        }
        if first == "\"" || first == "'" { return try text(first) }
        let start = at
        while let scalar = current, Self.isNameScalar(scalar) { at += 1 }
        guard let after = current else {
            throw failure(.unexpectedEnd, "Unexpected end while parsing unquoted property name.")
        }
        guard at > start, after == ":" || after == "/" || after.properties.isWhitespace else {
            throw failure(.unexpectedCharacter, "Invalid property identifier character: \(after).")
        }
        return String(String.UnicodeScalarView(scalars[start..<at]))
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" || scalar == "$" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        default:
            return false
        }
    }
}
