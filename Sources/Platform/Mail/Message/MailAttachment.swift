import Content
import JSONTree

/// A file that comes with a message.
struct MailAttachment: Sendable, Hashable {
    let fileName: String
    let contentType: String
    let bytes: [UInt8]
    /// The id by which an HTML body shows it; nil when it does not.
    let contentID: String?

    /// Reads an attachment; its content is Base64, or an envelope.
    ///
    /// - Throws: ``MailFailure`` with 400.
    init(_ json: JSON) throws {
        guard let content = json[ignoringCase: "ContentData"] ?? json[ignoringCase: "ContentBytes"] else {
            throw MailFailure(400, "InvalidAttachment", "An attachment has no ContentData.")
        }
        let name = json[ignoringCase: "FileName"]?.stringValue ?? json[ignoringCase: "Name"]?.stringValue
        guard let name, Self.isText(name), !name.isEmpty else {
            throw MailFailure(
                400,
                "InvalidAttachment",
                "An attachment has no FileName, or one that holds control characters."
            )
        }
        fileName = name
        let type = json[ignoringCase: "ContentType"]?.stringValue ?? content["$content-type"]?.stringValue
        contentType = try Self.checked(type ?? "application/octet-stream")
        bytes = try Self.bytes(content, name)
        contentID = json[ignoringCase: "ContentId"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        if let contentID, !Self.isText(contentID) || contentID.contains(where: { "<> ".contains($0) }) {
            throw MailFailure(
                400,
                "InvalidAttachment",
                "The ContentId of '\(name)' holds characters that none can have."
            )
        }
    }

    private static func bytes(_ content: JSON, _ name: String) throws -> [UInt8] {
        if let envelope = Envelope(content) {
            do {
                return try envelope.bytes()
            } catch {
                throw MailFailure(400, "InvalidAttachment", "The content of '\(name)' cannot be read: \(error.message)")
            }
        }
        guard let text = content.stringValue, let bytes = Base64.decode(text, mode: .lenient) else {
            throw MailFailure(
                400,
                "InvalidAttachment",
                "The ContentData of '\(name)' is no Base64; use the function base64()."
            )
        }
        return bytes
    }

    private static func checked(_ type: String) throws -> String {
        guard isText(type), type.utf8.allSatisfy({ $0 < 0x80 }), type.contains("/"), type.utf8.count <= 255 else {
            throw MailFailure(400, "InvalidAttachment", "'\(type.prefix(100))' is no content type.")
        }
        return type
    }

    private static func isText(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } && text.utf8.count <= 255
    }
}
