import JSONTree

/// Content with a type, as values carry what is not JSON: `{"$content-type", "$content": base64}` (section 10.1).
struct Envelope {
    var contentType: String
    /// The content in base64.
    var content: String

    /// The envelope that an object is; nil when it is none.
    init?(_ object: JSONObject) {
        guard object.count >= 2, object.count <= 4, case .string(let content)? = object["$content"],
            case .string(let type)? = object["$content-type"]
        else { return nil }
        for (name, _) in object {
            switch name {
            case "$content", "$content-type", "$formdata", "$multipart": continue
            default: return nil
            }
        }
        self.contentType = type
        self.content = content
    }

    init(contentType: String, content: String) {
        self.contentType = contentType
        self.content = content
    }

    /// An envelope of bytes.
    init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        content = Base64Text.encode(bytes)
    }

    /// The envelope that a value is; nil when it is none.
    static func of(_ value: Value) -> Envelope? {
        switch value {
        case .json(.object(let object)): Envelope(object)
        case .xml(let document): Envelope(contentType: XMLValues.contentType, bytes: XMLValues.bytes(document))
        default: nil
        }
    }

    var json: JSON {
        var object = JSONObject()
        object["$content-type"] = .string(contentType)
        object["$content"] = .string(content)
        return .object(object)
    }

    /// The decoded bytes.
    func bytes(for evaluation: Evaluation) throws(ExpressionError) -> [UInt8] {
        guard let bytes = Base64Text.decode(content) else {
            throw ExpressionError(
                phase: .run,
                message: "The property '$content' of the content is not valid: the value cannot be decoded from base64 "
                    + "representation."
            )
        }
        return bytes
    }
}
