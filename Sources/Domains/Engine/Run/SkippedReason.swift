import Playbooks

/// Why an action inside a container was never reached (section 13.3).
enum SkippedReason {
    /// The container was skipped, or failed before it took a branch.
    static func dependency(
        _ node: ActionNode,
        on container: ActionNode,
        _ status: ActionStatus,
        code: String?
    ) -> RunError {
        RunError(
            "ActionDependencyFailed",
            "The execution of template action '\(node.name)' is skipped: dependant action '\(container.name)' completed with status '\(status.word)' and code '\(code ?? "NotSpecified")'."
        )
    }

    /// The container took another branch.
    static func branch(_ node: ActionNode) -> RunError {
        RunError(
            "ActionBranchingConditionNotSatisfied",
            "The execution of template action '\(node.name)' skipped: the branching condition for this action is not satisfied."
        )
    }

    static func error(of node: ActionNode, in container: ActionNode, _ status: ActionStatus, code: String?) -> RunError
    {
        status == .skipped || (status == .failed && container.type != .condition && container.type != .switch)
            ? dependency(node, on: container, status, code: code) : branch(node)
    }
}
