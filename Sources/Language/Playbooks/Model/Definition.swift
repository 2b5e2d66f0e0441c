public import JSONTree

/// A workflow definition, checked and compiled to the plan that the engine executes.
///
/// ```swift
/// let compiled = Definition.compile(json, parameters: ["p": ["value": 1]])
/// guard let definition = compiled.definition else { return compiled.diagnostics }
/// for id in definition.root.roots { start(definition[id]) }
/// ```
///
/// A definition is immutable and holds nothing of a run. Names are matched without regard to case (section 3.6).
public final class Definition: Sendable {
    /// All actions at any depth, by number.
    public let actions: ContiguousArray<ActionNode>
    /// The actions of the workflow itself.
    public let root: ActionGroup
    /// The triggers, in order of appearance.
    public let triggers: [TriggerNode]
    /// The declared parameters with their values, in order of appearance.
    public let parameters: [ParameterDeclaration]
    /// The outputs, in order of appearance.
    public let outputs: [WorkflowOutput]
    /// The static results, in order of appearance.
    public let staticResults: [StaticResult]
    /// The variables that InitializeVariable actions declare, in order of appearance.
    public let variables: [VariableDeclaration]
    /// The definition as it was given; member order is kept.
    public let json: JSON
    /// Whether it holds a Response action: then callers of a Request trigger wait (section 5.4).
    public let hasResponse: Bool
    /// The actions whose records or outputs something reads.
    public let referencedActions: ActionSet
    /// The containers that something calls `result()` with.
    public let resultScopes: ActionSet
    /// Whether some template names an action by a computed text, so that every record may be read.
    public let hasDynamicReferences: Bool

    private let actionsByName: [String: ActionID]
    private let triggersByName: [String: Int]
    private let parametersByName: [String: Int]
    private let variablesByName: [String: Int]
    private let staticResultsByName: [String: Int]

    init(_ draft: DefinitionDraft) {
        actions = ContiguousArray(draft.actions.map { ActionNode($0) })
        root = draft.root
        triggers = draft.triggers.map { TriggerNode($0) }
        parameters = draft.parameters
        outputs = draft.outputs
        staticResults = draft.staticResults
        variables = draft.variables
        json = draft.json
        hasResponse = draft.actions.contains { $0.type == .response }
        referencedActions = draft.referencedActions
        resultScopes = draft.resultScopes
        hasDynamicReferences = draft.hasDynamicReferences
        actionsByName = draft.actionsByName
        triggersByName = Self.index(triggers.map(\.name))
        parametersByName = Self.index(parameters.map(\.name))
        variablesByName = Self.index(variables.map(\.name))
        staticResultsByName = Self.index(staticResults.map(\.name))
    }

    private static func index(_ names: [String]) -> [String: Int] {
        Dictionary(zip(names.map { $0.lowercased() }, names.indices)) { first, _ in first }
    }

    /// The action with this number.
    public subscript(_ id: ActionID) -> ActionNode { actions[id.index] }

    /// The action with this name, any case.
    public func node(named name: String) -> ActionNode? {
        (actionsByName[name] ?? actionsByName[name.lowercased()]).map { self[$0] }
    }

    /// The trigger with this name, any case.
    public func trigger(named name: String) -> TriggerNode? {
        triggersByName[name.lowercased()].map { triggers[$0] }
    }

    /// The parameter with this name, any case.
    public func parameter(named name: String) -> ParameterDeclaration? {
        parametersByName[name.lowercased()].map { parameters[$0] }
    }

    /// The index of the variable with this name, any case, into ``variables``.
    public func variableIndex(named name: String) -> Int? {
        variablesByName[name] ?? variablesByName[name.lowercased()]
    }

    /// The static result with this name, any case.
    public func staticResult(named name: String) -> StaticResult? {
        staticResultsByName[name.lowercased()].map { staticResults[$0] }
    }

    /// The actions directly in the container, or in the workflow for nil, in order of appearance.
    public func children(of container: ActionID?) -> [ActionID] {
        container.map { self[$0].groups.flatMap(\.children) } ?? root.children
    }

    /// `contentVersion`, `1.0.0.0` when left out.
    public var contentVersion: String { json[ignoringCase: "contentVersion"]?.stringValue ?? "1.0.0.0" }
    /// `$schema`.
    public var schema: String? { json[ignoringCase: "$schema"]?.stringValue }
    /// `description`.
    public var description: String? { json[ignoringCase: "description"]?.stringValue }
    /// `metadata`, kept.
    public var metadata: JSON? { json[ignoringCase: "metadata"] }
}
