/// The `runtimeConfiguration` of an action or trigger.
public struct RuntimeConfiguration: Sendable, Hashable {
    /// `concurrency.repetitions` of a Foreach, 1 to 50; nil: not given.
    public var repetitions: Int?
    /// `concurrency.runs` of a trigger: how many runs at a time; nil: not given.
    public var runs: Int?
    /// `concurrency.maximumWaitingRuns` of a trigger; nil: not given.
    public var maximumWaitingRuns: Int?
    /// Whether `secureData.properties` names `inputs`.
    public var securesInputs = false
    /// Whether `secureData.properties` names `outputs`.
    public var securesOutputs = false
    /// The name of the static result to take in place of running; nil when none is given or it is disabled.
    public var staticResult: String?
    /// `paginationPolicy.minimumItemCount`; nil: no following of pages.
    public var minimumItemCount: Int?
    /// Whether `contentTransfer.transferMode` is `Chunked`.
    public var isChunked = false
    /// Whether the body goes out in chunks where ``isChunked`` asks for it: when it is the content of an action as that is.
    ///
    /// What is put together, or comes from a trigger or a variable, is sent whole (Microsoft's page on large messages).
    public var sendsContent = false
    /// `contentTransfer.uploadChunkSizeInMB`.
    public var uploadChunkMegabytes: Int?
    /// `contentTransfer.downloadChunkSizeInMB`.
    public var downloadChunkMegabytes: Int?

    /// Nothing configured.
    public init() {}
}
