public import Durable

/// What came of a call of a trigger.
public enum Invocation: Sendable {
    /// A run was started, or several; nobody waits for a Response.
    case accepted([RunHeader])
    /// A run was started whose Response is asked for at a status address.
    case asynchronous(RunHeader)
    /// The run has answered.
    case responded(RunHeader, ResponseContent)
    /// The run has not answered within the time that a caller waits.
    case timedOut(RunHeader)
    /// The run has ended without an answer.
    case noResponse(RunHeader)
    /// No run was started: a condition does not hold, or there was nothing to split.
    case notFired(history: String)
}

/// What a caller who waits for a run hears.
public enum RunReply: Sendable {
    /// The run's Response.
    case responded(ResponseContent)
    /// The run has ended.
    case ended
    /// The caller has waited as long as a caller waits.
    case timedOut
}
