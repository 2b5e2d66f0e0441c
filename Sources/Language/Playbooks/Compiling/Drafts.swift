internal import Expressions
internal import JSONTree

/// An action in the making; its members are explained at ``ActionNode``.
struct ActionDraft {
    var id: ActionID
    var name: String
    var type: ActionType
    var json: JSON
    var pointer: String
    var position: SourcePosition
    var parent: ActionID?
    var branch: Branch
    var depth: Int
    var loops: [ActionID]

    var kind: String?
    var description: String?
    var metadata: JSON?
    var runAfter: [Dependency] = []
    var successors: [ActionID] = []
    var groups: [ActionGroup] = []
    var subtree: Range<Int> = 0..<0
    var inputs: Template?
    var rawInputs: JSON?
    var perItem: PerItemTemplates?
    var unsubscribe: Template?
    var condition: Condition?
    var expressionText: String?
    var selector: Template?
    var cases: [SwitchCase] = []
    var collection: Template?
    var limitCount: Template?
    var limitTimeout: Template?
    var retryPolicy = RetryPolicySource.standard
    var trackedProperties: Template?
    var runtime = RuntimeConfiguration()
    var options: OperationOptions = []
    var variable: Int?
    var initializes: [Int] = []
    var connection: ConnectionReference?
    var references: ActionSet = []
    var hasDynamicReferences = false
    var isReferenced = false
    var isResultScope = false
    var hidesInputs = false
    var hidesOutputs = false
    var secureParameters: [Int] = []

    /// Every compiled template of the action with the place where it stands and what it may refer to.
    var placed: [PlacedTemplate] = []
}

/// A trigger in the making; its members are explained at ``TriggerNode``.
struct TriggerDraft {
    var index: Int
    var name: String
    var type: TriggerType
    var json: JSON
    var pointer: String
    var position: SourcePosition

    var kind: String?
    var description: String?
    var metadata: JSON?
    var inputs: Template?
    var rawInputs: JSON?
    var unsubscribe: Template?
    var recurrence: Template?
    var recurrenceValue: JSON?
    var conditions: [Template] = []
    var splitOn: Template?
    var itemTrackingID: Template?
    var clientTrackingID: Template?
    var retryPolicy = RetryPolicySource.standard
    var runtime = RuntimeConfiguration()
    var options: OperationOptions = []
    var schema: JSON?
    var method: String?
    var relativePath: String?
    var connection: ConnectionReference?

    var placed: [PlacedTemplate] = []
}

/// A definition in the making; its members are explained at ``Definition``.
struct DefinitionDraft {
    var json: JSON
    var actions: [ActionDraft] = []
    var root = ActionGroup(branch: .root, children: [], roots: [], leaves: [])
    var triggers: [TriggerDraft] = []
    var parameters: [ParameterDeclaration] = []
    var outputs: [WorkflowOutput] = []
    var staticResults: [StaticResult] = []
    var variables: [VariableDeclaration] = []
    var referencedActions: ActionSet = []
    var resultScopes: ActionSet = []
    var hasDynamicReferences = false
    var actionsByName: [String: ActionID] = [:]
    var placedOutputs: [PlacedTemplate] = []
}

/// A compiled template together with its place, for the checks of what it refers to.
struct PlacedTemplate {
    /// What kinds of reference are expected where a template stands (section 2.1).
    enum Place {
        case actionInputs
        case webhookSubscribe
        case webhookUnsubscribe
        case trackedProperties
        case untilExpression
        case perItem
        case triggerInputs
        case triggerWebhookInputs
        case triggerNotification
        case triggerUnsubscribe
        case triggerOutcome
        case recurrence
        case parametersOnly
        case workflowOutput
    }

    var template: Template
    var pointer: String
    var place: Place
}
