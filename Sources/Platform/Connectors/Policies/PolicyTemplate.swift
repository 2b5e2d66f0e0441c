/// A text of a policy with the calls inside that policies know: `https://@connectionParameters('host')/api`.
///
/// It is not the language of workflows. A call stands in the text as `@name('argument', 'default')`, `{@name(…)}` or
/// `@{name(…)}`; `body()`, `item()` and `triggerBody()` may be followed by a way such as `.data[0]['@odata.id']`. An `@`
/// that begins no known call is text. `{id}` is a part of the operation's path.
struct PolicyTemplate: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        case call(PolicyCall)
        case pathParameter(String)
    }

    /// The text as the file has it.
    let source: String
    let pieces: [Piece]

    init(_ source: String) {
        self.source = source
        var reader = PolicyTemplateReader(source)
        pieces = reader.pieces()
    }

    /// The call, when the text is one call and nothing else.
    var onlyCall: PolicyCall? {
        guard pieces.count == 1, case .call(let call) = pieces[0] else { return nil }
        return call
    }

    /// The calls in it.
    var calls: [PolicyCall] {
        pieces.compactMap { piece in
            if case .call(let call) = piece { call } else { nil }
        }
    }
}

/// One call inside of a policy's text.
struct PolicyCall: Sendable, Hashable {
    enum Function: Sendable, Hashable {
        case connectionParameters
        case queryParameters
        case headers
        case body
        case item
        case triggerBody
        case originalMethod
    }

    let function: Function
    /// The first argument.
    var name = ""
    /// The second argument: the value where there is none.
    var fallback: String?
    /// The way into the value, for `body()`, `item()` and `triggerBody()`.
    var steps: [PolicyPath.Step] = []

    /// The function of a name in small letters; one is misspelt in files that are in use.
    static func function(_ name: String) -> Function? {
        switch name {
        case "connectionparameters", "connectionparameter": .connectionParameters
        case "queryparameters", "queryparamters", "queryparameter": .queryParameters
        case "headers", "header": .headers
        case "body": .body
        case "item": .item
        case "triggerbody": .triggerBody
        default: nil
        }
    }
}

/// Reads the text of a policy.
private struct PolicyTemplateReader {
    private let characters: [Character]
    private var at = 0

    init(_ text: String) { characters = Array(text) }

    mutating func pieces() -> [PolicyTemplate.Piece] {
        var pieces: [PolicyTemplate.Piece] = []
        var text = ""
        func flush(_ text: inout String, _ pieces: inout [PolicyTemplate.Piece]) {
            if !text.isEmpty { pieces.append(.text(text)) }
            text = ""
        }
        while at < characters.count {
            if let piece = callOrParameter() {
                flush(&text, &pieces)
                pieces.append(piece)
            } else {
                text.append(characters[at])
                at += 1
            }
        }
        flush(&text, &pieces)
        return pieces
    }

    private func character(_ index: Int) -> Character? { index < characters.count ? characters[index] : nil }

    /// What begins here, if something does; moves behind it.
    private mutating func callOrParameter() -> PolicyTemplate.Piece? {
        switch characters[at] {
        case "@":
            if character(at + 1) == "{" { return braced(from: at + 2) }
            guard let (call, end) = call(from: at + 1) else { return nil }
            at = end
            return .call(call)
        case "{":
            if character(at + 1) == "@" { return braced(from: at + 2) }
            // Names of parameters may hold blanks, and what is no parameter stays as it is written.
            let name = characters[(at + 1)...].prefix { !"{}@\"'[]()".contains($0) && !$0.isNewline }
            guard !name.isEmpty, character(name.endIndex) == "}" else { return nil }
            at = name.endIndex + 1
            return .pathParameter(String(name))
        default: return nil
        }
    }

    private mutating func braced(from start: Int) -> PolicyTemplate.Piece? {
        guard let (call, end) = call(from: start), character(end) == "}" else { return nil }
        at = end + 1
        return .call(call)
    }

    private func call(from start: Int) -> (PolicyCall, end: Int)? {
        let name = characters[min(start, characters.count)...].prefix { $0.isLetter || $0 == "." }
        let word = String(name).lowercased()
        if word == "request.originalhttpmethod" { return (PolicyCall(function: .originalMethod), name.endIndex) }
        guard let function = PolicyCall.function(word), character(name.endIndex) == "(",
            let (arguments, close) = arguments(from: name.endIndex + 1)
        else { return nil }
        var call = PolicyCall(function: function)
        call.name = arguments.first ?? ""
        call.fallback = arguments.count > 1 ? arguments[1] : nil
        guard [.body, .item, .triggerBody].contains(function) else { return (call, close) }
        let (steps, end) = PolicyPath.read(characters, from: close)
        call.steps = steps
        return (call, end)
    }

    /// The end of a text that begins with a quotation mark; typographic ones stand in what was copied from a page.
    private static func closing(_ mark: Character) -> Character? {
        switch mark {
        case "'", "\"": mark
        case "\u{2018}", "\u{2019}": "\u{2019}"
        case "\u{201C}", "\u{201D}": "\u{201D}"
        default: nil
        }
    }

    /// The arguments up to the closing bracket, without their quotation marks.
    private func arguments(from start: Int) -> ([String], end: Int)? {
        var arguments: [String] = []
        var index = start
        while index < characters.count {
            switch characters[index] {
            case ")": return (arguments, index + 1)
            case ",", " ", "\t": index += 1
            case let open where Self.closing(open) != nil:
                let quote = Self.closing(open)
                var text = ""
                index += 1
                while let character = character(index), character != quote || self.character(index + 1) == quote {
                    text.append(character)
                    index += character == quote ? 2 : 1
                }
                guard character(index) == quote else { return nil }
                arguments.append(text)
                index += 1
            default:
                let bare = characters[index...].prefix { $0 != "," && $0 != ")" }
                arguments.append(String(bare).trimmed)
                index = bare.endIndex
            }
        }
        return nil
    }
}

extension String {
    /// The text without blanks at both ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
