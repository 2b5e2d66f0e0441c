public import JSONTree
public import Moments

/// A context read from JSON: for trying expressions without a run, and for conformance cases.
///
/// The members are those of the conformance cases, all optional: `now`, `parameters`, `variables`, `appsettings` (name → value),
/// `trigger` (record), `actions` (name → record), `action` (record), `item`, `items` (loop → element), `iterationIndexes`
/// (loop → number), `results` (scope → array), `workflow`, `callbackUrl`.
public struct RecordedContext: EvaluationContext, Sendable {
    private let members: JSON
    private let clock: Timestamp?

    /// A context of these members.
    ///
    /// - Parameter json: An object, or null for nothing. A `now` that is no timestamp counts as absent.
    public init(_ json: JSON) {
        members = json
        clock = json["now"]?.stringValue.flatMap { Timestamp(iso8601: $0) }
    }

    /// The recorded instant, or the system's clock.
    public var now: Timestamp { clock ?? Timestamp.now }

    private func member(_ group: String, _ name: String) -> JSON? { members[group]?[ignoringCase: name] }

    /// From `parameters`.
    public func parameter(_ name: String) -> JSON? { member("parameters", name) }
    /// From `variables`.
    public func variable(_ name: String) -> JSON? { member("variables", name) }
    /// From `appsettings`.
    public func appSetting(_ name: String) -> JSON? { member("appsettings", name) }
    /// `trigger`.
    public func trigger() -> JSON? { members["trigger"] }
    /// From `actions`.
    public func action(_ name: String) -> JSON? { member("actions", name) }
    /// `action`.
    public func currentAction() -> JSON? { members["action"] }
    /// `item`.
    public func item() -> JSON? { members["item"] }
    /// From `items`.
    public func items(_ loop: String) -> JSON? { member("items", loop) }
    /// From `iterationIndexes`.
    public func iterationIndex(_ loop: String) -> Int? {
        member("iterationIndexes", loop)?.integerValue.flatMap { Int(exactly: $0) }
    }
    /// From `results`.
    public func result(_ scope: String) -> JSON? { member("results", scope) }
    /// `workflow`.
    public func workflow() -> JSON? { members["workflow"] }
    /// `callbackUrl`.
    public func callbackURL() -> String? { members["callbackUrl"]?.stringValue }
}
