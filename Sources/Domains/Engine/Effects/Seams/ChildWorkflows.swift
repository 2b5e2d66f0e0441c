public import JSONTree

/// Calls other workflows of this server: what a `Workflow` action does (section 6.6).
public protocol ChildWorkflows: Sendable {
    /// Calls a workflow's Request trigger and waits for what its caller would get.
    ///
    /// - An implementation starts one run for an execution key, however often it is called with it, also over a crash: a
    ///   second call with the key waits for the run of the first.
    /// - `.answered`: the child's Response, or 202 without `Location` when it has none, or 502 `NoResponse` when it ended
    ///   without reaching one. A Response that is marked asynchronous is waited for as well.
    /// - `.unreachable`: no run was started, and trying again may help, as when the child's queue is full.
    /// - `.refused`: there is no such workflow, or it has no such trigger.
    /// - Cancelling the task ends the wait and leaves the child's run alone.
    func call(_ call: ChildCall) async -> EffectOutcome
}

/// One call of another workflow.
public struct ChildCall: Sendable {
    /// Whose workflows they are.
    public var tenant: String
    /// The workflow that calls.
    public var parent: WorkflowProgram.Identity
    /// The workflow to be called: its resource id, or its name.
    public var workflow: String
    /// The trigger to be called; nil: the only one.
    public var trigger: String?
    /// The headers, name to text.
    public var headers: JSON
    /// The body; nil when there is none.
    public var body: JSON?
    /// The key of this attempt: one run of the child for each.
    public var executionKey: String
    /// The client tracking id of the parent's run, which the child's run inherits.
    public var clientTrackingID: String
    /// The longest wait for the child's answer.
    public var timeout: Duration

    /// Makes a call.
    public init(
        tenant: String,
        parent: WorkflowProgram.Identity,
        workflow: String,
        trigger: String?,
        headers: JSON,
        body: JSON?,
        executionKey: String,
        clientTrackingID: String,
        timeout: Duration
    ) {
        self.tenant = tenant
        self.parent = parent
        self.workflow = workflow
        self.trigger = trigger
        self.headers = headers
        self.body = body
        self.executionKey = executionKey
        self.clientTrackingID = clientTrackingID
        self.timeout = timeout
    }
}
