public import JSONTree

/// What bytes with a content type are as a value, and what a value is as bytes.
///
/// The rules are those of the workflow definition language, sections 10.1 and 6.1:
///
/// | content type | value |
/// | --- | --- |
/// | `application/json`, `*/json`, `*/*+json` | the JSON value; a text when it is not JSON |
/// | `text/*` | a text, decoded by its `charset` |
/// | `application/x-www-form-urlencoded` | an envelope with `$formdata` |
/// | `multipart/*` | an envelope with `$multipart` |
/// | anything else, none, or an unknown `charset` | an envelope: nothing is lost |
/// | no bytes | null |
public enum Content {
    /// The type of bytes about which nothing is known.
    public static let unknownType = "application/octet-stream"

    /// The value that bytes of a content type stand for.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - contentType: The text of the `Content-Type` header, or nil when there was none.
    ///   - limits: Bounds; a form or multipart content beyond them stays a plain envelope, JSON beyond them a text.
    /// - Returns: The value.
    public static func value(bytes: [UInt8], contentType: String?, limits: ContentLimits = .default) -> JSON {
        value(bytes[...], contentType, limits, depth: 0)
    }

    static func value(
        _ bytes: ArraySlice<UInt8>,
        _ header: String?,
        _ limits: ContentLimits,
        depth: Int
    ) -> JSON {
        guard !bytes.isEmpty else { return .null }
        guard let header, let type = ContentType(parsing: header) else {
            return Envelope(contentType: header ?? unknownType, bytes: bytes).json
        }
        if type.isJSON || type.isText {
            guard let charset = type.charset else { return Envelope(contentType: header, bytes: bytes).json }
            if type.isJSON { return json(bytes, charset, limits) }
            return .string(charset.text(bytes))
        }
        var envelope = JSONObject()
        envelope["$content-type"] = .string(header)
        envelope["$content"] = .string(Base64.encode(bytes))
        if type.isForm, let fields = FormData.fields(bytes, charset: type.charset ?? .utf8, limits: limits) {
            envelope["$formdata"] = FormData.json(fields)
        } else if type.isMultipart, depth < limits.multipartDepth, let boundary = type["boundary"],
            let parts = Multipart.parts(of: bytes, boundary: boundary, limits: limits)
        {
            envelope["$multipart"] = .array(parts.map { $0.json(limits, depth: depth + 1) })
        }
        return .object(envelope)
    }

    private static func json(_ bytes: ArraySlice<UInt8>, _ charset: Charset, _ limits: ContentLimits) -> JSON {
        if charset == .utf8, let value = try? JSON.parse(bytes, limits: limits.json) { return value }
        let text = charset.text(bytes)
        if let value = try? JSON.parse(text, limits: limits.json) { return value }
        return .string(text)
    }

    /// The bytes that a value is sent as.
    ///
    /// Null has no bytes. A text is sent as it is, in the `charset` of a content type that the author set. An envelope
    /// is sent as the bytes and with the type that it carries, one with `$multipart` as a multipart content whose parts
    /// follow the same rules. Everything else is sent as JSON.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - contentType: The content type that the author set beside the value, if any; it wins.
    /// - Returns: The bytes, and the content type to send with them; nil where the value has none, as null and texts.
    /// - Throws: ``ContentError`` when an envelope's content is not Base64 or a part has no bytes.
    public static func bytes(
        of value: JSON,
        contentType: String? = nil
    ) throws(ContentError) -> (bytes: [UInt8], contentType: String?) {
        switch value {
        case .null:
            return ([], contentType)
        case .string(let text):
            let charset = contentType.flatMap { ContentType(parsing: $0)?.charset } ?? .utf8
            return (charset.bytes(text), contentType)
        case .object(let object) where Envelope.isEnvelope(object: object):
            return try bytes(ofEnvelope: object, contentType)
        default:
            return (value.bytes(), contentType ?? "application/json")
        }
    }

    private static func bytes(
        ofEnvelope object: JSONObject,
        _ contentType: String?
    ) throws(ContentError) -> (bytes: [UInt8], contentType: String?) {
        let own = object["$content-type"]?.stringValue
        if object["$content"]?.stringValue?.isEmpty ?? true {
            if case .array(let parts)? = object["$multipart"] {
                return try Multipart.write(parts, contentType: contentType ?? own ?? "multipart/form-data")
            }
            if let fields = FormData.fields(inBody: .object(object)), !fields.isEmpty {
                return (FormData.write(fields), contentType ?? own)
            }
        }
        guard let envelope = Envelope(object: object) else { return ([], contentType ?? own) }
        return (try envelope.bytes(), contentType ?? envelope.contentType)
    }
}
