import JSONTree

/// What is sent, as a playbook gives it.
struct MailMessage: Sendable, Hashable {
    /// The most bytes of a message with its attachments: 50 MB.
    static let byteLimit = 50 << 20

    let from: MailAddress
    let to: [MailAddress]
    let cc: [MailAddress]
    let bcc: [MailAddress]
    let replyTo: [MailAddress]
    let readReceipt: [MailAddress]
    let deliveryReceipt: [MailAddress]
    let subject: String
    let body: String
    let isHTML: Bool
    let importance: String
    let attachments: [MailAttachment]

    /// Everybody who gets it, each once.
    var recipients: [MailAddress] {
        var seen: Set<String> = []
        return (to + cc + bcc).filter { seen.insert($0.address.lowercased()).inserted }
    }

    /// Whether an address in it needs a mail server that takes UTF-8.
    var isInternational: Bool {
        ([from] + to + cc + bcc + replyTo + readReceipt + deliveryReceipt).contains(where: \.isInternational)
    }

    /// Reads the body of a call; names of members are matched without regard to case.
    ///
    /// - Throws: ``MailFailure`` with 400 or 413.
    init(_ json: JSON) throws {
        func text(_ name: String) -> String {
            guard let value = json[ignoringCase: name], !value.isNull else { return "" }
            return value.stringValue ?? value.text
        }
        func addresses(_ name: String) throws -> [MailAddress] { try MailAddress.list(text(name), field: name) }
        let senders = try addresses("From")
        guard let sender = senders.first, senders.count == 1 else {
            throw MailFailure(400, "InvalidSender", "The message needs one sender (From).")
        }
        from = sender
        (to, cc, bcc) = (try addresses("To"), try addresses("CC"), try addresses("Bcc"))
        (replyTo, readReceipt) = (try addresses("ReplyTo"), try addresses("ReadReceipt"))
        deliveryReceipt = try addresses("DeliveryReceipt")
        guard (1...MailAddress.limit).contains(to.count + cc.count + bcc.count) else {
            throw MailFailure(400, "InvalidRecipients", "A message has 1 to \(MailAddress.limit) recipients.")
        }
        // Line breaks in a subject would begin headers of their own.
        subject = String(text("Subject").map { $0.isNewline || $0 == "\0" ? " " : $0 })
        body = text("Body")
        isHTML = json[ignoringCase: "IsHtml"]?.boolValue ?? Self.looksLikeHTML(body)
        importance = text("Importance").lowercased()
        guard ["", "normal", "low", "high"].contains(importance) else {
            throw MailFailure(400, "InvalidImportance", "The importance is Normal, Low or High.")
        }
        attachments = try (json[ignoringCase: "Attachments"]?.arrayValue ?? []).map { try MailAttachment($0) }
        let bytes = body.utf8.count + attachments.reduce(0) { $0 + $1.bytes.count }
        guard bytes <= Self.byteLimit else {
            throw MailFailure(413, "MessageTooLarge", "The message has more than \(Self.byteLimit) bytes.")
        }
    }

    /// Whether a text holds a tag of HTML: a `<`, a letter or a slash behind it, and a `>` later.
    private static func looksLikeHTML(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let last = bytes.lastIndex(of: UInt8(ascii: ">")) else { return false }
        for (index, byte) in bytes[..<last].enumerated() where byte == UInt8(ascii: "<") {
            let next = bytes[index + 1] | 0x20
            if (0x61...0x7A).contains(next) || bytes[index + 1] == UInt8(ascii: "/") || bytes[index + 1] == 0x21 {
                return true
            }
        }
        return false
    }
}
