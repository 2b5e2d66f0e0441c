public import Moments
public import Stores

/// Reads runs for lists, for history and for the driver.
public enum SQLRuns {
    /// A run as a list shows it.
    public struct Listed: Sendable {
        /// What is fixed about the run.
        public var header: RunHeader
        /// Its concurrency group.
        public var group: String
        /// What lists show.
        public var summary: RunSummary
    }

    private static let columns =
        "number, tenant, scope, name, program, opened, run_group, status, closed, unknown_outcome, detail, resting"

    private static func listed(_ row: Row) throws -> Listed {
        Listed(
            header: RunHeader(
                number: RunNumber(try row[0].integer),
                tenant: try row[1].text,
                scope: try row[2].text,
                name: try row[3].text,
                program: try row[4].text,
                opened: Timestamp(ticks: try row[5].integer)
            ),
            group: try row[6].text,
            summary: RunSummary(
                status: try row[7].text,
                closed: try row[8].optionalInteger.map { Timestamp(ticks: $0) },
                detail: try row[10].text,
                isOutcomeUnknown: try row[9].flag,
                isResting: try row[11].flag
            )
        )
    }

    /// A run by its public name.
    public static func find(tenant: String, scope: String, name: String, in snapshot: Snapshot) throws -> Listed? {
        try snapshot.first(
            "SELECT \(columns) FROM run WHERE tenant = ? AND scope = ? AND name = ?",
            [.text(tenant), .text(scope), .text(name)]
        ).map(listed)
    }

    /// A run by its number.
    public static func find(_ run: RunNumber, in snapshot: Snapshot) throws -> Listed? {
        try snapshot.first("SELECT \(columns) FROM run WHERE number = ?", [.integer(run.value)]).map(listed)
    }

    /// How often a run has ended the process; 0 for one that is not there.
    public static func crashes(of run: RunNumber, in snapshot: Snapshot) throws -> Int {
        Int(try snapshot.first("SELECT crashes FROM run WHERE number = ?", [.integer(run.value)])?[0].integer ?? 0)
    }

