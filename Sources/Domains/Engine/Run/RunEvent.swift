import Durable
public import JSONTree
public import Moments

/// A decision or a result in a run: what its journal holds.
public enum RunEvent: Sendable {
    /// The run exists.
    case started(RunOrigin, at: Timestamp)
    /// A run that had to wait for others begins to work.
    case admitted(at: Timestamp)
    /// An action does not run, because of this.
    case skipped(RunState.SlotRef, code: String, RunError, at: Timestamp)
    /// An action has ended.
    case completed(Completion)
    /// A Scope, If or Switch has begun; `group` is the number of the branch taken among its groups, nil when none is.
    case opened(RunState.SlotRef, group: Int?, at: Timestamp)
    /// A loop has begun.
    case loopOpened(RunState.SlotRef, LoopPlan, at: Timestamp)
    /// An iteration has begun.
    case iterationOpened(RunState.SlotRef, index: Int, at: Timestamp)
    /// An iteration has ended.
    case iterationClosed(RunState.SlotRef, index: Int, ActionStatus, at: Timestamp)
    /// An action waits for the outside: the intent of its effect.
    case departed(Departure)
    /// A waiting action has got further.
    case progressed(Progress)
    /// The run has ended.
    case ended(Ending)

    /// How an action ended.
    public struct Completion: Sendable {
        var ref: RunState.SlotRef
        var status: ActionStatus
        var code: String?
        var error: RunError?
        /// Present for actions that did not depart before.
        var inputs: JSON?
        var outputs: JSON?
        var start: Timestamp
        var end: Timestamp
        var change: VariableChange?
        var tracked: JSON?
        var isResponse = false
        var isMocked = false
    }

    /// What a variable action did.
    public enum VariableChange: Sendable {
        case set([(variable: Int, value: JSON)])
        /// One element more, or text more: the delta alone is recorded.
        case append(variable: Int, value: JSON)
    }

    /// A loop as it begins.
    public struct LoopPlan: Sendable {
        /// The elements of a Foreach; nil for an Until.
        var items: [JSON]?
        /// The most iterations.
        var limit: Int
        /// How many run at a time.
        var concurrency: Int
        /// When an Until has to end.
        var deadline: Timestamp?
    }

    /// An action that begins to wait.
    public struct Departure: Sendable {
        var ref: RunState.SlotRef
        var flight: FlightNumber
        var phase: Flight.Phase
        var inputs: JSON
        var at: Timestamp
        /// Secrets in the inputs: they are sealed in the journal.
        var isSealed: Bool
        var scratch = JSONObject()
    }

    /// Where a waiting action stands.
    public struct Progress: Sendable {
        var flight: FlightNumber
        var phase: Flight.Phase
        var attempt: Int
        var sent: Timestamp
        /// One more entry of `retryHistory`.
        var history: JSON?
        /// Members to set in what later calls need; null takes one away.
        var scratch = JSONObject()
        var isResend = false
    }

    /// How the run ended.
    public struct Ending: Sendable {
        var status: ActionStatus
        var code: String?
        var error: RunError?
        var outputs: JSON?
        var at: Timestamp
    }
}
