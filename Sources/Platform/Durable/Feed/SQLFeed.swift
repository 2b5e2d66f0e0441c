public import Moments
public import Stores

/// The change feed: a domain writes its change and a row here in one transaction; consumers follow with a cursor each.
public enum SQLFeed {
    /// A row as a consumer reads it.
    public struct Row: Sendable, Hashable {
        /// Its place: grows, without gaps that matter.
        public var position: Int64
        /// What it says.
        public var entry: FeedEntry
    }

    /// Appends a row; call it in the transaction of the change.
    ///
    /// `at`: when the change happened; rows are deleted some time later, when every consumer has passed them.
    public static func append(_ entry: FeedEntry, at: Timestamp = .now, to transaction: Transaction) throws {
        try transaction.execute(
            "INSERT INTO feed (tenant, domain, kind, key, body, at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .text(entry.tenant), .text(entry.domain), .text(entry.kind), .text(entry.key), .text(entry.body),
                .integer(at.ticks),
            ]
        )
    }

    /// The rows after a position.
    public static func rows(after position: Int64, limit: Int, in snapshot: Snapshot) throws -> [Row] {
        try snapshot.query(
            "SELECT position, tenant, domain, kind, key, body FROM feed WHERE position > ? ORDER BY position LIMIT ?",
            [.integer(position), .integer(Int64(limit))]
        ).map { row in
            Row(
                position: try row[0].integer,
                entry: FeedEntry(
                    tenant: try row[1].text,
                    domain: try row[2].text,
                    kind: try row[3].text,
                    key: try row[4].text,
                    body: try row[5].text
                )
            )
        }
    }

    /// Where a consumer stands; 0 before its first row.
    public static func cursor(of consumer: String, in snapshot: Snapshot) throws -> Int64 {
        try snapshot.first("SELECT position FROM feed_cursor WHERE tenant = '' AND consumer = ?", [.text(consumer)])?[0]
            .integer ?? 0
    }

    /// Moves a consumer's cursor; call it in the transaction of the consequence, so that both are kept or neither.
    public static func advance(_ consumer: String, to position: Int64, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO feed_cursor (tenant, consumer, position) VALUES ('', ?, ?)
            ON CONFLICT (tenant, consumer) DO UPDATE SET position = excluded.position
            """,
            [.text(consumer), .integer(position)]
        )
    }
}
