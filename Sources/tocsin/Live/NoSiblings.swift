import Engine
import JSONTree

/// The other workflows of a run that has no server: there are none.
struct NoSiblings: ChildWorkflows, BatchSink {
    func call(_ call: ChildCall) async -> EffectOutcome { Self.refusal(of: call.workflow) }

    func send(_ message: BatchMessage) async -> EffectOutcome { Self.refusal(of: message.workflow) }

    private static func refusal(of workflow: String) -> EffectOutcome {
        .refused(
            RunError(
                "WorkflowNotFound",
                "There is no workflow '\(workflow)' here: a run without a server is alone. Deploy both to a server with `tocsin deploy`."
            ),
            code: "NotFound"
        )
    }
}
