import Moments
import Stores

/// Writes a commit batch inside a transaction.
enum SQLBatch {
    /// The files that were written for a batch before its commit.
    struct Files: Sendable {
        static let none = Files()

        /// By digest.
        var bodies: [String: BlobPin] = [:]
        var snapshot: BlobPin?
        /// The signature of the chain of hashes.
        var head: String?
    }

    static func write(
        _ batch: CommitBatch,
        files: Files,
        now: Timestamp,
        to transaction: Transaction
    ) throws -> CommitReceipt {
        if let opening = batch.opening {
            try open(batch, opening, files.head, transaction)
        } else if let summary = batch.summary {
            let changed = try transaction.execute(
                """
                UPDATE run SET status = ?, closed = ?, unknown_outcome = ?, resting = ?, detail = ?, epoch = ?, head = ?,
                    head_sequence = ? WHERE number = ? AND epoch <= ?
                """,
                [
                    .text(summary.status), .integer(orNull: summary.closed?.ticks), .flag(summary.isOutcomeUnknown),
                    .flag(summary.isResting), .text(summary.detail), .integer(batch.epoch), .text(orNull: files.head),
                    files.head == nil ? .null : .integer(batch.sequence), .integer(batch.run.value),
                    .integer(batch.epoch),
                ]
            )
            guard changed == 1 else { throw ownershipLost(batch) }
        } else if batch.takesOver {
            let changed = try transaction.execute(
                "UPDATE run SET epoch = ? WHERE number = ? AND epoch <= ?",
                [.integer(batch.epoch), .integer(batch.run.value), .integer(batch.epoch)]
            )
            guard changed == 1 else { throw ownershipLost(batch) }
        } else {
            guard
                try transaction.first(
                    "SELECT 1 FROM run WHERE number = ? AND epoch <= ?",
                    [.integer(batch.run.value), .integer(batch.epoch)]
                ) != nil
            else { throw ownershipLost(batch) }
        }
        if !batch.body.isEmpty {
            guard batch.sequence <= JournalPosition.largestSequence else {
                throw DurableError(.tooLong, "Run \(batch.run) has as many journal rows as a run may have.")
            }
            try transaction.execute(
                "INSERT INTO journal (position, tenant, body, hash) VALUES (?, ?, ?, ?)",
                [
                    .integer(JournalPosition(batch.run, batch.sequence).value), .text(batch.tenant), .blob(batch.body),
                    .blob(batch.hash),
                ]
            )
        }
        for body in batch.bodies { try SQLBodies.write(body, files.bodies[body.digest], batch, transaction) }
        if let snapshot = batch.snapshot { try SQLBodies.write(snapshot: snapshot, files.snapshot, batch, transaction) }
        try writeTimers(batch, transaction)
        for duty in batch.duties { try SQLDuties.write(duty.flight, duty.body, batch, transaction) }
        for entry in batch.feed { try SQLFeed.append(entry, at: now, to: transaction) }
        for settlement in batch.settlements { try settle(settlement, now: now, transaction) }
        if batch.summary?.closed != nil { try closeChecks(batch, transaction) }
        return CommitReceipt(claims: try batch.claims.map { try claim($0, now: now, transaction) })
    }

    private static func ownershipLost(_ batch: CommitBatch) -> DurableError {
        DurableError(.ownershipLost, "Run \(batch.run) is owned under a later epoch, or was deleted.")
    }

