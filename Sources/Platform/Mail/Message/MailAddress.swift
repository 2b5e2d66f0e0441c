/// An address of a message, with the name that people see.
struct MailAddress: Sendable, Hashable {
    /// The name; empty when there is none.
    let name: String
    /// The address itself, such as `ann@contoso.com`.
    let address: String

    /// The most recipients of a message: 500.
    static let limit = 500

    /// Whether it can only be written in UTF-8.
    var isInternational: Bool { !address.utf8.allSatisfy { $0 < 0x80 } }

    /// The part behind the `@`.
    var domain: String { address.lastIndex(of: "@").map { String(address[address.index(after: $0)...]) } ?? "" }

    /// Reads addresses that semicolons or commas part; each is bare, or in angle brackets behind a name.
    ///
    /// - Throws: ``MailFailure`` with 400 that names the one that cannot be read.
    static func list(_ text: String, field: String) throws -> [MailAddress] {
        let addresses = try parts(text).map { try MailAddress($0, field: field) }
        guard addresses.count <= limit else {
            throw MailFailure(400, "TooManyRecipients", "'\(field)' has more than \(limit) addresses.")
        }
        return addresses
    }

    /// Reads one address.
    init(_ text: String, field: String) throws {
        var name = ""
        var address = Self.trimmed(text[...])
        if address.hasSuffix(">"), let open = address.lastIndex(of: "<") {
            name = Self.trimmed(address[..<open])
            address = Self.trimmed(address[address.index(after: open)...].dropLast())
            if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") {
                name = String(name.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
            }
        }
        guard Self.isAddress(address), Self.isText(name) else {
            throw MailFailure(400, "InvalidAddress", "'\(field)' holds '\(text.prefix(200))', which is no address.")
        }
        self.name = name
        self.address = address
    }

    /// The texts between separators, which neither quotes nor angle brackets hide.
    private static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var isQuoted = false
        var isBracketed = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, character == "<" {
                isBracketed = true
            } else if !isQuoted, character == ">" {
                isBracketed = false
            } else if !isQuoted, !isBracketed, character == ";" || character == "," {
                parts.append(current)
                current = ""
                continue
            }
            current.append(character)
        }
        parts.append(current)
        return parts.map { trimmed($0[...]) }.filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: Substring) -> String {
        let head = text.drop { $0.isWhitespace }
        return String(String(head.reversed()).drop { $0.isWhitespace }.reversed())
    }

    /// Whether nothing in it can end a line or a command of the mail server.
    private static func isText(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@"), text.utf8.count <= 320, isText(text) else { return false }
        let local = text[..<at]
        let domain = text[text.index(after: at)...]
        guard (1...64).contains(local.utf8.count), (1...255).contains(domain.utf8.count) else { return false }
        let specials = "()<>[]:;,\\\"@"
        return !local.contains(where: { specials.contains($0) || $0.isWhitespace })
            && !domain.contains(where: { specials.contains($0) || $0.isWhitespace || $0 == "/" })
            && !domain.hasPrefix(".") && !domain.hasSuffix(".") && !domain.contains("..")
    }
}
