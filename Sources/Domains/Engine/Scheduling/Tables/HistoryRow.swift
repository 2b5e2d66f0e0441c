import JSONTree
import Moments
import Stores

/// A row of a trigger's history: an evaluation that started no run of its own name, or a firing that waits to be launched.
struct HistoryRow: Sendable {
    var key: TriggerKey
    var entry: TriggerHistoryEntry
    /// When it is to be launched; nil: it does not wait.
    var due: Timestamp?
    /// How many launches have failed.
    var attempt = 0
    /// What it is launched with, maybe sealed: see `FiringSeal`.
    var firing: String?

    /// Names a row.
    struct Name: Sendable, Hashable {
        var key: TriggerKey
        var name: String

        var arguments: [SQLValue] { key.arguments + [.text(name)] }
    }

    var name: Name { Name(key: key, name: entry.name) }

    private static let columns = """
        tenant, workflow, trigger, name, label, status, code, error, start, end, scheduled, tracking, client_tracking, inputs, outputs,
        due, attempt, firing
        """

    init(key: TriggerKey, entry: TriggerHistoryEntry) {
        self.key = key
        self.entry = entry
    }

    private init(_ row: Row) throws {
        key = TriggerKey(tenant: try row[0].text, workflow: try row[1].text, trigger: try row[2].text)
        entry = TriggerHistoryEntry(
            name: try row[3].text,
            trigger: try row[4].text,
            status: ActionStatus(word: try row[5].text) ?? .failed,
            code: try row[6].optionalText,
            error: RunError(json: try row[7].optionalText.map { try JSON.parse($0) }),
            start: Timestamp(ticks: try row[8].integer),
            end: Timestamp(ticks: try row[9].integer),
            scheduled: try row[10].optionalInteger.map { Timestamp(ticks: $0) },
            clientTrackingID: try row[12].text,
            inputs: try row[13].optionalText.map { try JSON.parse($0) },
            outputs: try row[14].optionalText.map { try JSON.parse($0) }
        )
        due = try row[15].optionalInteger.map { Timestamp(ticks: $0) }
        attempt = Int(try row[16].integer)
        firing = try row[17].optionalText
    }

    func write(to transaction: Transaction) throws {
        try transaction.execute(
            """
            REPLACE INTO trigger_history (\(Self.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(key.tenant), .text(key.workflow), .text(key.trigger), .text(entry.name), .text(entry.trigger),
                .text(entry.status.word), .text(orNull: entry.code), .text(orNull: entry.error?.json.text),
                .integer(entry.start.ticks), .integer(entry.end.ticks), .integer(orNull: entry.scheduled?.ticks),
                .text(entry.trackingID), .text(entry.clientTrackingID), .text(orNull: entry.inputs?.text),
                .text(orNull: entry.outputs?.text), .integer(orNull: due?.ticks), .integer(Int64(attempt)),
                .text(orNull: firing),
            ]
        )
    }

    static func find(_ name: Name, in snapshot: Snapshot) throws -> HistoryRow? {
        try snapshot.first(
            "SELECT \(columns) FROM trigger_history WHERE workflow = ? AND trigger = ? AND name = ?",
            name.arguments
        ).map(HistoryRow.init)
    }

    /// Entries that wait for nothing, newest first.
    static func list(
        _ key: TriggerKey,
        after name: String,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [TriggerHistoryEntry] {
        try snapshot.query(
            """
            SELECT \(columns) FROM trigger_history WHERE workflow = ? AND trigger = ? AND name > ? AND due IS NULL
            ORDER BY name LIMIT ?
            """,
            key.arguments + [.text(name), .integer(Int64(limit))]
        ).map { try HistoryRow($0).entry }
    }

    static func delete(_ name: Name, in transaction: Transaction) throws {
        try transaction.execute(
            "DELETE FROM trigger_history WHERE workflow = ? AND trigger = ? AND name = ?",
            name.arguments
        )
    }

    // MARK: - Firings

    /// Firings that are to be launched, the longest due first.
    static func due(at now: Timestamp, limit: Int, in snapshot: Snapshot) throws -> [Name] {
        try snapshot.query(
            "SELECT tenant, workflow, trigger, name FROM trigger_history WHERE due <= ? ORDER BY due LIMIT ?",
            [.integer(now.ticks), .integer(Int64(limit))]
        ).map {
            Name(
                key: TriggerKey(tenant: try $0[0].text, workflow: try $0[1].text, trigger: try $0[2].text),
                name: try $0[3].text
            )
        }
    }

    static func nextDue(after now: Timestamp, in snapshot: Snapshot) throws -> Timestamp? {
        try snapshot.first(
            "SELECT due FROM trigger_history WHERE due > ? ORDER BY due LIMIT 1",
            [.integer(now.ticks)]
        ).map { Timestamp(ticks: try $0[0].integer) }
    }

    /// The oldest firing of a trigger that waits, with the instant at which it is to be launched.
    static func oldestWaiting(_ key: TriggerKey, in snapshot: Snapshot) throws -> (name: Name, due: Timestamp)? {
        // Names fall with time: the oldest is the last.
        try snapshot.first(
            """
            SELECT name, due FROM trigger_history INDEXED BY trigger_history_waiting WHERE workflow = ? AND trigger = ? AND due IS NOT NULL ORDER BY name DESC LIMIT 1
            """,
            key.arguments
        ).map { (Name(key: key, name: try $0[0].text), Timestamp(ticks: try $0[1].integer)) }
    }

    static func countWaiting(_ key: TriggerKey, limit: Int, in snapshot: Snapshot) throws -> Int {
        let row = try snapshot.first(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM trigger_history INDEXED BY trigger_history_waiting
                WHERE workflow = ? AND trigger = ? AND due IS NOT NULL LIMIT ?)
            """,
            key.arguments + [.integer(Int64(limit))]
        )
        return Int(try row?[0].integer ?? 0)
    }

    /// After a start: nobody works on the firings of the former process any more, so that all of them are due.
    static func wake(at now: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE trigger_history SET due = ? WHERE due > ?",
            [.integer(now.ticks), .integer(now.ticks)]
        )
    }
}
