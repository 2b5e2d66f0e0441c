public import JSONTree
public import Playbooks

/// What a trigger asks of the outside.
public enum TriggerCallKind: Sendable, Hashable {
    /// Ask whether there is something new: at the address that the last answer gave in `Location`, if it gave one.
    ///
    /// The inputs are the trigger's, evaluated. With a location the call is a GET of it with the inputs' authentication.
    case poll(location: String?)
    /// Subscribe; the callback address is in the inputs, which are the trigger's, evaluated.
    case subscribe
    /// End a subscription.
    ///
    /// The inputs are the evaluated `unsubscribe` of an HttpWebhook; for the others `{subscription, subscribe}`: the outputs
    /// `{statusCode, headers, body}` of the answer to the subscription, and the inputs that it was made with.
    case unsubscribe
}

/// Makes the outbound calls of triggers.
public protocol TriggerCalls: Sendable {
    /// Makes one call and says what came of it; retries are the caller's. Cancellation ends it early.
    ///
    /// It never throws: a failure is an outcome, too. The size of an answer and the time it may take are limited by who
    /// implements it.
    func callTrigger(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        inputs: JSON,
        kind: TriggerCallKind
    ) async -> EffectOutcome
}
