/// What the broker takes at most.
public struct AlertLimits: Sendable, Hashable {
    /// Alerts of one page when the client says nothing: 100.
    public var pageDefault = 100
    /// Alerts of one page at most: 1,000, as Graph documents.
    public var pageMaximum = 1_000
    /// The largest `$skip`: 500, as Graph documents.
    public var skipMaximum = 500
    /// Rows that are read for one page when the database cannot answer the filter alone: 5,000.
    ///
    /// The page is then shorter and has a link to the next.
    public var scanRows = 5_000
    /// Rows that are sorted or counted by the program when the database cannot: 50,000.
    public var sortRows = 50_000
    /// The largest alert in bytes of JSON: 1 MiB.
    public var alertBytes = 1_048_576
    /// Alerts of one intake: 1,000.
    public var intakeAlerts = 1_000
    /// Comments and tags of one alert: 100 each.
    public var entries = 100
    /// The longest comment in characters: 4,096.
    public var commentCharacters = 4_096
    /// The longest tag and assignee in characters: 256.
    public var nameCharacters = 256
    /// States kept in `historyStates`, the newest: 100.
    public var historyStates = 100
    /// Days that an idempotency key and its answer are kept: 30.
    public var keyDays = 30

    /// The documented limits.
    public init() {}
}
