public import Moments
public import Stores

/// Runs in a database: one journal row a step, and tables only for lists.
public final class SQLJournal: JournalStore {
    private let store: Store
    private let clock: any WallClock

    /// Makes a journal over an open store.
    ///
    /// - Parameters:
    ///   - store: a store that was opened with `DurableMigrations.all`.
    ///   - clock: dates business keys.
    public init(store: Store, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    /// Puts a batch in the journal's lane.
    public func submit(
        _ batch: CommitBatch,
        completion: @escaping @Sendable (Result<CommitReceipt, DurableError>) -> Void
    ) {
        let box = ReceiptBox()
        let now = clock.now
        store.submit(.journal) { transaction in
            box.receipt = try SQLBatch.write(batch, now: now, to: transaction)
        } whenDone: { result in
            switch result {
            case .success: completion(.success(box.receipt))
            case .failure(let error): completion(.failure(Self.error(error)))
            }
        }
    }

    // Sendable by proof: the committer writes it before it calls whenDone, and nobody else holds it.
    private final class ReceiptBox: @unchecked Sendable {
        var receipt = CommitReceipt()
    }

    static func error(_ error: any Error) -> DurableError {
        if let error = error as? DurableError { return error }
        guard let error = error as? StoreError else { return DurableError(.storage, "The store failed: \(error)") }
        if error.code == .overloaded { return DurableError(.overloaded, error.message) }
        if error.code == .diskFull { return DurableError(.diskFull, error.message) }
        if error.code == .closed { return DurableError(.stopped, error.message) }
        return DurableError(.storage, error.message)
    }

    /// Reads a run.
    public func load(_ run: RunNumber) async throws -> StoredRun? {
        try await store.read { try SQLRuns.load(run, from: $0) }
    }

    /// The timers due from an instant on and before another, earliest first.
    public func timers(
        from start: Timestamp,
        before horizon: Timestamp,
        limit: Int
    ) async throws -> [StoredTimer] {
        try await store.read { snapshot in
            try snapshot.query(
                "SELECT due, run, key FROM timer WHERE due >= ? AND due < ? ORDER BY due, run, key LIMIT ?",
                [.integer(start.ticks), .integer(horizon.ticks), .integer(Int64(limit))]
            ).map { row in
                StoredTimer(
                    due: Timestamp(ticks: try row[0].integer),
                    run: RunNumber(try row[1].integer),
                    key: try row[2].integer
                )
            }
        }
    }

    /// The open runs of a machine that do not rest, oldest first.
    public func busyRuns(machine: String, after run: RunNumber, limit: Int) async throws -> [RunNumber] {
        try await store.read { snapshot in
            try snapshot.query(
                """
                SELECT number FROM run WHERE machine = ? AND number > ? AND closed IS NULL AND resting = 0
                ORDER BY number LIMIT ?
                """,
                [.text(machine), .integer(run.value), .integer(Int64(limit))]
            ).map { RunNumber(try $0[0].integer) }
        }
    }

    /// The largest run number in use.
    public func largestRunNumber() async throws -> RunNumber {
        try await store.read { snapshot in
            let row = try snapshot.first(
                "SELECT MAX(n) FROM (SELECT MAX(number) AS n FROM run UNION ALL SELECT MAX(position) / 16777216 AS n FROM journal) AS used"
            )
            return RunNumber(try row?[0].optionalInteger ?? 0)
        }
    }

    /// Takes ownership under the next epoch.
    public func beginEpoch() async throws -> Int64 {
        try await store.commit(.journal) { transaction in
            let epoch = (try transaction.first("SELECT epoch FROM owner WHERE name = 'driver'")?[0].integer ?? 0) + 1
            try transaction.execute("DELETE FROM owner WHERE name = 'driver'")
            try transaction.execute(
                "INSERT INTO owner (tenant, name, epoch) VALUES ('', 'driver', ?)",
                [.integer(epoch)]
            )
            return epoch
        }
    }

    /// Counts a crash against runs that were being worked on when the process ended.
    ///
    /// - Returns: whether any of them is not in the journal: it was in its first step.
    public func countCrashes(_ suspects: [RunNumber]) async throws -> Bool {
        guard !suspects.isEmpty else { return false }
        return try await store.commit(.journal) { transaction in
            var isFirstStep = false
            for run in suspects {
                try transaction.execute(
                    "UPDATE run SET crashes = crashes + 1 WHERE number = ? AND closed IS NULL",
                    [.integer(run.value)]
                )
                if try transaction.first("SELECT 1 FROM run WHERE number = ?", [.integer(run.value)]) == nil {
                    isFirstStep = true
                }
            }
            return isFirstStep
        }
    }
}
