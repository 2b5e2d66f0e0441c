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

    init?(_ json: JSON, in document: OpenAPIDocument) {
        guard let name = json["name"]?.stringValue, let place = json["in"]?.stringValue.flatMap(Place.init) else {
            return nil
        }
        let schema = json["schema"].map(document.resolve)
        self.name = name
        self.place = place
        isRequired = place == .path || json["required"]?.boolValue == true
        isInternal = json["x-ms-visibility"]?.stringValue?.lowercased() == "internal"
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
    }
}
