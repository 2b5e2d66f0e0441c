public import Expressions
public import JSONTree

/// One action of a compiled definition.
///
/// A node is immutable and shared; ``Definition/actions`` holds all of them by number. What belongs to one type only
/// (``condition``, ``cases``, ``collection`` …) is nil or empty for the others.
public final class ActionNode: Sendable {
    // MARK: Identity

    /// Its number.
    public let id: ActionID
    /// Its name as the definition writes it.
    public let name: String
    /// What it does.
    public let type: ActionType
    /// `kind`, as written.
    public let kind: String?
    /// `description`, kept.
    public let description: String?
    /// `metadata`, kept.
    public let metadata: JSON?
    /// The JSON pointer of the action inside the definition.
    public let pointer: String
    /// Where the action's value stands in the stored text.
    public let position: SourcePosition

    // MARK: Place and order

    /// The container around it; nil at top level.
    public let parent: ActionID?
    /// Where in that container it stands.
    public let branch: Branch
    /// How deep it is nested: 1 at top level.
    public let depth: Int
    /// The loops around it, outermost first.
    public let loops: [ActionID]
    /// What must be final before it, in the order of `runAfter`.
    public let runAfter: [Dependency]
    /// The siblings that name it in their `runAfter`, in order of appearance.
    public let successors: [ActionID]
    /// Whether no sibling runs after it, so that it decides its container's status (section 7.4).
    public let isLeaf: Bool
    /// The lists of children of a container, one for each branch that is written, even when it is empty.
    ///
    /// One for Scope, Foreach and Until, `then` and `otherwise` for If, the cases in order and the default for Switch.
    public let groups: [ActionGroup]
    /// The numbers of all actions inside it, at any depth; empty for plain actions.
    public let subtree: Range<Int>

    // MARK: What it does

    /// The whole `inputs`, evaluated when the action starts; without the per-item templates and without `unsubscribe`.
    public let inputs: Template?
    /// The `inputs` as written.
    public let rawInputs: JSON?
    /// The templates of a data operation that are evaluated per element.
    public let perItem: PerItemTemplates?
    /// `inputs.unsubscribe` of an HttpWebhook, evaluated when the subscription ends; it may use `action()`.
    public let unsubscribe: Template?
    /// The condition of an If or an Until.
    public let condition: Condition?
    /// The text of `expression` of an If, Until or Switch, for error texts; nil for the tree form.
    public let expressionText: String?
    /// `expression` of a Switch.
    public let selector: Template?
    /// The cases of a Switch, in order; the children are in the group of the same number.
    public let cases: [SwitchCase]
    /// `foreach` of a Foreach.
    public let collection: Template?
    /// `limit.count` of an Until; nil: 60.
    public let limitCount: Template?
    /// `limit.timeout`; nil: none for actions, PT1H for an Until.
    public let limitTimeout: Template?
    /// `inputs.retryPolicy`.
    public let retryPolicy: RetryPolicySource
    /// `trackedProperties`, an object template evaluated after the action; it may use `action()`.
    public let trackedProperties: Template?
    /// `runtimeConfiguration`.
    public let runtime: RuntimeConfiguration
    /// `operationOptions`.
    public let options: OperationOptions
    /// The variable that a variable action changes, as an index into ``Definition/variables``.
    ///
    /// Nil for other actions and when the name is computed; InitializeVariable lists its own in ``initializes``.
    public let variable: Int?
    /// The variables that an InitializeVariable declares, as indexes into ``Definition/variables``, in order.
    public let initializes: [Int]
    /// The connection that it calls.
    public let connection: ConnectionReference?
    /// The actions in the tools of an agent.
    let tools: [AgentTools.Action]

    // MARK: Analysis

    /// The actions whose records its templates read, by literal name.
    public let references: ActionSet
    /// Whether it names an action by a computed text, so that it may read any.
    public let hasDynamicReferences: Bool
    /// Whether something reads its record or outputs; if not, they may be dropped once they are recorded.
    public let isReferenced: Bool
    /// Whether something calls `result()` with its name.
    public let isResultScope: Bool
    /// Whether the run history hides its inputs: secured itself, or reading secured data (section 11.1).
    public let hidesInputs: Bool
    /// Whether the run history hides its outputs.
    public let hidesOutputs: Bool
    /// The secure parameters that its templates read, as indexes into ``Definition/parameters``.
    public let secureParameters: [Int]

    init(_ draft: ActionDraft) {
        id = draft.id
        name = draft.name
        type = draft.type
        kind = draft.kind
        description = draft.description
        metadata = draft.metadata
        pointer = draft.pointer
        position = draft.position
        parent = draft.parent
        branch = draft.branch
        depth = draft.depth
        loops = draft.loops
        runAfter = draft.runAfter
        successors = draft.successors
        isLeaf = draft.successors.isEmpty
        groups = draft.groups
        subtree = draft.subtree
        inputs = draft.inputs
        rawInputs = draft.rawInputs
        perItem = draft.perItem
        unsubscribe = draft.unsubscribe
        condition = draft.condition
        expressionText = draft.expressionText
        selector = draft.selector
        cases = draft.cases
        collection = draft.collection
        limitCount = draft.limitCount
        limitTimeout = draft.limitTimeout
        retryPolicy = draft.retryPolicy
        trackedProperties = draft.trackedProperties
        runtime = draft.runtime
        options = draft.options
        variable = draft.variable
        initializes = draft.initializes
        connection = draft.connection
        tools = draft.type == .agent ? AgentTools(of: draft.json, at: draft.pointer).actions : []
        references = draft.references
        hasDynamicReferences = draft.hasDynamicReferences
        isReferenced = draft.isReferenced
        isResultScope = draft.isResultScope
        hidesInputs = draft.hidesInputs
        hidesOutputs = draft.hidesOutputs
        secureParameters = draft.secureParameters
    }
}

extension ActionNode {
    /// How many iterations of a Foreach may run at a time: 1 when sequential, else `repetitions`, else 20.
    ///
    /// A Foreach inside another Foreach runs its iterations one at a time (section 6.18); the engine applies that by
    /// ``loops``.
    public var repetitions: Int {
        options.contains(.sequential) ? 1 : runtime.repetitions ?? 20
    }

    /// The group of the given branch.
    public func group(_ branch: Branch) -> ActionGroup? {
        groups.first { $0.branch == branch }
    }
}

/// Where an action's retry policy comes from.
public enum RetryPolicySource: Sendable, Hashable {
    /// None is written: ``RetryPolicy/standard`` applies.
    case standard
    /// It is written out.
    case literal(RetryPolicy)
    /// It is a template: read `retryPolicy` of the evaluated inputs with ``RetryPolicy/init(json:)``.
    case evaluated
}
