/// Reads expressions of deployment templates.
///
/// ```
/// expression := primary { [ '?' ] ( '.' name | '[' expression ']' ) }     (also '[?' for a guarded index)
/// primary    := 'text' | number | name { '.' name } '(' [ expression { ',' expression } ] ')'
/// ```
struct ARMParser {
    private let characters: [Character]
    private var position = 0
    private var depth = 0

    /// How deep calls may nest.
    static let depthLimit = 100
    /// How long an expression may be, in characters; Azure's limit.
    static let lengthLimit = 24_576

    private init(_ text: String) {
        characters = Array(text)
    }

    /// The expression inside of the brackets.
    static func parse(_ text: String) throws(ARMError) -> ARMSyntax {
        guard text.utf16.count <= lengthLimit else {
            throw ARMError(
                "The template language expression is longer than \(lengthLimit) characters.",
                remedy: "Move parts of it into variables."
            )
        }
        var parser = ARMParser(text)
        let syntax = try parser.expression()
        parser.skipSpaces()
        guard parser.position == parser.characters.count else {
            throw parser.unexpected("the end of the expression")
        }
        return syntax
    }

    /// Whether a string of a template is an expression, and which; or the literal that it stands for.
    ///
    /// A string is one when it begins with `[` and ends with `]`; `[[` at the beginning of such a string stands for a
    /// literal `[`. A string that does not end with `]` is always literal.
    static func classify(_ text: String) -> Classified {
        guard text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") else {
            return .literal(text)
        }
        let inner = text.dropFirst()
        return inner.utf8.first == UInt8(ascii: "[") ? .literal(String(inner)) : .expression(String(inner.dropLast()))
    }

    enum Classified: Hashable {
        case literal(String)
        case expression(String)
    }

    private mutating func expression() throws(ARMError) -> ARMSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw ARMError(
                "The template language expression nests deeper than \(Self.depthLimit).",
                remedy: "Move parts of it into variables."
            )
        }
        var syntax = try primary()
        while true {
            skipSpaces()
            var isSafe = false
            if peek() == "." {
                position += 1
                if peek() == "?" {
                    position += 1
                    isSafe = true
                }
                syntax = .member(syntax, name: try name(), isSafe: isSafe)
            } else if peek() == "[" {
                position += 1
                if peek() == "?" {
                    position += 1
                    isSafe = true
                }
                let key = try expression()
                try expect("]")
                syntax = .index(syntax, key, isSafe: isSafe)
            } else {
                return syntax
            }
        }
    }

    private mutating func primary() throws(ARMError) -> ARMSyntax {
        skipSpaces()
        guard let character = peek() else {
            throw unexpected("an expression")
        }
        if character == "'" {
            return .string(try string())
        }
        if character.isASCII && character.isNumber || character == "-" || character == "+" {
            return try number()
        }
        let start = position
        var name = try name()
        skipSpaces()
        while peek() == "." {
            position += 1
            name += "." + (try self.name())
            skipSpaces()
        }
        try expect("(")
        var arguments: [ARMSyntax] = []
        skipSpaces()
        if peek() == ")" {
            position += 1
        } else {
            while true {
                arguments.append(try expression())
                skipSpaces()
                if peek() == "," {
                    position += 1
                } else {
                    try expect(")")
                    break
                }
            }
        }
        return .call(name: name, arguments: arguments, text: String(characters[start..<position]))
    }

    private mutating func string() throws(ARMError) -> String {
        position += 1
        var text = ""
        while let character = peek() {
            position += 1
            guard character == "'" else {
                text.append(character)
                continue
            }
            guard peek() == "'" else {
                return text
            }
            position += 1
            text.append("'")
        }
        throw ARMError(
            "The template language expression has a text that does not end.",
            remedy: "Close it with a single quotation mark; one inside of it is written twice."
        )
    }

    private mutating func number() throws(ARMError) -> ARMSyntax {
        let start = position
        position += 1
        while let character = peek(), character.isASCII,
            character.isNumber || character == "." || character == "e" || character == "E"
        {
            position += 1
        }
        let text = String(characters[start..<position])
        if let integer = Int64(text) {
            return .integer(integer)
        }
        guard let double = Double(text) else {
            throw ARMError("The template language expression has a number '\(text)' that is none.")
        }
        return .double(double)
    }

    private mutating func name() throws(ARMError) -> String {
        skipSpaces()
        let start = position
        while let character = peek(),
            character.isLetter || character.isNumber || character == "_" || character == "$" || character == "-"
        {
            position += 1
        }
        guard position > start else {
            throw unexpected("a name")
        }
        return String(characters[start..<position])
    }

    private mutating func expect(_ character: Character) throws(ARMError) {
        skipSpaces()
        guard peek() == character else {
            throw unexpected("'\(character)'")
        }
        position += 1
    }

    private func unexpected(_ wanted: String) -> ARMError {
        let found = peek().map { "'\($0)'" } ?? "the end"
        return ARMError(
            "Unable to parse the template language expression '\(String(characters.prefix(200)))': expected \(wanted) at "
                + "position \(position), found \(found)."
        )
    }

    private func peek() -> Character? {
        position < characters.count ? characters[position] : nil
    }

    private mutating func skipSpaces() {
        while let character = peek(), character.isWhitespace {
            position += 1
        }
    }
}
