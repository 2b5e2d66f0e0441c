/// A media type with its parameters, as the `Content-Type` header carries it (RFC 9110).
public struct ContentType: Sendable, Hashable {
    /// The type in lower case, such as `application`.
    public var type: String
    /// The subtype in lower case, such as `problem+json`.
    public var subtype: String
    /// The parameters in order.
    public var parameters: [HeaderValue.Parameter]

    /// Makes a content type.
    public init(_ type: String, _ subtype: String, parameters: [HeaderValue.Parameter] = []) {
        self.type = type.lowercased()
        self.subtype = subtype.lowercased()
        self.parameters = parameters
    }

    /// Reads the text of a header; nil when it is no `type/subtype`.
    public init?(parsing text: String) {
        if let known = Self.usual[text] {
            self = known
        } else {
            self.init(reading: text)
        }
    }

    /// What nearly every message has, so that it is read once.
    private static let usual: [String: ContentType] = {
        let texts = [
            "application/json", "application/json; charset=utf-8", "application/json;charset=utf-8", "text/json",
            "text/plain", "text/plain; charset=utf-8", "text/html", "text/html; charset=utf-8", "application/xml",
            "text/xml", "application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data", "*/*",
        ]
        let pairs = texts.compactMap { text in ContentType(reading: text).map { (text, $0) } }
        return Dictionary(uniqueKeysWithValues: pairs)
    }()

    private init?(reading text: String) {
        let header = HeaderValue(parsing: text)
        let parts = header.value.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(HeaderValue.isTokenByte) }) else {
            return nil
        }
        self.init(String(parts[0]), String(parts[1]), parameters: header.parameters)
    }

    /// The type and subtype without parameters, such as `text/html`.
    public var essence: String { "\(type)/\(subtype)" }

    /// The text as a header carries it.
    public var text: String { HeaderValue(essence, parameters: parameters).text }

    /// The value of a parameter by its name in any case, nil when there is none.
    public subscript(_ name: String) -> String? { HeaderValue(essence, parameters: parameters)[name] }

    /// Whether the content is JSON: `application/json`, `text/json`, `application/problem+json`.
    public var isJSON: Bool { subtype == "json" || subtype.hasSuffix("+json") }

    /// Whether the content is text of any kind other than JSON: `text/*`.
    public var isText: Bool { type == "text" && !isJSON }

    /// Whether the content is XML: `application/xml`, `text/xml`, `*/*+xml`.
    public var isXML: Bool { subtype == "xml" || subtype.hasSuffix("+xml") }

    /// Whether the content is a multipart one.
    public var isMultipart: Bool { type == "multipart" }

    /// Whether the content is a URL-encoded form.
    public var isForm: Bool { subtype == "x-www-form-urlencoded" && type == "application" }

    /// The charset that the type names, UTF-8 when it names none, nil when it is not known here.
    public var charset: Charset? {
        guard !parameters.isEmpty, let name = self["charset"], !name.isEmpty else { return .utf8 }
        return Charset(named: name)
    }
}
