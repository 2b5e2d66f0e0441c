/// Bounds for compiling schemas and for checking values against them.
public struct SchemaLimits: Sendable, Hashable {
    /// The limits that are used unless others are given.
    public static let `default` = SchemaLimits()

    /// The greatest number of subschemas: 10,000 unless changed.
    public var subschemas: Int
    /// The greatest number of checks of one value against one subschema: 2,000,000 unless changed.
    ///
    /// Combinators inside recursive schemas multiply; beyond this bound a value counts as not valid.
    public var steps: Int
    /// The greatest number of reported issues, those inside others included: 1,000 unless changed.
    public var issues: Int

    /// Makes limits.
    public init(subschemas: Int = 10_000, steps: Int = 2_000_000, issues: Int = 1_000) {
        self.subschemas = subschemas
        self.steps = steps
        self.issues = issues
    }
}