    /// The runs of a scope, by name: names fall with time, so that the newest come first.
    ///
    /// `after`: the last name of the page before.
    /// `limit`: at most this many.
    public static func list(
        tenant: String,
        scope: String,
        after: String? = nil,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [Listed] {
        try snapshot.query(
            "SELECT \(columns) FROM run WHERE tenant = ? AND scope = ? AND name > ? ORDER BY name LIMIT ?",
            [.text(tenant), .text(scope), .text(after ?? ""), .integer(Int64(limit))]
        ).map(listed)
    }

    /// The open runs of a scope and group in the order in which they were accepted.
    public static func open(
        machine: String,
        tenant: String,
        scope: String,
        group: String,
        in snapshot: Snapshot
    ) throws -> [Listed] {
        try snapshot.query(
            """
            SELECT \(columns) FROM run WHERE machine = ? AND closed IS NULL AND tenant = ? AND scope = ? AND run_group = ? ORDER BY number
            """,
            [.text(machine), .text(tenant), .text(scope), .text(group)]
        ).map(listed)
    }

    /// The open runs that are kept from running because they ended the process repeatedly, oldest first.
    public static func quarantined(crashes: Int = 2, limit: Int = 100, in snapshot: Snapshot) throws -> [Listed] {
        try snapshot.query(
            "SELECT \(columns) FROM run WHERE closed IS NULL AND crashes >= ? ORDER BY number LIMIT ?",
            [.integer(Int64(crashes)), .integer(Int64(limit))]
        ).map(listed)
    }

    /// How many runs are open, how many wait, how many have an unknown outcome, and when the oldest of each was accepted.
    public static func census(in snapshot: Snapshot) throws -> Census {
        var census = Census()
        let rows = try snapshot.query(
            """
            SELECT status, unknown_outcome, COUNT(*), MIN(opened), SUM(crashes >= 2) FROM run WHERE closed IS NULL
            GROUP BY status, unknown_outcome
            """
        )
        for row in rows {
            let count = Int(try row[2].integer)
            let oldest = Timestamp(ticks: try row[3].integer)
            census.open += count
            census.oldestOpen = min(census.oldestOpen ?? oldest, oldest)
            census.quarantined += Int(try row[4].optionalInteger ?? 0)
            if try row[0].text == "Waiting" {
                census.waiting += count
                census.oldestWaiting = min(census.oldestWaiting ?? oldest, oldest)
            }
            if try row[1].flag {
                census.unknown += count
                census.oldestUnknown = min(census.oldestUnknown ?? oldest, oldest)
            }
        }
        census.duties = Int(try snapshot.first("SELECT COUNT(*) FROM duty")?[0].integer ?? 0)
        census.timers = Int(try snapshot.first("SELECT COUNT(*) FROM timer")?[0].integer ?? 0)
        census.firstTimer = try snapshot.first("SELECT MIN(due) FROM timer")?[0].optionalInteger.map {
            Timestamp(ticks: $0)
        }
        return census
    }

    /// Figures for the metrics.
    public struct Census: Sendable, Hashable {
        /// Open runs.
        public var open = 0
        /// Open runs that wait for others of their group.
        public var waiting = 0
        /// Open runs with an effect whose outcome is unknown.
        public var unknown = 0
        /// Open runs that are kept from running because they ended the process twice.
        public var quarantined = 0
        /// What runs have left to do.
        public var duties = 0
        /// Timers in the store.
        public var timers = 0
        /// When the earliest timer is due.
        public var firstTimer: Timestamp?
        /// When the oldest open run was accepted.
        public var oldestOpen: Timestamp?
        /// When the oldest waiting run was accepted.
        public var oldestWaiting: Timestamp?
        /// When the oldest run with an unknown outcome was accepted.
        public var oldestUnknown: Timestamp?
    }

    /// The journal rows of a run from a sequence on.
    public static func rows(
        of run: RunNumber,
        from sequence: Int64 = 0,
        limit: Int = Int.max,
        in snapshot: Snapshot
    ) throws -> [(sequence: Int64, body: [UInt8], hash: [UInt8])] {
        var rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])] = []
        try snapshot.each(
            "SELECT position, body, hash FROM journal WHERE position >= ? AND position <= ? ORDER BY position LIMIT ?",
            [
                .integer(JournalPosition(run, sequence).value),
                .integer(JournalPosition(run, JournalPosition.largestSequence).value),
                .integer(Int64(limit)),
            ]
        ) { row in
            rows.append((JournalPosition(value: try row[0].integer).sequence, try row[1].blob, try row[2].blob))
        }
        return rows
    }

    /// A run without its large values, and where these lie.
    static func load(
        _ run: RunNumber,
        from snapshot: Snapshot
    ) throws -> (StoredRun, (snapshot: BlobReference?, bodies: [SQLBodies.Reference]))? {
        guard let found = try find(run, in: snapshot) else { return nil }
        let fixed = try snapshot.first(
            "SELECT machine, crashes, epoch FROM run WHERE number = ?",
            [.integer(run.value)]
        )
        let checkpoint = try snapshot.first(
            "SELECT sequence, body, name, bytes FROM run_snapshot WHERE run = ?",
            [.integer(run.value)]
        )
        let covered = try checkpoint.map { (sequence: try $0[0].integer, body: try $0[1].blob) }
        let first = (covered?.sequence ?? -1) + 1
        let file = try checkpoint.flatMap { row in
            try row[2].optionalText.map { name in
                BlobReference(tenant: found.header.tenant, name: name, size: Int(try row[3].optionalInteger ?? 0))
            }
        }
        let stored = StoredRun(
            header: found.header,
            machine: try fixed?[0].text ?? "",
            group: found.group,
            summary: found.summary,
            snapshot: covered,
            rows: try rows(of: run, from: first, in: snapshot),
            timers: try snapshot.query(
                "SELECT due, key FROM timer WHERE run = ? ORDER BY due, key",
                [.integer(run.value)]
            ).map {
                StoredTimer(due: Timestamp(ticks: try $0[0].integer), run: run, key: try $0[1].integer)
            },
            crashes: Int(try fixed?[1].integer ?? 0),
            epoch: try fixed?[2].integer ?? 0
        )
        return (stored, (file, try SQLBodies.references(of: run, from: first, in: snapshot)))
    }
}
