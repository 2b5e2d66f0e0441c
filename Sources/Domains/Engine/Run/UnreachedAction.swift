import Playbooks

/// What becomes of an action whose container never got to it (section 13.3).
enum UnreachedAction {
    /// How its record ends.
    struct Fate {
        var status = ActionStatus.skipped
        var code = "ActionSkipped"
        var error: RunError?
    }

    /// The fate of an action by how its container stands, with the code and the error of the container's record.
    static func fate(
        of node: ActionNode,
        in container: ActionNode,
        _ status: ActionStatus,
        code: String?,
        error: RunError?
    ) -> Fate {
        if let mismatch = mismatch(node, in: container, code: code, error) { return mismatch }
        let tookBranch = container.type == .condition || container.type == .switch ? code == actionFailed : false
        return status == .skipped || (status == .failed && !tookBranch)
            ? dependency(node, on: container, status, code: code) : Fate(error: branch(node))
    }

    /// The container was skipped, or failed before it took a branch.
    static func dependency(
        _ node: ActionNode,
        on container: ActionNode,
        _ status: ActionStatus,
        code: String?
    ) -> Fate {
        Fate(
            error: RunError(
                "ActionDependencyFailed",
                "The execution of template action '\(node.name)' is skipped: dependant action '\(container.name)' completed with status '\(status.word)' and code '\(code ?? "NotSpecified")'."
            )
        )
    }

    /// The container took another branch.
    static func branch(_ node: ActionNode) -> RunError {
        RunError(
            "ActionBranchingConditionNotSatisfied",
            "The execution of template action '\(node.name)' skipped: the branching condition for this action is not satisfied."
        )
    }

    /// A Switch that cannot compare its value with a case fails the actions of all its branches.
    static func mismatch(_ node: ActionNode, in container: ActionNode, code: String?, _ error: RunError?) -> Fate? {
        guard container.type == .switch, code == mismatchCode, let error else { return nil }
        let reason = error.message.firstRange(of: mismatchReason).map { String(error.message[$0.lowerBound...]) }
        return Fate(
            status: .failed,
            code: mismatchCode,
            error: RunError(
                conditionFailed,
                "The execution of template action '\(node.name)'\(reason ?? " failed.")"
            )
        )
    }

    /// The error of a Switch whose value and case are of different types.
    static func mismatchError(_ container: ActionNode, value: String, case wanted: String) -> RunError {
        RunError(
            conditionFailed,
            "The execution of template action '\(container.name)'\(mismatchReason) 'Template language function 'strongEquals' expects parameters of same type, but found '\(value),\(wanted)' distinct types.'"
        )
    }

    /// The record code of that error.
    static let mismatchCode = "InternalServerError"

    private static let conditionFailed = "ActionConditionFailed"
    private static let actionFailed = "ActionFailed"
    private static let mismatchReason =
        " failed: an unexpected exception encountered when evaluating branching condition."
}
