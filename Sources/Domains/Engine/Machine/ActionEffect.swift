import Durable
public import JSONTree
public import Moments
public import Playbooks

/// Work outside the machine that an action asks for.
public struct ActionEffect: Sendable {
    /// What is to be done.
    public enum Kind: Sendable, Hashable {
        /// The action's call: HTTP, connector, child workflow, function, batch, script.
        case call
        /// Ask for the status of a long operation.
        case poll(String)
        /// Read the next page.
        case page(String)
        /// Subscribe with the outside; the callback address is in the inputs.
        case subscribe
        /// End a subscription; nobody waits for the answer.
        case unsubscribe
        /// Ask whether what the call waits for has come; nothing is sent.
        case probe
        /// Look up whether an earlier call has happened.
        case lookup(since: Timestamp)
    }

    /// What is to be done.
    public var kind: Kind
    /// The workflow.
    public var program: WorkflowProgram
    /// The action.
    public var node: ActionNode
    /// The evaluated inputs.
    public var inputs: JSON
    /// The same for all attempts of this execution: tenant, run, action, iterations.
    public var executionKey: String
    /// The action's tracking id.
    public var trackingID: String
    /// The run's client tracking id.
    public var clientTrackingID: String
    /// Whether the business key of the operation is held.
    public var holdsKey: Bool
    /// Whether an earlier attempt may have happened.
    public var isResend: Bool
    /// Which attempt this is, from 1.
    public var attempt: Int
    /// For look-ups: when the last attempt ended without an answer; "absent" counts only its delay after that.
    public var lastAttempt: Timestamp?
    /// For scripts: what the code may see.
    public var context: JSON?
}
