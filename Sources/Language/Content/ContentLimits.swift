public import JSONTree

/// Bounds for reading forms, multipart and JSON contents.
public struct ContentLimits: Sendable, Hashable {
    /// The limits that are used unless others are given.
    public static let `default` = ContentLimits()

    /// The greatest number of parts of a multipart content: 1,000 unless changed.
    public var parts: Int
    /// How deep multipart contents may nest: 4 unless changed.
    public var multipartDepth: Int
    /// The greatest size of one part's headers in bytes: 16,384 unless changed.
    public var partHeaderBytes: Int
    /// The greatest number of fields of a form: 10,000 unless changed.
    public var fields: Int
    /// Bounds for JSON contents.
    public var json: JSONLimits

    /// Makes limits.
    public init(
        parts: Int = 1_000,
        multipartDepth: Int = 4,
        partHeaderBytes: Int = 16_384,
        fields: Int = 10_000,
        json: JSONLimits = .default
    ) {
        self.parts = parts
        self.multipartDepth = multipartDepth
        self.partHeaderBytes = partHeaderBytes
        self.fields = fields
        self.json = json
    }
}