    private static func open(
        _ batch: CommitBatch,
        _ opening: RunOpening,
        _ head: String?,
        _ transaction: Transaction
    ) throws {
        let header = opening.header
        if let cause = opening.cause {
            let changed = try transaction.execute(
                "INSERT INTO run_cause (tenant, scope, cause, run) VALUES (?, ?, ?, ?) ON CONFLICT (tenant, scope, cause) DO NOTHING",
                [.text(batch.tenant), .text(header.scope), .text(cause), .integer(header.number.value)]
            )
            guard changed == 1 else { throw DurableError(.duplicate, "A run was started by the same cause before.") }
        }
        let summary = batch.summary ?? RunSummary(status: "Running", closed: nil, detail: "{}")
        try transaction.execute(
            """
            INSERT INTO run (
                number, tenant, machine, scope, name, program, run_group, status, opened, closed, unknown_outcome, resting, epoch, detail,
                head, head_sequence)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(header.number.value), .text(batch.tenant), .text(opening.machine), .text(header.scope),
                .text(header.name),
                .text(header.program), .text(opening.group), .text(summary.status), .integer(header.opened.ticks),
                .integer(orNull: summary.closed?.ticks), .flag(summary.isOutcomeUnknown), .flag(summary.isResting),
                .integer(batch.epoch), .text(summary.detail), .text(orNull: head),
                head == nil ? .null : .integer(batch.sequence),
            ]
        )
    }

    private static func writeTimers(_ batch: CommitBatch, _ transaction: Transaction) throws {
        for key in batch.clearedTimers {
            try transaction.execute(
                "DELETE FROM timer WHERE run = ? AND key = ?",
                [.integer(batch.run.value), .integer(key)]
            )
        }
        for timer in batch.timers {
            try transaction.execute(
                "INSERT INTO timer (run, key, tenant, due) VALUES (?, ?, ?, ?) ON CONFLICT (run, key) DO UPDATE SET due = excluded.due",
                [.integer(batch.run.value), .integer(timer.key), .text(batch.tenant), .integer(timer.due.ticks)]
            )
        }
        if batch.clearsAllTimers {
            try transaction.execute("DELETE FROM timer WHERE run = ?", [.integer(batch.run.value)])
        }
    }

    /// A run that has ended needs no checkpoint.
    private static func closeChecks(_ batch: CommitBatch, _ transaction: Transaction) throws {
        // A short run has had none.
        if batch.sequence > 16 { try SQLBodies.dropSnapshot(of: batch.run, tenant: batch.tenant, transaction) }
    }

    private static func claim(_ claim: KeyClaim, now: Timestamp, _ transaction: Transaction) throws -> ClaimOutcome {
        let changed = try transaction.execute(
            "INSERT INTO business_key (tenant, key, run, answer, changed) VALUES (?, ?, ?, NULL, ?) ON CONFLICT (tenant, key) DO NOTHING",
            [.text(claim.tenant), .text(claim.key), .integer(claim.run.value), .integer(now.ticks)]
        )
        if changed == 1 { return .held }
        let row = try transaction.first(
            "SELECT run, answer FROM business_key WHERE tenant = ? AND key = ?",
            [.text(claim.tenant), .text(claim.key)]
        )
        guard let row else { throw DurableError(.storage, "A business key vanished within one transaction.") }
        if let answer = try row[1].optionalText { return .answered(answer) }
        let holder = RunNumber(try row[0].integer)
        if holder == claim.run { return .held }
        let isOpen =
            try transaction.first("SELECT 1 FROM run WHERE number = ? AND closed IS NULL", [.integer(holder.value)])
            != nil
        guard !isOpen else { return .taken(by: holder) }
        try transaction.execute(
            "UPDATE business_key SET run = ?, changed = ? WHERE tenant = ? AND key = ?",
            [.integer(claim.run.value), .integer(now.ticks), .text(claim.tenant), .text(claim.key)]
        )
        return .inherited
    }

    private static func settle(_ settlement: KeySettlement, now: Timestamp, _ transaction: Transaction) throws {
        let name: [SQLValue] = [.text(settlement.tenant), .text(settlement.key), .integer(settlement.run.value)]
        switch settlement.outcome {
        case .answered(let answer):
            try transaction.execute(
                "UPDATE business_key SET answer = ?, changed = ? WHERE tenant = ? AND key = ? AND run = ?",
                [.text(answer), .integer(now.ticks)] + name
            )
        case .released:
            try transaction.execute(
                "DELETE FROM business_key WHERE tenant = ? AND key = ? AND run = ? AND answer IS NULL",
                name
            )
        }
    }
}
