/// The way to a value inside a JSON document (RFC 6901): `/actions/Send_mail/inputs`, `/rows/0/a~1b`.
public struct JSONPointer: Sendable, Hashable {
    /// The names and indexes from the outermost value inwards, unescaped.
    public var tokens: [String]

    /// Makes a pointer of unescaped names and indexes; without any it points to the whole document.
    public init(_ tokens: [String] = []) { self.tokens = tokens }

    /// Reads a pointer's text: empty, or parts that begin with `/` and in which `~0` is `~` and `~1` is `/`.
    ///
    /// - Parameter text: The text of the pointer.
    /// - Throws: ``JSONError`` with the code `badPointer` when the text is malformed.
    public init(parsing text: String) throws(JSONError) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.utf8.first == 0x2F else {
            throw JSONError(code: .badPointer, message: "The pointer '\(text)' must be empty or begin with '/'.")
        }
        var tokens: [String] = []
        for part in text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst() {
            guard let token = Self.unescaped(Substring(part)) else {
                throw JSONError(
                    code: .badPointer,
                    message: "In the pointer '\(text)' a '~' is followed by neither 0 nor 1; write '~0' for a tilde."
                )
            }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    /// The pointer to a member or element of this one's value.
    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// The pointer to an element of this one's value.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    /// The pointer to the value that holds this one's, or nil at the top.
    public var parent: JSONPointer? { tokens.isEmpty ? nil : JSONPointer(Array(tokens.dropLast())) }

    /// One name as it stands between slashes: `~` becomes `~0`, `/` becomes `~1`.
    public static func escaped(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return token }
        var result = ""
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func unescaped(_ part: Substring) -> String? {
        guard part.utf8.contains(0x7E) else { return String(part) }
        var result = ""
        var scalars = part.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": result += "~"
            case "1": result += "/"
            default: return nil
            }
        }
        return result
    }

    /// The index that a token stands for: digits without a leading zero.
    static func index(_ token: String) -> Int? {
        guard let first = token.utf8.first, token.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        guard first != 0x30 || token.utf8.count == 1 else { return nil }
        return Int(token)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The text of the pointer.
    public var description: String { tokens.map { "/" + Self.escaped($0) }.joined() }
}
