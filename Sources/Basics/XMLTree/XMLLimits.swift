/// Bounds on what one XML operation may take.
///
/// Depth is bounded by libxml2 itself: 256 nested elements; so is one text (10 MB) and one name (50,000 bytes).
public struct XMLLimits: Sendable, Hashable {
    /// The largest document, in bytes.
    public var bytes: Int
    /// The most elements and attributes of one document, together.
    public var nodes: Int
    /// The most steps of one XPath evaluation, as libxml2 counts them.
    public var pathSteps: Int
    /// The longest XPath expression, in bytes.
    public var pathBytes: Int
    /// The most steps of one XSLT transformation, as libxslt counts them.
    public var transformSteps: Int
    /// The deepest nesting of XSLT templates.
    public var templateDepth: Int
    /// The most errors that a validation reports.
    public var validationErrors: Int

    /// Makes limits; the defaults suit messages of at most 100 MB.
    ///
    /// - Parameters:
    ///   - bytes: The largest document, in bytes.
    ///   - nodes: The most elements and attributes of one document, together.
    ///   - pathSteps: The most steps of one XPath evaluation.
    ///   - pathBytes: The longest XPath expression, in bytes.
    ///   - transformSteps: The most steps of one XSLT transformation.
    ///   - templateDepth: The deepest nesting of XSLT templates.
    ///   - validationErrors: The most errors that a validation reports.
    public init(
        bytes: Int = 104_857_600,
        nodes: Int = 2_000_000,
        pathSteps: Int = 20_000_000,
        pathBytes: Int = 8_192,
        transformSteps: Int = 5_000_000,
        templateDepth: Int = 1_000,
        validationErrors: Int = 100
    ) {
        self.bytes = bytes
        self.nodes = nodes
        self.pathSteps = pathSteps
        self.pathBytes = pathBytes
        self.transformSteps = transformSteps
        self.templateDepth = templateDepth
        self.validationErrors = validationErrors
    }

    /// The limits used when none are given.
    public static let `default` = XMLLimits()
}
