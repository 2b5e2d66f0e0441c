public import JSONTree
public import Moments

/// What an expression sees of the run that evaluates it (workflow definition language, section 3).
///
/// Implement the members that make sense where the expression stands; the others answer nil, which the language turns
/// into its own error or null. Names are matched without regard to case by the implementer. Implementations are asked
/// often and must answer without waiting.
public protocol EvaluationContext {
    /// The instant that `utcNow`, `getFutureTime` and `getPastTime` see.
    var now: Timestamp { get }
    /// A new random GUID as 32 hexadecimal digits with dashes (`D` format), in lower case.
    func newGUID() -> String
    /// A random integer of a range that is not empty.
    func random(in range: Range<Int64>) -> Int64
    /// The value of a workflow parameter.
    func parameter(_ name: String) -> JSON?
    /// The present value of a variable.
    func variable(_ name: String) -> JSON?
    /// The value of an app setting (Standard workflows only).
    func appSetting(_ name: String) -> JSON?
    /// The trigger's record with `outputs` inside.
    func trigger() -> JSON?
    /// The trigger's outputs: a fast path of `trigger()`.
    func triggerOutputs() -> JSON?
    /// The record of an action; nil when there is no such action or it is not known yet.
    func action(_ name: String) -> JSON?
    /// The outputs of an action: a fast path of `action(_:)`.
    ///
    /// - Returns: nil when there is no such action, a nil inside when the action has no outputs.
    func outputs(ofAction name: String) -> JSON??
    /// The record of the current action, for `action()`.
    func currentAction() -> JSON?
    /// The current element of the innermost loop or per-item template.
    func item() -> JSON?
    /// The current element of a named loop.
    func items(_ loop: String) -> JSON?
    /// The zero-based index of a named loop.
    func iterationIndex(_ loop: String) -> Int?
    /// The records of a scope's direct children.
    func result(_ scope: String) -> JSON?
    /// The workflow's and the run's identity.
    func workflow() -> JSON?
    /// The URL on which the trigger or the waiting action is called.
    func callbackURL() -> String?
}

extension EvaluationContext {
    /// The system clock.
    public var now: Timestamp { Timestamp.now }

    /// A random version 4 GUID from the system's random numbers.
    public func newGUID() -> String {
        var generator = SystemRandomNumberGenerator()
        return GUIDText.random(using: &generator)
    }

    /// From the system's random numbers.
    public func random(in range: Range<Int64>) -> Int64 { Int64.random(in: range) }

    /// No parameters.
    public func parameter(_ name: String) -> JSON? { nil }
    /// No variables.
    public func variable(_ name: String) -> JSON? { nil }
    /// No app settings.
    public func appSetting(_ name: String) -> JSON? { nil }
    /// No trigger.
    public func trigger() -> JSON? { nil }
    /// The `outputs` of `trigger()`.
    public func triggerOutputs() -> JSON? { trigger()?["outputs"] }
    /// No actions.
    public func action(_ name: String) -> JSON? { nil }

    /// The `outputs` of `action(_:)`.
    public func outputs(ofAction name: String) -> JSON?? {
        guard let record = action(name) else { return nil }
        return .some(record["outputs"])
    }

    /// No current action.
    public func currentAction() -> JSON? { nil }
    /// No loop.
    public func item() -> JSON? { nil }
    /// No loops.
    public func items(_ loop: String) -> JSON? { nil }
    /// No loops.
    public func iterationIndex(_ loop: String) -> Int? { nil }
    /// No scopes.
    public func result(_ scope: String) -> JSON? { nil }
    /// No workflow.
    public func workflow() -> JSON? { nil }
    /// No callback.
    public func callbackURL() -> String? { nil }
}

/// A context that knows nothing but the time: for pure expressions.
public struct PureContext: EvaluationContext, Sendable {
    /// A context of the system clock.
    public init() {}
}
