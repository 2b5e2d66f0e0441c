/// How much of a query is read; what is beyond is refused with ``ODataError/Code/tooComplex``.
public struct ODataLimits: Sendable, Hashable {
    /// The longest value of one option in bytes of UTF-8: 8,192, what servers take in a request line.
    public var optionBytes: Int
    /// The deepest nesting of parentheses, `not`, functions and lambdas: 32.
    public var depth: Int
    /// The most operators, operands and literals of one `$filter`: 1,000.
    public var nodes: Int
    /// The most query parameters of one request: 64.
    public var options: Int
    /// The most properties of one `$select` or `$orderby`: 100.
    public var properties: Int

    /// Makes limits; what is not given has the documented default.
    public init(
        optionBytes: Int = 8_192,
        depth: Int = 32,
        nodes: Int = 1_000,
        options: Int = 64,
        properties: Int = 100
    ) {
        self.optionBytes = optionBytes
        self.depth = depth
        self.nodes = nodes
        self.options = options
        self.properties = properties
    }

    /// The documented limits.
    public static let `default` = ODataLimits()
}
