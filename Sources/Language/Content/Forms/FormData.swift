public import JSONTree

/// Forms: URL-encoded ones, and the fields of `multipart/form-data`.
public enum FormData {
    /// One field of a form.
    public struct Field: Sendable, Hashable {
        /// The name.
        public var key: String
        /// The value: a text in URL-encoded forms, any value in multipart ones.
        public var value: JSON

        /// Makes a field.
        public init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// Reads a URL-encoded form.
    ///
    /// - Parameters:
    ///   - bytes: The form: `a=1&b=x+y`.
    ///   - charset: How the decoded bytes stand for text.
    ///   - limits: Bounds.
    /// - Returns: The fields in order, or nil when there are more than the limits allow.
    public static func fields(
        _ bytes: some Collection<UInt8>,
        charset: Charset = .utf8,
        limits: ContentLimits = .default
    ) -> [Field]? {
        var fields: [Field] = []
        for pair in bytes.split(separator: 0x26) {
            guard fields.count < limits.fields else { return nil }
            let mark = pair.firstIndex(of: 0x3D)
            let key = decoded(pair[..<(mark ?? pair.endIndex)], charset)
            let value = mark.map { decoded(pair[pair.index(after: $0)...], charset) } ?? ""
            fields.append(Field(key: key, value: .string(value)))
        }
        return fields
    }

    private static func decoded(_ bytes: some Collection<UInt8>, _ charset: Charset) -> String {
        charset.text(PercentEncoding.decodeBytes(bytes, plusIsBlank: true))
    }

    /// Writes a URL-encoded form in UTF-8; values that are no texts are written as JSON, null as nothing.
    public static func write(_ fields: [Field]) -> [UInt8] {
        let pairs = fields.map { field in
            let value =
                switch field.value {
                case .null: ""
                case .string(let text): text
                default: field.value.text
                }
            return "\(PercentEncoding.encodeForm(field.key))=\(PercentEncoding.encodeForm(value))"
        }
        return Array(pairs.joined(separator: "&").utf8)
    }

    /// The fields as an envelope carries them: `[{"key": "a", "value": "1"}]`.
    public static func json(_ fields: [Field]) -> JSON {
        .array(fields.map { ["key": .string($0.key), "value": $0.value] })
    }

    /// The fields of a body: of its `$formdata`, of the parts of its `multipart/form-data`, or of its content.
    ///
    /// - Parameter body: The body of a request or an answer as a value.
    /// - Returns: The fields in order; nil when the body is no form, as the functions `formDataValue` and others need.
    public static func fields(inBody body: JSON) -> [Field]? {
        guard case .object(let object) = body, Envelope.isEnvelope(object: object) else { return nil }
        if case .array(let entries)? = object["$formdata"] {
            return entries.compactMap { entry in
                guard let key = entry["key"]?.stringValue else { return nil }
                return Field(key: key, value: entry["value"] ?? .null)
            }
        }
        guard let type = object["$content-type"]?.stringValue.flatMap(ContentType.init(parsing:)) else { return nil }
        if type.isForm, let bytes = object["$content"]?.stringValue.flatMap({ Base64.decode($0) }) {
            return fields(bytes, charset: type.charset ?? .utf8)
        }
        guard type.essence == "multipart/form-data", case .array(let parts)? = object["$multipart"] else { return nil }
        return parts.compactMap { part in
            guard let header = part["headers"]?[ignoringCase: "Content-Disposition"]?.stringValue,
                let name = HeaderValue(parsing: header)["name"]
            else { return nil }
            return Field(key: name, value: part["body"] ?? .null)
        }
    }
}
