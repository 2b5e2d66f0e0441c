public import Expressions
public import Moments

/// How a definition is compiled.
public struct CompileOptions: Sendable {
    /// Which rules hold.
    public enum Host: Sendable, Hashable {
        /// The multi-tenant service: all rules of section 14.
        case consumption
        /// A single-tenant workflow (`{definition, kind}`): `appsetting()` is allowed, and parameters may be declared
        /// for the whole application, so that an undeclared one is no error.
        case standard
    }

    /// Which rules hold; default consumption.
    public var host: Host
    /// Whether a parameter with neither value nor default is refused, as at save, or gets a placeholder and a warning,
    /// as in the check of a file; default refused.
    public var refusesMissingParameters: Bool
    /// Whether it was saved before, maybe by an earlier release; default: it is to be saved.
    ///
    /// What was saved is run, and what saving would refuse of order, placement, references and recurrences now is a warning.
    public var isSaved = false
    /// The present, from which the start of a recurrence may be at most 49 years ahead; nil does not check that.
    public var now: Timestamp?
    /// Where a value of the definition stands in the stored text, by its JSON pointer inside the definition.
    public var locate: @Sendable (String) -> SourcePosition
    /// The limits of its expressions.
    public var expressionLimits: ExpressionLimits
    /// The limits of the definition itself.
    public var limits: DefinitionLimits

    /// Options; the defaults are those of saving a definition whose text is not at hand.
    public init(
        host: Host = .consumption,
        refusesMissingParameters: Bool = true,
        expressionLimits: ExpressionLimits = .default,
        limits: DefinitionLimits = .documented,
        now: Timestamp? = Timestamp.now,
        locate: @escaping @Sendable (String) -> SourcePosition = { _ in .unknown }
    ) {
        self.host = host
        self.refusesMissingParameters = refusesMissingParameters
        self.expressionLimits = expressionLimits
        self.limits = limits
        self.now = now
        self.locate = locate
    }
}

/// How large a definition may be (section 16).
public struct DefinitionLimits: Sendable, Hashable {
    /// Actions in all, nested ones included; default 500.
    public var actions = 500
    /// Containers around an action; default 8.
    public var nesting = 8
    /// Triggers; default 10.
    public var triggers = 10
    /// Cases of a Switch, the default not counted; default 25.
    public var switchCases = 25
    /// Variables; default 250.
    public var variables = 250
    /// Declared parameters; default 50.
    public var parameters = 50
    /// Workflow outputs; default 10.
    public var outputs = 10
    /// Characters in the name of an action, trigger or parameter; default 80.
    public var nameLength = 80
    /// Characters in a description, which is remarked upon only; default 256.
    public var descriptionLength = 256
    /// Characters of `trackedProperties` as compact JSON; default 16,000.
    public var trackedProperties = 16_000
    /// Remarks on one definition, further ones are left out; default 1,000.
    public var diagnostics = 1_000

    /// The documented limits.
    public static let documented = DefinitionLimits()

    /// The documented limits, to be changed.
    public init() {}
}
