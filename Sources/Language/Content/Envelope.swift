public import JSONTree

/// Bytes with a content type as a JSON value: `{"$content-type": "image/png", "$content": "…Base64…"}`.
public struct Envelope: Sendable, Hashable {
    /// The content type as its header carries it.
    public var contentType: String
    /// The content in Base64.
    public var content: String

    /// Makes an envelope of Base64 text.
    public init(contentType: String, content: String) {
        self.contentType = contentType
        self.content = content
    }

    /// Makes an envelope of bytes.
    public init(contentType: String, bytes: some Sequence<UInt8>) {
        self.init(contentType: contentType, content: Base64.encode(bytes))
    }

    /// The envelope that a value is; nil when it is none, or has only `$multipart` or `$formdata` and no `$content`.
    public init?(_ value: JSON) {
        guard case .object(let object) = value else { return nil }
        self.init(object: object)
    }

    /// The envelope that an object is; nil when it is none, or has only `$multipart` or `$formdata` and no `$content`.
    public init?(object: JSONObject) {
        guard Self.isEnvelope(object: object), case .string(let content)? = object["$content"] else { return nil }
        self.content = content
        contentType = object["$content-type"]?.stringValue ?? Content.unknownType
    }

    /// Whether an object is an envelope: a `$content-type`, one of `$content`, `$multipart` and `$formdata`, and
    /// nothing else.
    public static func isEnvelope(object: JSONObject) -> Bool {
        guard (2...4).contains(object.count), case .string? = object["$content-type"] else { return false }
        return object.allSatisfy { member in
            switch (member.name, member.value) {
            case ("$content-type", .string), ("$content", .string), ("$multipart", .array), ("$formdata", .array): true
            default: false
            }
        }
    }

    /// Whether a value is an envelope.
    public static func isEnvelope(_ value: JSON) -> Bool {
        if case .object(let object) = value { isEnvelope(object: object) } else { false }
    }

    /// The value of the envelope.
    public var json: JSON { ["$content-type": .string(contentType), "$content": .string(content)] }

    /// The content.
    ///
    /// - Returns: The decoded bytes.
    /// - Throws: ``ContentError`` with the code `badBase64`.
    public func bytes() throws(ContentError) -> [UInt8] {
        guard let bytes = Base64.decode(content) else {
            throw ContentError(
                code: .badBase64,
                message: "The property '$content' cannot be decoded from base64 representation."
            )
        }
        return bytes
    }

    /// The content as text, by the type's `charset` or else as UTF-8; what is no text becomes U+FFFD.
    ///
    /// - Returns: The text.
    /// - Throws: ``ContentError`` with the code `badBase64`.
    public func text() throws(ContentError) -> String {
        let charset = ContentType(parsing: contentType)?.charset ?? .utf8
        return charset.text(try bytes())
    }
}
