import Content
public import JSONTree

/// One parameter of an operation.
public struct ParameterDescription: Sendable, Hashable {
    /// Where a value goes.
    public enum Place: String, Sendable, Hashable {
        /// Into the path.
        case path
        /// Into the query.
        case query
        /// Into a header.
        case header
        /// It is the body.
        case body
        /// Into a field of a form.
        case formData
        /// Into a cookie.
        case cookie

        /// The place of a name in any case; nil for names that are none.
        init?(named name: String) {
            let known: [Place] = [.path, .query, .header, .body, .formData, .cookie]
            guard let place = known.first(where: { $0.rawValue.isSame(ignoringCase: name) }) else { return nil }
            self = place
        }
    }

    /// How often a value of the path is percent-encoded.
    public enum PathEncoding: Sendable, Hashable {
        /// Once, the rule.
        case once
        /// Twice (`x-ms-url-encoding: double`).
        case twice
        /// Not at all (`x-ms-skip-url-encoding`).
        case never
    }

    /// Its name on the wire.
    public let name: String
    /// Where its value goes.
    public let place: Place
    /// Whether a call without it is an error.
    public let isRequired: Bool
    /// Whether users do not see it, so that its default is always filled in.
    public let isInternal: Bool
    /// Whether its value is the address at which the service calls back (`x-ms-notification-url`).
    public let isNotificationURL: Bool
    /// How prominently users see it (`x-ms-visibility`), in small letters; nil when nothing is said.
    public let visibility: String?
    /// The type: `string`, `integer`, `number`, `boolean`, `array`, `file`, or `object` for a body without type.
    public let type: String
    /// The value when none is given; a text may hold expressions.
    public let defaultValue: JSON?
    /// How the items of an array are joined: `csv`, `ssv`, `tsv`, `pipes` or `multi`.
    public let collectionFormat: String
    /// How its value is encoded in a path.
    public let pathEncoding: PathEncoding
    /// What users read.
    public let summary: String?
    /// The schema of a body, references resolved one level; of other parameters the parameter itself, which says its
    /// type, choices and bounds.
    public let schema: JSON?
    /// How OpenAPI 3 writes its value: `form`, `simple`, `label`, `matrix`, `deepObject`, `spaceDelimited`,
    /// `pipeDelimited`, or `json` for a value that is a JSON text; nil leaves it to ``collectionFormat``.
    public let style: String?
    /// Whether the members of an object are parameters of their own (`explode`).
    public let isExploded: Bool
    /// Whether what separates the parts of an address stays as it is in its value (`allowReserved`).
    public let allowsReserved: Bool

    init?(_ json: JSON, in document: OpenAPIDocument) {
        guard let name = json["name"]?.stringValue, let place = json["in"]?.stringValue.flatMap(Place.init(named:))
        else {
            return nil
        }
        let schema = json["schema"].map(document.resolve)
        self.name = name
        self.place = place
        isRequired = place == .path || Self.isTrue(json["required"])
        visibility = json["x-ms-visibility"]?.stringValue?.lowercased()
        isInternal = visibility == "internal"
        isNotificationURL = Self.isTrue(json["x-ms-notification-url"])
        type = json["type"]?.stringValue ?? schema?["type"]?.stringValue ?? (place == .body ? "object" : "string")
        defaultValue = json["default"] ?? schema?["default"]
        collectionFormat = json["collectionFormat"]?.stringValue?.lowercased() ?? "csv"
        pathEncoding =
            json["x-ms-skip-url-encoding"]?.boolValue == true
            ? .never : json["x-ms-url-encoding"]?.stringValue?.lowercased() == "double" ? .twice : .once
        summary = json["x-ms-summary"]?.stringValue ?? json["description"]?.stringValue
        self.schema = schema ?? (place == .body ? nil : json)
        style = json["style"]?.stringValue
        isExploded = json["explode"]?.boolValue == true
        allowsReserved = json["allowReserved"]?.boolValue == true
    }

    /// A flag, which people also write as a text.
    static func isTrue(_ json: JSON?) -> Bool {
        json?.boolValue ?? (json?.stringValue?.lowercased() == "true")
    }

    /// Whether its value is an object that a style writes as a text: `R,1,G,2`, `R=1,G=2`.
    var isStyledObject: Bool {
        type == "object" && place != .body && place != .formData && style.map { $0 != "json" } ?? false
    }

    /// The characters that are not encoded in its value in a query; what would end the value always is.
    var keptCharacters: String {
        if allowsReserved { return ":/?@!$'()*,;=" }
        return style == "form" && !isExploded && (type == "array" || type == "object") ? "," : ""
    }

    /// The only value that it can have; nil when there are several, or any.
    var onlyChoice: JSON? {
        let choices = schema?["enum"]?.arrayValue ?? schema?["const"].map { [$0] } ?? []
        return choices.count == 1 && type != "array" ? choices[0].nonNull : nil
    }

    /// Whether its value, an object, is there as parameters of other names: `name[member]`, or those of its members.
    func isSpread(over names: [String]) -> Bool {
        guard place == .query, type == "object", let style else { return false }
        if style == "deepObject" { return names.contains { $0.hasPrefix("\(name)[") } }
        guard style == "form", isExploded else { return false }
        guard let members = schema?["properties"]?.objectValue, !members.isEmpty else { return true }
        return names.contains { members[$0] != nil }
    }

    /// Whether it is a header that is made when the request is: what the body is, what is wanted back, and who asks.
    var isMadeWithRequest: Bool {
        place == .header
            && ["content-type", "content-length", "accept", "authorization"].contains(name.lowercased())
    }

    /// Whether a text can be the name of a header (a token of RFC 9110).
    static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    /// Of the media types that the definition lists as values, one of JSON, else the first; nil when it lists none.
    var jsonChoice: String? {
        let choices = (schema?["enum"]?.arrayValue ?? []).compactMap(\.stringValue)
        return choices.first { ContentType(parsing: $0)?.isJSON == true } ?? choices.first
    }
}
