/// How much text, nesting, work and memory an expression may use.
///
/// Expressions come from users and read values from strangers, so everything that can grow has a bound. The
/// defaults are the documented limits of Azure Logic Apps where there are any (workflow definition language,
/// sections 2.3 and 16) and generous otherwise.
public struct ExpressionLimits: Sendable, Hashable {
    /// The longest text of one expression, in UTF-16 units.
    ///
    /// Default 8,192, the documented limit.
    public var textLength: Int
    /// How deep calls and dereferences may nest in one expression.
    ///
    /// Default 200.
    public var nestingDepth: Int
    /// Units of work in one evaluation of a template.
    ///
    /// One for each node evaluated and for each element or character that a function visits. Default 600,000,000,
    /// which is a few seconds.
    public var evaluationSteps: Int
    /// The longest text that a function or an interpolation may produce, in UTF-8 bytes.
    ///
    /// Default 104,857,600, the documented limit of `concat` and `join`.
    public var producedCharacters: Int
    /// The largest `count` of `range`.
    ///
    /// Default 100,000, the documented limit.
    public var rangeCount: Int
    /// How deep arrays and objects may nest in a template and in its result.
    ///
    /// Default 512, as for JSON texts.
    public var valueDepth: Int
    /// How many values a template and its result may hold in all.
    ///
    /// Default 10,000,000.
    public var valueCount: Int

    /// The documented defaults.
    public static let `default` = ExpressionLimits()

    /// Limits that differ from the defaults in the named members.
    public init(
        textLength: Int = 8_192,
        nestingDepth: Int = 200,
        evaluationSteps: Int = 600_000_000,
        producedCharacters: Int = 104_857_600,
        rangeCount: Int = 100_000,
        valueDepth: Int = 512,
        valueCount: Int = 10_000_000
    ) {
        self.textLength = textLength
        self.nestingDepth = nestingDepth
        self.evaluationSteps = evaluationSteps
        self.producedCharacters = producedCharacters
        self.rangeCount = rangeCount
        self.valueDepth = valueDepth
        self.valueCount = valueCount
    }
}
