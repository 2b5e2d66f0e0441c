import Moments
import Stores

/// Says that a workflow was changed and its triggers have yet to follow.
struct WorkflowNote: Sendable, Hashable {
    var tenant: String
    var workflow: String
    /// Rises with each change, so that a later one is not struck out with an earlier one.
    var mark: Int64

    init(tenant: String, workflow: String, mark: Int64) {
        self.tenant = tenant
        self.workflow = workflow
        self.mark = mark
    }

    private init(_ row: Row) throws {
        tenant = try row[0].text
        workflow = try row[1].text
        mark = try row[2].integer
    }

    static func write(workflow: String, tenant: String, due: Timestamp, to transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO trigger_note (workflow, tenant, mark, due) VALUES (?, ?, 1, ?)
            ON CONFLICT (workflow) DO UPDATE SET mark = mark + 1, due = excluded.due
            """,
            [.text(workflow), .text(tenant), .integer(due.ticks)]
        )
    }

    static func find(_ workflow: String, in snapshot: Snapshot) throws -> WorkflowNote? {
        try snapshot.first(
            "SELECT tenant, workflow, mark FROM trigger_note WHERE workflow = ?",
            [.text(workflow)]
        ).map(WorkflowNote.init)
    }

    static func due(at now: Timestamp, limit: Int, in snapshot: Snapshot) throws -> [WorkflowNote] {
        try snapshot.query(
            "SELECT tenant, workflow, mark FROM trigger_note WHERE due <= ? ORDER BY due LIMIT ?",
            [.integer(now.ticks), .integer(Int64(limit))]
        ).map(WorkflowNote.init)
    }

    static func nextDue(after now: Timestamp, in snapshot: Snapshot) throws -> Timestamp? {
        try snapshot.first(
            "SELECT due FROM trigger_note WHERE due > ? ORDER BY due LIMIT 1",
            [.integer(now.ticks)]
        ).map { Timestamp(ticks: try $0[0].integer) }
    }

    func strike(in transaction: Transaction) throws {
        try transaction.execute(
            "DELETE FROM trigger_note WHERE workflow = ? AND mark = ?",
            [.text(workflow), .integer(mark)]
        )
    }

    func postpone(to due: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE trigger_note SET due = ? WHERE workflow = ? AND mark = ?",
            [.integer(due.ticks), .text(workflow), .integer(mark)]
        )
    }
}
