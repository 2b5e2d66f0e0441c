public import Moments
import Stores

/// What runs have left to do, such as ending a subscription: kept beside the run until it is done.
enum SQLDuties {
    static func write(
        _ flight: FlightNumber,
        _ body: [UInt8],
        _ batch: CommitBatch,
        _ transaction: Transaction
    ) throws {
        try transaction.execute(
            "INSERT INTO duty (run, flight, tenant, due, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (run, flight) DO NOTHING",
            [
                .integer(batch.run.value), .integer(flight), .text(batch.tenant),
                .integer((batch.at + StoredDuty.grace).ticks), .blob(body),
            ]
        )
    }
}

extension SQLJournal {
    /// The duties that are due, earliest first.
    public func duties(of machine: String, due: Timestamp, limit: Int) async throws -> [StoredDuty] {
        try await store.read { snapshot in
            try snapshot.query(
                """
                SELECT d.run, d.flight, d.attempts, d.body FROM duty AS d JOIN run AS r ON r.number = d.run
                WHERE d.due <= ? AND r.machine = ? ORDER BY d.due LIMIT ?
                """,
                [.integer(due.ticks), .text(machine), .integer(Int64(limit))]
            ).compactMap { row -> StoredDuty? in
                let run = RunNumber(try row[0].integer)
                guard let found = try SQLRuns.find(run, in: snapshot) else { return nil }
                return StoredDuty(
                    header: found.header,
                    machine: machine,
                    flight: try row[1].integer,
                    body: try row[3].blob,
                    attempts: Int(try row[2].integer)
                )
            }
        }
    }

    /// Takes a duty away.
    public func discharge(_ run: RunNumber, flight: FlightNumber) async throws {
        try await store.commit(
            .journal,
            Change("DELETE FROM duty WHERE run = ? AND flight = ?", [.integer(run.value), .integer(flight)])
        )
    }

    /// Puts a duty off, and counts an attempt.
    public func postpone(_ run: RunNumber, flight: FlightNumber, until due: Timestamp) async throws {
        try await store.commit(
            .journal,
            Change(
                "UPDATE duty SET due = ?, attempts = attempts + 1 WHERE run = ? AND flight = ?",
                [.integer(due.ticks), .integer(run.value), .integer(flight)]
            )
        )
    }
}
