/// What a run's history is read from.
public struct StoredHistory: Sendable {
    /// The run as lists show it.
    public var run: SQLRuns.Listed
    /// All its journal rows.
    public var rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])]
    /// The large values that the rows name.
    public var bodies = JournalBodies.none

    /// Makes a history.
    public init(run: SQLRuns.Listed, rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])]) {
        self.run = run
        self.rows = rows
    }
}
