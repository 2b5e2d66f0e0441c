public import JSONTree

/// Takes messages for Batch triggers: what a `SendToBatch` action does (sections 5.8 and 6.20).
public protocol BatchSink: Sendable {
    /// Adds a message to a batch; when it returns `.answered` with 202, the message is stored.
    ///
    /// An implementation stores one message for an execution key, however often it is called with it. `.unreachable`
    /// means that nothing was stored and trying again may help; `.refused` that there is no such trigger or batch.
    func send(_ message: BatchMessage) async -> EffectOutcome
}

/// One message for a batch.
public struct BatchMessage: Sendable {
    /// Whose workflows they are.
    public var tenant: String
    /// The workflow that collects: its resource id, or its name.
    public var workflow: String
    /// The Batch trigger; nil: the only one.
    public var trigger: String?
    /// The name of the batch.
    public var batchName: String
    /// The partition; nil: `DEFAULT`.
    public var partitionName: String?
    /// The message's id as the sender gave it; nil: a new one is made.
    public var messageID: String?
    /// What is sent.
    public var content: JSON
    /// The key of the sending action's execution: one message for each.
    public var executionKey: String

    /// Makes a message.
    public init(
        tenant: String,
        workflow: String,
        trigger: String?,
        batchName: String,
        partitionName: String? = nil,
        messageID: String? = nil,
        content: JSON,
        executionKey: String
    ) {
        self.tenant = tenant
        self.workflow = workflow
        self.trigger = trigger
        self.batchName = batchName
        self.partitionName = partitionName
        self.messageID = messageID
        self.content = content
        self.executionKey = executionKey
    }
}
