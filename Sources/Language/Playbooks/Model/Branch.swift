/// The place inside a container where an action stands.
public enum Branch: Sendable, Hashable {
    /// Directly in the workflow.
    case root
    /// The body of a Scope, Foreach or Until.
    case body
    /// The `actions` of an If.
    case then
    /// The `else` of an If.
    case otherwise
    /// A case of a Switch, by its number in order of appearance.
    case `case`(Int)
    /// The `default` of a Switch.
    case `default`
}

/// One list of sibling actions: the workflow itself, the body of a scope or loop, a branch, a case.
public struct ActionGroup: Sendable, Hashable {
    /// Which branch of its container it is.
    public let branch: Branch
    /// All actions in it, in order of appearance.
    public let children: [ActionID]
    /// Those that run after nothing: they start when the container does.
    public let roots: [ActionID]
    /// Those that no sibling runs after: they decide the container's status (section 7.4).
    public let leaves: [ActionID]
}

/// One predecessor of an action (section 7.2).
public struct Dependency: Sendable, Hashable {
    /// The sibling that must be final first.
    public let action: ActionID
    /// The statuses of it that let the action run.
    public let statuses: StatusSet
}
