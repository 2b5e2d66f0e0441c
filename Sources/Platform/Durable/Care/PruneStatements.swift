import Moments
import Stores

/// The slices of pruning, each a small part of one commit.
enum PruneStatements {
    struct Slice: Sendable {
        var runs = 0
        var rows = 0
        /// Whether the last run has more rows than a slice takes.
        var isLong = false
    }

    /// Deletes the runs that ended before an instant, oldest first, until about `limit` rows are gone.
    static func runs(closedBefore instant: Timestamp, limit: Int, _ transaction: Transaction) throws -> Slice {
        var slice = Slice()
        let old = try transaction.query(
            "SELECT number, tenant FROM run WHERE closed < ? ORDER BY closed LIMIT ?",
            [.integer(instant.ticks), .integer(Int64(max(1, limit / 4)))]
        )
        for row in old where slice.rows < limit && !slice.isLong {
            let run = try row[0].integer
            let tenant = try row[1].text
            slice.runs += 1
            try remember(run, transaction)
            try transaction.execute("DELETE FROM run WHERE number = ?", [.integer(run)])
            try transaction.execute("DELETE FROM run_cause WHERE run = ?", [.integer(run)])
            try transaction.execute("DELETE FROM timer WHERE run = ?", [.integer(run)])
            try transaction.execute("DELETE FROM duty WHERE run = ?", [.integer(run)])
            try SQLBodies.dropSnapshot(of: RunNumber(run), tenant: tenant, transaction)
            try transaction.execute(
                "INSERT INTO run_doomed (run, tenant) VALUES (?, ?)",
                [.integer(run), .text(tenant)]
            )
            let rows = try rows(of: run, tenant: tenant, limit: limit, transaction)
            slice.rows += rows
            slice.isLong = rows >= limit
        }
        return slice
    }

    /// Goes on with runs whose deletion was begun.
    ///
    /// Returns how many rows are gone; 0 when no such run is left.
    static func doomed(limit: Int, _ transaction: Transaction) throws -> Int {
        guard let row = try transaction.first("SELECT run, tenant FROM run_doomed ORDER BY run LIMIT 1") else {
            return 0
        }
        return max(1, try rows(of: try row[0].integer, tenant: try row[1].text, limit: limit, transaction))
    }

    /// Deletes rows and values of a run, at most `limit`, and the mark when nothing is left.
    private static func rows(of run: Int64, tenant: String, limit: Int, _ transaction: Transaction) throws -> Int {
        let number = RunNumber(run)
        let rows = try transaction.execute(
            """
            DELETE FROM journal WHERE position IN (
                SELECT position FROM journal WHERE position >= ? AND position <= ? ORDER BY position LIMIT ?)
            """,
            [
                .integer(JournalPosition(number, 0).value),
                .integer(JournalPosition(number, JournalPosition.largestSequence).value), .integer(Int64(limit)),
            ]
        )
        guard rows < limit else { return rows }
        let bodies = try transaction.execute(
            """
            DELETE FROM run_body WHERE rowid IN (
                SELECT rowid FROM run_body WHERE run = ? ORDER BY sequence, digest LIMIT ?)
            """,
            [.integer(run), .integer(Int64(limit - rows))]
        )
        guard rows + bodies < limit else { return rows + bodies }
        try BlobFiles.release(owner: SQLBodies.owner(number), tenant: tenant, in: transaction)
        try transaction.execute("DELETE FROM run_doomed WHERE run = ?", [.integer(run)])
        return rows + bodies
    }

    /// Keeps the largest number that was ever used, so that no run gets the number of a deleted one: business keys and files name runs.
    private static func remember(_ run: Int64, _ transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO owner (tenant, name, epoch) VALUES ('', 'largest pruned run', ?)
            ON CONFLICT (name) DO UPDATE SET epoch = MAX(epoch, excluded.epoch)
            """,
            [.integer(run)]
        )
    }

    /// Deletes business keys that were changed last before an instant, and whose holder does not need them any more.
    static func keys(changedBefore instant: Timestamp, limit: Int, _ transaction: Transaction) throws -> Int {
        try transaction.execute(
            """
            DELETE FROM business_key WHERE rowid IN (
                SELECT k.rowid FROM business_key AS k WHERE k.changed < ?
                AND (k.answer IS NOT NULL
                    OR NOT EXISTS (SELECT 1 FROM run AS r WHERE r.number = k.run AND r.closed IS NULL))
                LIMIT ?)
            """,
            [.integer(instant.ticks), .integer(Int64(limit))]
        )
    }

    /// Deletes rows of the change feed that every consumer has passed some time ago, and those that nobody fetched for very long.
    static func feed(
        passedBefore passed: Timestamp,
        before atMost: Timestamp,
        limit: Int,
        _ transaction: Transaction
    ) throws -> Int {
        // Rows are in order of time; the newest one stays, so that positions go on from it.
        let row = try transaction.first(
            """
            SELECT MIN(position) FROM (SELECT position FROM feed_cursor UNION ALL SELECT MAX(position) FROM feed)
            """
        )
        let cursor = try row?[0].optionalInteger ?? 0
        return try transaction.execute(
            """
            DELETE FROM feed WHERE position IN (
                SELECT position FROM (SELECT position, at FROM feed ORDER BY position LIMIT ?)
                WHERE position < (SELECT MAX(position) FROM feed) AND ((position <= ? AND at < ?) OR at < ?))
            """,
            [.integer(Int64(limit)), .integer(cursor), .integer(passed.ticks), .integer(atMost.ticks)]
        )
    }
}
