public import JSONTree
public import Moments
public import Stores

/// Something that was done, for the audit log; never with a secret in it.
public struct AuditEntry: Sendable, Hashable {
    /// The tenant that it concerns.
    public var tenant: String
    /// Who did it: an object id, or `cli:<user>` on the machine itself.
    public var actor: String
    /// What was done, such as `app.create`.
    public var action: String
    /// What it was done to.
    public var target: String
    /// How it ended: `success` or `failure`.
    public var outcome: String
    /// More about it.
    public var detail: JSON

    /// Makes an entry.
    public init(
        tenant: String,
        actor: String,
        action: String,
        target: String,
        outcome: String = "success",
        detail: JSON = [:]
    ) {
        self.tenant = tenant
        self.actor = actor
        self.action = action
        self.target = target
        self.outcome = outcome
        self.detail = detail
    }
}

/// An entry as it was written.
public struct AuditRecord: Sendable, Hashable {
    /// Its number in the tenant, from 1.
    public let number: Int64
    /// When it was written.
    public let at: Timestamp
    /// The entry.
    public let entry: AuditEntry
}

/// The record of who did what, in the store; it is only ever added to, until entries are older than they are kept.
public struct AuditLog: Sendable {
    private let store: Store
    private let clock: any WallClock

    /// Makes a log over a store that was opened with ``IdentityMigrations``.
    public init(store: Store, clock: any WallClock = SystemClock()) {
        self.store = store
        self.clock = clock
    }

    /// Writes an entry and returns when it is durable.
    public func write(_ entry: AuditEntry) async throws {
        let now = clock.now
        try await store.commit(.rest) { try AuditLog.write(entry, at: now, in: $0) }
    }

    /// Writes an entry in the transaction of the change that it tells of.
    public static func write(_ entry: AuditEntry, at now: Timestamp, in transaction: Transaction) throws {
        let last = try transaction.first(
            "SELECT MAX(number) FROM identity_audit WHERE tenant = ?",
            [.text(entry.tenant)]
        )
        let number = (try last?[0].optionalInteger ?? 0) + 1
        try transaction.execute(
            """
            INSERT INTO identity_audit (tenant, number, at, actor, action, target, outcome, detail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(entry.tenant), .integer(number), .integer(now.ticks), .text(entry.actor), .text(entry.action),
                .text(entry.target), .text(entry.outcome), .text(entry.detail.text),
            ]
        )
    }

    /// The entries of a tenant, the newest first.
    ///
    /// - Parameters:
    ///   - tenant: The tenant's id.
    ///   - number: Only entries before this one.
    ///   - limit: How many at most, up to 1,000.
    /// - Returns: The records.
    /// - Throws: `StoreError`.
    public func records(
        tenant: String,
        before number: Int64 = .max,
        limit: Int = 100
    ) async throws -> [AuditRecord] {
        let limit = Int64(min(max(limit, 0), 1_000))
        return try await store.read { snapshot in
            try snapshot.query(
                """
                SELECT number, at, actor, action, target, outcome, detail FROM identity_audit
                WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?
                """,
                [.text(tenant), .integer(number), .integer(limit)]
            ).map { row in
                AuditRecord(
                    number: try row[0].integer,
                    at: Timestamp(ticks: try row[1].integer),
                    entry: AuditEntry(
                        tenant: tenant,
                        actor: try row[2].text,
                        action: try row[3].text,
                        target: try row[4].text,
                        outcome: try row[5].text,
                        detail: try JSON.parse(try row[6].text)
                    )
                )
            }
        }
    }

    /// Deletes entries that were kept long enough, a few in each commit; the newest of a tenant stays, so that numbers go on.
    ///
    /// - Parameter instant: Entries that were written before it go.
    /// - Returns: How many went.
    /// - Throws: `StoreError`, `CancellationError`.
    @discardableResult
    public func prune(before instant: Timestamp) async throws -> Int {
        let tenants = try await store.read { snapshot in
            try snapshot.query("SELECT DISTINCT tenant FROM identity_audit").map { try $0[0].text }
        }
        var count = 0
        for tenant in tenants {
            var part = Self.slice
            while part == Self.slice {
                try Task.checkCancellation()
                part = try await store.commit(.rest) { transaction in
                    try transaction.execute(
                        """
                        DELETE FROM identity_audit WHERE tenant = ?1 AND number IN (
                            SELECT number FROM identity_audit WHERE tenant = ?1 AND at < ?2
                            AND number < (SELECT MAX(number) FROM identity_audit WHERE tenant = ?1)
                            ORDER BY at LIMIT 500)
                        """,
                        [.text(tenant), .integer(instant.ticks)]
                    )
                }
                count += part
            }
        }
        return count
    }

    private static let slice = 500
}
