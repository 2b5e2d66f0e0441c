/// What a store has done since it was opened.
public struct StoreStatistics: Sendable, Hashable {
    /// Transactions committed; each is one sync of the log.
    public var commits = 0
    /// Submissions that were kept.
    public var submissions = 0
    /// Submissions that failed, refused ones not counted.
    public var failures = 0
    /// Submissions that were refused because a queue was full.
    public var refusals = 0
    /// Rows written, with at least one counted for each writing statement.
    public var rows = 0
    /// Time spent in the callers' statements.
    public var workTime: Duration = .zero
    /// Time spent in COMMIT, which is mostly the sync.
    public var syncTime: Duration = .zero
    /// Times that the log was moved into the database.
    public var checkpoints = 0
    /// Time spent in that.
    public var checkpointTime: Duration = .zero
    /// Pages in the log at the last of them.
    public var lastCheckpointPages = 0
    /// Reads that ended, well or not.
    public var reads = 0

    /// Makes statistics of a store that did nothing yet.
    public init() {}
}
