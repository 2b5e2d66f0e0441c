import Content
import Outbound
import Secrets

/// The commands by which a message is handed over (RFC 5321).
struct SMTPConversation {
    /// What became of a message that the server took.
    struct Outcome: Sendable, Hashable {
        let accepted: [String]
        let refused: [RefusedRecipient]
        let reply: SMTPReply
    }

    let connection: SMTPConnection
    let settings: SMTPSettings
    /// Says that from here on the server may have the message.
    let begin: @Sendable () -> Void

    /// Hands a message over.
    ///
    /// - Parameters:
    ///   - message: Sender and recipients.
    ///   - bytes: The message as it is carried.
    /// - Returns: Who gets it and who does not.
    /// - Throws: ``MailFailure`` for refusals; what the connection throws.
    func send(_ message: MailMessage, _ bytes: [UInt8]) async throws -> Outcome {
        try await expect(connection.reply(), "the connection")
        var extensions = try await hello()
        let isSecure = try await secure(&extensions)
        try await signIn(extensions, isSecure: isSecure)
        if message.isInternational, !extensions.has("SMTPUTF8") {
            throw MailFailure(
                400,
                "AddressNotSupported",
                "An address holds letters beyond ASCII, and the mail server does not offer SMTPUTF8."
            )
        }
        if let size = extensions.size, bytes.count > size {
            throw MailFailure(
                413,
                "MessageTooLarge",
                "The message has \(bytes.count) bytes; the mail server takes \(size)."
            )
        }
        var command = "MAIL FROM:<\(message.from.address)>"
        if extensions.has("SIZE") { command += " SIZE=\(bytes.count)" }
        if message.isInternational { command += " BODY=8BITMIME SMTPUTF8" }
        try await expect(connection.ask(command), "the sender")
        let (accepted, refused) = try await recipients(message, extensions)
        guard !accepted.isEmpty else { throw Self.refusal(refused) }
        try await expect(connection.ask("DATA"), "the message")
        // The server has a message when it has the dot: the last write, and not before it.
        let stuffed = DotStuffing.apply(bytes)
        for start in stride(from: 0, to: stuffed.count, by: 1 << 18) {
            try await connection.write(Array(stuffed[start..<min(start + 1 << 18, stuffed.count)]))
        }
        begin()
        let reply = try await connection.ask(".")
        guard reply.isPositive else { throw MailFailure.refusal(reply, of: "the message") }
        connection.leave()
        return Outcome(accepted: accepted, refused: refused, reply: reply)
    }

    private func hello() async throws -> SMTPExtensions {
        let reply = try await connection.ask("EHLO \(connection.ownName)")
        if reply.isPositive { return SMTPExtensions(reply) }
        // Servers of old know only HELO, and have no extensions.
        try await expect(connection.ask("HELO \(connection.ownName)"), "the greeting")
        return SMTPExtensions(SMTPReply(code: 250, lines: []))
    }

    private func secure(_ extensions: inout SMTPExtensions) async throws -> Bool {
        switch settings.security {
        case .implicit: return true
        case .none: return false
        case .starttls, .opportunistic:
            guard extensions.has("STARTTLS") else {
                if settings.security == .opportunistic { return false }
                throw MailFailure(
                    502,
                    "TLSNotOffered",
                    "The mail server does not offer STARTTLS, which the connection asks for."
                )
            }
            try await expect(connection.ask("STARTTLS"), "TLS")
            try await connection.startTLS()
            extensions = try await hello()
            return true
        }
    }

    private func signIn(_ extensions: SMTPExtensions, isSecure: Bool) async throws {
        guard let user = settings.user, let password = settings.password else { return }
        guard isSecure || settings.security == .none else {
            throw MailFailure(
                401,
                "TLSNotOffered",
                "The mail server offers no TLS, so that the password would be readable. Set 'tls' of the connection to none "
                    + "if that is meant."
            )
        }
        let reply: SMTPReply
        if extensions.mechanisms.contains("PLAIN") {
            let token = Base64.encode([0] + Array(user.utf8) + [0] + password.bytes)
            reply = try await connection.ask("AUTH PLAIN \(token)")
        } else if extensions.mechanisms.contains("LOGIN") {
            try await expect(connection.ask("AUTH LOGIN"), "the sign-in")
            try await expect(connection.ask(Base64.encode(Array(user.utf8))), "the user name")
            reply = try await connection.ask(Base64.encode(password.bytes))
        } else {
            throw MailFailure(
                401,
                "AuthenticationNotOffered",
                "The mail server offers neither AUTH PLAIN nor AUTH LOGIN."
            )
        }
        guard reply.isPositive else { throw MailFailure.refusal(reply, of: "the sign-in") }
    }

    private func recipients(
        _ message: MailMessage,
        _ extensions: SMTPExtensions
    ) async throws -> (accepted: [String], refused: [RefusedRecipient]) {
        var accepted: [String] = []
        var refused: [RefusedRecipient] = []
        let notice = !message.deliveryReceipt.isEmpty && extensions.has("DSN") ? " NOTIFY=SUCCESS,FAILURE" : ""
        for recipient in message.recipients {
            let reply = try await connection.ask("RCPT TO:<\(recipient.address)>\(notice)")
            guard reply.code != 421 else { throw MailFailure.refusal(reply, of: "a recipient") }
            if reply.isPositive {
                accepted.append(recipient.address)
            } else {
                refused.append(RefusedRecipient(address: recipient.address, reply: reply))
            }
        }
        return (accepted, refused)
    }

    /// Nobody was accepted: it can be tried again as long as one refusal was for a time only.
    private static func refusal(_ refused: [RefusedRecipient]) -> MailFailure {
        let temporary = refused.first { $0.reply.code < 500 }
        guard let shown = temporary ?? refused.first else {
            return MailFailure(400, "InvalidRecipients", "The message has no recipient.")
        }
        var failure = MailFailure.refusal(shown.reply, of: "every recipient")
        if failure.status == 403 { failure = MailFailure(400, "RecipientsRefused", failure.message) }
        failure.refused = refused
        return failure
    }

    private func expect(_ reply: SMTPReply, _ what: String) throws {
        guard reply.isPositive else { throw MailFailure.refusal(reply, of: what) }
    }
}

/// Lines that begin with a dot get a second one, so that none ends the message.
enum DotStuffing {
    /// The bytes with doubled dots; they end with CR LF.
    static func apply(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 64)
        var isLineStart = true
        for byte in bytes {
            if isLineStart, byte == UInt8(ascii: ".") { result.append(byte) }
            result.append(byte)
            isLineStart = byte == 0x0A
        }
        if !isLineStart { result += [0x0D, 0x0A] }
        return result
    }
}
