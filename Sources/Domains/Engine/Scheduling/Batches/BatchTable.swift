import JSONTree
import Moments
import Stores

/// The messages of Batch triggers.
enum BatchTable {
    /// A partition of a batch that has messages.
    struct Partition: Sendable, Hashable {
        var batch: String
        var part: String
        var round: Int64
        var messages: Int
        var bytes: Int64
    }

    static func partition(
        _ key: TriggerKey,
        batch: String,
        part: String,
        in snapshot: Snapshot
    ) throws -> Partition {
        let row = try snapshot.first(
            """
            SELECT round, messages, bytes FROM batch_partition WHERE workflow = ? AND trigger = ? AND batch = ? AND part = ?
            """,
            key.arguments + [.text(batch), .text(part)]
        )
        return Partition(
            batch: batch,
            part: part,
            round: try row?[0].integer ?? 1,
            messages: Int(try row?[1].integer ?? 0),
            bytes: try row?[2].integer ?? 0
        )
    }

    /// Partitions of a batch that have messages.
    static func filled(_ key: TriggerKey, batch: String, limit: Int, in snapshot: Snapshot) throws -> [Partition] {
        try snapshot.query(
            """
            SELECT part, round, messages, bytes FROM batch_partition
            WHERE workflow = ? AND trigger = ? AND batch = ? AND messages > 0 ORDER BY part LIMIT ?
            """,
            key.arguments + [.text(batch), .integer(Int64(limit))]
        ).map {
            Partition(
                batch: batch,
                part: try $0[0].text,
                round: try $0[1].integer,
                messages: Int(try $0[2].integer),
                bytes: try $0[3].integer
            )
        }
    }

    static func write(_ partition: Partition, _ key: TriggerKey, to transaction: Transaction) throws {
        try transaction.execute(
            """
            REPLACE INTO batch_partition (tenant, workflow, trigger, batch, part, round, messages, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(key.tenant), .text(key.workflow), .text(key.trigger), .text(partition.batch),
                .text(partition.part),
                .integer(partition.round), .integer(Int64(partition.messages)), .integer(partition.bytes),
            ]
        )
    }

    static func add(
        _ content: String,
        message: String,
        to partition: Partition,
        _ key: TriggerKey,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO batch_message (tenant, workflow, trigger, batch, part, round, message, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(key.tenant), .text(key.workflow), .text(key.trigger), .text(partition.batch),
                .text(partition.part),
                .integer(partition.round), .text(message), .text(content),
            ]
        )
    }

    /// Notes that a sending is taken.
    ///
    /// - Returns: false when it was taken before.
    static func receive(
        _ execution: String,
        tenant: String,
        message: String,
        at now: Timestamp,
        in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO batch_receipt (tenant, execution, message, accepted) VALUES (?, ?, ?, ?) ON CONFLICT (tenant, execution) DO NOTHING
            """,
            [.text(tenant), .text(execution), .text(message), .integer(now.ticks)]
        ) == 1
    }

    /// The messages of a release, in the order in which they came: their ids and their contents as JSON text, maybe sealed.
    static func messages(
        of release: StoredFiring.BatchRelease,
        _ key: TriggerKey,
        in snapshot: Snapshot
    ) throws -> [(id: String, content: String)] {
        try snapshot.query(
            """
            SELECT message, content FROM batch_message
            WHERE workflow = ? AND trigger = ? AND batch = ? AND part = ? AND round = ? ORDER BY id
            """,
            key.arguments + [.text(release.batch), .text(release.part), .integer(release.round)]
        ).map { (try $0[0].text, try $0[1].text) }
    }

    /// Takes away some messages of a release.
    ///
    /// - Returns: whether there are more.
    static func drop(
        _ release: StoredFiring.BatchRelease,
        _ key: TriggerKey,
        limit: Int,
        in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            DELETE FROM batch_message WHERE id IN (
                SELECT id FROM batch_message WHERE workflow = ? AND trigger = ? AND batch = ? AND part = ? AND round = ? LIMIT ?)
            """,
            key.arguments + [
                .text(release.batch), .text(release.part), .integer(release.round), .integer(Int64(limit)),
            ]
        ) == limit
    }
}
