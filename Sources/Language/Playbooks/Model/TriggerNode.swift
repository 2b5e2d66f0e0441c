public import Expressions
public import JSONTree

/// One trigger of a compiled definition (section 5).
public final class TriggerNode: Sendable {
    /// Its number, in order of appearance.
    public let index: Int
    /// Its name as the definition writes it.
    public let name: String
    /// What it does.
    public let type: TriggerType
    /// `kind`, as written.
    public let kind: String?
    /// `description`, kept.
    public let description: String?
    /// `metadata`, kept.
    public let metadata: JSON?
    /// The JSON pointer of the trigger inside the definition.
    public let pointer: String
    /// Where the trigger's value stands in the stored text.
    public let position: SourcePosition

    /// The whole `inputs` without `unsubscribe`; may use parameters, pure functions, `workflow()`, and
    /// `listCallbackUrl()` in webhook triggers.
    public let inputs: Template?
    /// The `inputs` as written.
    public let rawInputs: JSON?
    /// `inputs.unsubscribe` of an HttpWebhook.
    public let unsubscribe: Template?
    /// `recurrence`, a template over parameters; evaluate it, then read it with `Recurrence(json:)`.
    public let recurrence: Template?
    /// `recurrence` evaluated with the parameters of this definition.
    public let recurrenceValue: JSON?
    /// `conditions[].expression`: all must be true (section 5.9).
    public let conditions: [Template]
    /// `splitOn`, which must give an array (section 5.10); nil also for the designer's marker `@autoload()`.
    public let splitOn: Template?
    /// `splitOnConfiguration.correlation.clientTrackingId`, evaluated for each item.
    public let itemTrackingID: Template?
    /// `correlation.clientTrackingId` (section 5.13).
    public let clientTrackingID: Template?
    /// `inputs.retryPolicy` or `retryPolicy`.
    public let retryPolicy: RetryPolicySource
    /// `runtimeConfiguration`.
    public let runtime: RuntimeConfiguration
    /// `operationOptions`.
    public let options: OperationOptions
    /// `inputs.schema` of a Request or webhook trigger, with the names unescaped (`@@odata.type` is `@odata.type`).
    public let schema: JSON?
    /// `inputs.method` of a Request trigger, upper case; nil: all methods.
    public let method: String?
    /// `inputs.relativePath` of a Request trigger.
    public let relativePath: String?
    /// The connection that it calls.
    public let connection: ConnectionReference?
    /// Whether the run history hides its inputs.
    public let hidesInputs: Bool
    /// Whether the run history hides its outputs.
    public let hidesOutputs: Bool

    /// How many runs may be active at a time; nil: no limit.
    public var maximumRuns: Int? {
        options.contains(.singleInstance) ? 1 : runtime.runs
    }

    /// How many runs may wait when ``maximumRuns`` are active: as configured, else 10 and the maximum of runs.
    public var maximumWaitingRuns: Int? {
        maximumRuns.map { runtime.maximumWaitingRuns ?? min($0 + 10, 100) }
    }

    init(_ draft: TriggerDraft) {
        index = draft.index
        name = draft.name
        type = draft.type
        kind = draft.kind
        description = draft.description
        metadata = draft.metadata
        pointer = draft.pointer
        position = draft.position
        inputs = draft.inputs
        rawInputs = draft.rawInputs
        unsubscribe = draft.unsubscribe
        recurrence = draft.recurrence
        recurrenceValue = draft.recurrenceValue
        conditions = draft.conditions
        splitOn = draft.splitOn
        itemTrackingID = draft.itemTrackingID
        clientTrackingID = draft.clientTrackingID
        retryPolicy = draft.retryPolicy
        runtime = draft.runtime
        options = draft.options
        schema = draft.schema
        method = draft.method
        relativePath = draft.relativePath
        connection = draft.connection
        hidesInputs = draft.runtime.securesInputs
        hidesOutputs = draft.runtime.securesOutputs
    }
}
