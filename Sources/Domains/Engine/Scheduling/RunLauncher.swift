public import Durable
public import Playbooks

/// A workflow as the scheduler needs it: its current program, and whether its triggers fire.
public struct SchedulableWorkflow: Sendable {
    /// The compiled current version; its identity names tenant, workflow and version.
    public var program: WorkflowProgram
    /// Whether its triggers fire.
    public var isEnabled: Bool

    /// Makes a description.
    public init(program: WorkflowProgram, isEnabled: Bool) {
        self.program = program
        self.isEnabled = isEnabled
    }
}

/// Starts runs and finds programs for the scheduler.
public protocol RunLauncher: Sendable {
    /// Starts the runs of a firing; they are durable when this returns.
    ///
    /// Each is started once for its cause, also when this is called again after a crash: `cause` for a single origin,
    /// `cause/0`, `cause/1` … for several. A run that was started by its cause before is left out of the result.
    ///
    /// - Parameters:
    ///   - outcome: what fired; its origins are the runs.
    ///   - trigger: the trigger.
    ///   - program: the workflow.
    ///   - history: the name of the history entry; a single run gets it as its own name.
    ///   - cause: what the runs are the consequence of.
    ///   - isResumed: whether the firing was accepted before, so that a full queue refuses it no more.
    /// - Returns: the runs that were started.
    /// - Throws: `EngineError` with status 429 when the trigger's queue is full; nothing was started. Any other error
    ///   means that it is to be tried again.
    func launch(
        _ outcome: TriggerOutcome,
        trigger: TriggerNode,
        program: WorkflowProgram,
        history: String,
        cause: String,
        isResumed: Bool
    ) async throws -> [RunHeader]

    /// A workflow as it is now; nil when it is gone.
    func workflow(id: String) async throws -> SchedulableWorkflow?

    /// The program of a version, also of a workflow that was deleted meanwhile; nil when it is not kept any more.
    func program(workflowID: String, version: String) async throws -> WorkflowProgram?
}
