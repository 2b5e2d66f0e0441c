import Stores

/// Values and checkpoints that are too large for a row: files that are on the disk before the commit that names them.
enum SQLBodies {
    /// Where a value lies.
    struct Reference: Sendable {
        var digest: String
        var bytes: Int
        var blob: BlobReference?
        var content: [UInt8]?
    }

    /// Who holds the files of a run's values.
    static func owner(_ run: RunNumber) -> String { "run/\(run)" }

    /// Who holds the file of a run's checkpoint.
    static func snapshotOwner(_ run: RunNumber) -> String { "run/\(run)/checkpoint" }

    /// Writes the files of a batch.
    static func files(of batch: CommitBatch, in blobs: BlobFiles) async throws -> SQLBatch.Files {
        var files = SQLBatch.Files()
        for body in batch.bodies { files.bodies[body.digest] = try await blobs.put(body.bytes, tenant: batch.tenant) }
        if let snapshot = batch.snapshot, snapshot.count > SnapshotRow.inlineLimit {
            files.snapshot = try await blobs.put(snapshot, tenant: batch.tenant)
        }
        return files
    }

    static func write(
        _ body: JournalBody,
        _ pin: BlobPin?,
        _ batch: CommitBatch,
        _ transaction: Transaction
    ) throws {
        if let pin { try hold(pin, owner: owner(batch.run), transaction) }
        try transaction.execute(
            "INSERT INTO run_body (run, sequence, digest, tenant, bytes, name, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(batch.run.value), .integer(batch.sequence), .text(body.digest), .text(batch.tenant),
                .integer(Int64(body.bytes.count)), .text(orNull: pin?.reference.name),
                pin == nil ? .blob(body.bytes) : .null,
            ]
        )
    }

    static func write(
        snapshot: [UInt8],
        _ pin: BlobPin?,
        _ batch: CommitBatch,
        _ transaction: Transaction
    ) throws {
        if batch.sequence > 0 { try releaseSnapshot(of: batch.run, tenant: batch.tenant, transaction) }
        if let pin { try hold(pin, owner: snapshotOwner(batch.run), transaction) }
        try transaction.execute(
            """
            INSERT INTO run_snapshot (run, tenant, sequence, body, name, bytes) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (run) DO UPDATE SET
                sequence = excluded.sequence, body = excluded.body, name = excluded.name, bytes = excluded.bytes
            """,
            [
                .integer(batch.run.value), .text(batch.tenant), .integer(batch.sequence),
                pin == nil ? .blob(snapshot) : .blob([]), .text(orNull: pin?.reference.name),
                .integer(Int64(snapshot.count)),
            ]
        )
    }

    static func dropSnapshot(of run: RunNumber, tenant: String, _ transaction: Transaction) throws {
        try releaseSnapshot(of: run, tenant: tenant, transaction)
        try transaction.execute("DELETE FROM run_snapshot WHERE run = ?", [.integer(run.value)])
    }

    private static func releaseSnapshot(of run: RunNumber, tenant: String, _ transaction: Transaction) throws {
        let row = try transaction.first(
            "SELECT 1 FROM run_snapshot WHERE run = ? AND name IS NOT NULL",
            [.integer(run.value)]
        )
        guard row != nil else { return }
        try BlobFiles.release(owner: snapshotOwner(run), tenant: tenant, in: transaction)
    }

    private static func hold(_ pin: BlobPin, owner: String, _ transaction: Transaction) throws {
        let change = BlobFiles.holding(pin, owner: owner)
        try transaction.execute(change.sql, change.arguments)
    }

    /// Where the values lie that the rows of a run name, from a sequence on.
    static func references(of run: RunNumber, from sequence: Int64, in snapshot: Snapshot) throws -> [Reference] {
        try snapshot.query(
            "SELECT digest, tenant, bytes, name, content FROM run_body WHERE run = ? AND sequence >= ? ORDER BY sequence, digest",
            [.integer(run.value), .integer(sequence)]
        ).map { row in
            let tenant = try row[1].text
            let size = Int(try row[2].integer)
            return Reference(
                digest: try row[0].text,
                bytes: size,
                blob: try row[3].optionalText.map { BlobReference(tenant: tenant, name: $0, size: size) },
                content: try row[4].optionalBlob
            )
        }
    }
}
