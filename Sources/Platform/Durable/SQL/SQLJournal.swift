public import Moments
public import Secrets
public import Stores

/// Runs in a database: one journal row a step, and tables only for lists.
public final class SQLJournal: JournalStore {
    let store: Store
    private let clock: any WallClock
    private let blobs: BlobFiles?
    private let signer: SigningKey?
    private let figures = JournalFigures()

    /// Makes a journal over an open store.
    ///
    /// - Parameters:
    ///   - store: a store that was opened with `DurableMigrations.all`.
    ///   - clock: dates business keys.
    ///   - blobs: where values over 64 KiB and checkpoints over 1 MiB go; without it they stay in the database, unencrypted
    ///     as everything else in it that is not secured.
    ///   - signer: signs the ends of the chains of hashes, with a key that the database alone does not reveal: whoever can write to the
    ///     database cannot make a run's journal anew. `JournalVerifier` proves the signatures.
    public init(store: Store, clock: any WallClock, blobs: BlobFiles? = nil, signer: SigningKey? = nil) {
        self.signer = signer
        self.store = store
        self.clock = clock
        self.blobs = blobs
    }

    /// Puts a batch in the journal's lane.
    public func submit(
        _ batch: CommitBatch,
        completion: @escaping @Sendable (Result<CommitReceipt, DurableError>) -> Void
    ) {
        guard let blobs, !batch.bodies.isEmpty || (batch.snapshot?.count ?? 0) > SnapshotRow.inlineLimit else {
            submit(batch, .none, completion)
            return
        }
        // A run has one batch under way at a time, so that waiting for files does not change the order of a run's batches.
        Task {
            do {
                submit(batch, try await SQLBodies.files(of: batch, in: blobs), completion)
            } catch {
                completion(.failure(Self.error(error)))
            }
        }
    }

    private func submit(
        _ batch: CommitBatch,
        _ files: SQLBatch.Files,
        _ completion: @escaping @Sendable (Result<CommitReceipt, DurableError>) -> Void
    ) {
        let box = ReceiptBox()
        let now = clock.now
        var files = files
        if let signer, batch.summary != nil, !batch.body.isEmpty {
            files.head = signer.signature(of: JournalHead(batch).text)
        }
        store.submit(.journal) { [files] transaction in
            box.receipt = try SQLBatch.write(batch, files: files, now: now, to: transaction)
        } whenDone: { [figures] result in
            switch result {
            case .success:
                figures.written(batch)
                completion(.success(box.receipt))
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
        if error.code == .tooLarge { return DurableError(.tooLarge, error.message) }
        if error.code == .closed { return DurableError(.stopped, error.message) }
        return DurableError(.storage, error.message)
    }

    /// Reads a run.
    public func load(_ run: RunNumber) async throws -> StoredRun? {
        guard let (found, references) = try await store.read({ try SQLRuns.load(run, from: $0) }) else { return nil }
        var stored = found
        if let checkpoint = references.snapshot { stored.snapshot?.body = try await read(checkpoint, inlined: nil) }
        stored.bodies = try await read(references.bodies)
        return stored
    }

    /// Everything that a run's history is read from: all its rows from the first, and the large values that they name.
    ///
    /// - Parameters:
    ///   - run: the run.
    ///   - bodyLimit: how many bytes of large values are read (32 MiB); later ones are left out, and read one by one by
    ///     `body(_:of:)`. The first one, which may be what the trigger got, is always read.
    /// - Returns: nil when there is no such run.
    /// - Throws: `DurableError`, `StoreError`.
    public func history(of run: RunNumber, bodyLimit: Int = 32 << 20) async throws -> StoredHistory? {
        let found = try await store.read { snapshot -> (StoredHistory, [SQLBodies.Reference])? in
            guard let listed = try SQLRuns.find(run, in: snapshot) else { return nil }
            let rows = try SQLRuns.rows(of: run, in: snapshot)
            return (StoredHistory(run: listed, rows: rows), try SQLBodies.references(of: run, from: 0, in: snapshot))
        }
        guard let (read, references) = found else { return nil }
        var history = read
        history.bodies = try await self.read(references, limit: bodyLimit)
        return history
    }

    /// The text of a large value of a run.
    ///
    /// - Returns: nil when the run names no such value.
    public func body(_ digest: String, of run: RunNumber) async throws -> [UInt8]? {
        let found = try await store.read { snapshot in
            try SQLBodies.references(of: run, from: 0, in: snapshot).first { $0.digest == digest }
        }
        guard let found else { return nil }
        return try await read(found.blob, inlined: found.content)
    }

    private func read(_ references: [SQLBodies.Reference], limit: Int = .max) async throws -> JournalBodies {
        var contents: [String: [UInt8]] = [:]
        var omitted: Set<String> = []
        var total = 0
        for reference in references where contents[reference.digest] == nil {
            guard total == 0 || total + reference.bytes <= limit else {
                omitted.insert(reference.digest)
                continue
            }
            total += reference.bytes
            contents[reference.digest] = try await read(reference.blob, inlined: reference.content)
        }
        return JournalBodies(contents, omitted: omitted)
    }

    private func read(_ blob: BlobReference?, inlined: [UInt8]?) async throws -> [UInt8] {
        if let inlined { return inlined }
        guard let blob, let blobs else {
            throw DurableError(.storage, "A large value lies in a file, and this journal was opened without files.")
        }
        do {
            return try await blobs.get(blob)
        } catch let error as StoreError where error.code == .missing {
            throw DurableError(.damagedJournal, "A large value of the journal is missing: \(error.message)")
        }
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
                """
                SELECT MAX(n) FROM (
                    SELECT MAX(number) AS n FROM run UNION ALL SELECT MAX(position) / 16777216 AS n FROM journal
                    UNION ALL SELECT epoch AS n FROM owner WHERE name = 'largest pruned run') AS used
                """
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

    /// Forgets how often a run has ended the process.
    public func forgetCrashes(of run: RunNumber) async throws {
        try await store.commit(.journal, Change("UPDATE run SET crashes = 0 WHERE number = ?", [.integer(run.value)]))
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
