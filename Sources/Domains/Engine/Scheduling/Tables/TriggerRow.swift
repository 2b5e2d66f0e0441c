import JSONTree
import Moments
import Stores

/// The state of a trigger, as its row holds it.
struct TriggerRow: Sendable, Hashable {
    var key: TriggerKey
    /// The name as the definition writes it.
    var name: String
    /// The workflow's resource id in lower case.
    var resource: String
    /// Names the trigger's definition: another one begins anew.
    var definition: String
    /// Rises with every change from outside of a tick.
    var revision: Int64 = 0
    var isEnabled: Bool
    /// Whether its ticks call out.
    var callsOut: Bool
    var created: Timestamp
    var changed: Timestamp
    /// Where it stands in its recurrence.
    var recurrence: RecurrenceState
    /// When it is to be looked at next; nil: never by itself.
    var due: Timestamp?
    /// The nominal time of a poll that is being retried.
    var scheduled: Timestamp?
    /// How many attempts of the current poll have failed.
    var attempt = 0
    /// How many polls in a row were made at once.
    var burst = 0
    /// Where the next poll goes, sealed; nil: to the trigger's own address.
    var location: String?
    /// Where the recurrences of a Batch trigger stand, by batch name.
    var schedules: JSON?
    var executed: Timestamp?
    var status: String?
    var code: String?
    var error: RunError?

    private static let columns = """
        tenant, workflow, trigger, name, resource, definition, revision, enabled, calls, created, changed, since, first, last, due,
        scheduled, attempt, burst, location, schedules, executed, status, code, error
        """

    private init(_ row: Row) throws {
        func instant(_ column: Int) throws -> Timestamp? {
            try row[column].optionalInteger.map { Timestamp(ticks: $0) }
        }
        key = TriggerKey(tenant: try row[0].text, workflow: try row[1].text, trigger: try row[2].text)
        name = try row[3].text
        resource = try row[4].text
        definition = try row[5].text
        revision = try row[6].integer
        isEnabled = try row[7].flag
        callsOut = try row[8].flag
        created = Timestamp(ticks: try row[9].integer)
        changed = Timestamp(ticks: try row[10].integer)
        recurrence = RecurrenceState(
            enabledAt: Timestamp(ticks: try row[11].integer),
            first: try instant(12),
            last: try instant(13)
        )
        due = try instant(14)
        scheduled = try instant(15)
        attempt = Int(try row[16].integer)
        burst = Int(try row[17].integer)
        location = try row[18].optionalText
        schedules = try row[19].optionalText.map { try JSON.parse($0) }
        executed = try instant(20)
        status = try row[21].optionalText
        code = try row[22].optionalText
        error = RunError(json: try row[23].optionalText.map { try JSON.parse($0) })
    }

    init(
        key: TriggerKey,
        name: String,
        resource: String,
        definition: String,
        isEnabled: Bool,
        callsOut: Bool,
        now: Timestamp
    ) {
        self.key = key
        self.name = name
        self.resource = resource
        self.definition = definition
        self.isEnabled = isEnabled
        self.callsOut = callsOut
        created = now
        changed = now
        recurrence = RecurrenceState(enabledAt: now)
    }

    static func find(_ key: TriggerKey, in snapshot: Snapshot) throws -> TriggerRow? {
        try snapshot.first(
            "SELECT \(columns) FROM trigger_state WHERE workflow = ? AND trigger = ?",
            key.arguments
        ).map(TriggerRow.init)
    }

    /// The triggers of a workflow.
    static func all(of workflow: String, in snapshot: Snapshot) throws -> [TriggerRow] {
        try snapshot.query(
            "SELECT \(columns) FROM trigger_state WHERE workflow = ? ORDER BY trigger",
            [.text(workflow)]
        ).map(TriggerRow.init)
    }

    /// The ids of workflows with this resource id, or with this name; more than one only for a name.
    static func workflows(tenant: String, named reference: String, in snapshot: Snapshot) throws -> [String] {
        let folded = reference.lowercased()
        if folded.hasPrefix("/") {
            return try snapshot.query(
                "SELECT DISTINCT workflow FROM trigger_state WHERE tenant = ? AND resource = ? LIMIT 2",
                [.text(tenant), .text(folded)]
            ).map { try $0[0].text }
        }
        let ending = "/workflows/\(folded)"
        return try snapshot.query(
            "SELECT DISTINCT workflow FROM trigger_state WHERE tenant = ? AND substr(resource, -length(?)) = ? LIMIT 2",
            [.text(tenant), .text(ending), .text(ending)]
        ).map { try $0[0].text }
    }

    /// The triggers that are due, the longest due first.
    static func due(
        at now: Timestamp,
        callingOut: Bool,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [TriggerKey] {
        try snapshot.query(
            "SELECT tenant, workflow, trigger FROM trigger_state WHERE calls = ? AND due <= ? ORDER BY due LIMIT ?",
            [.flag(callingOut), .integer(now.ticks), .integer(Int64(limit))]
        ).map { TriggerKey(tenant: try $0[0].text, workflow: try $0[1].text, trigger: try $0[2].text) }
    }

    /// When the next trigger falls due after an instant.
    static func nextDue(after now: Timestamp, in snapshot: Snapshot) throws -> Timestamp? {
        var next: Timestamp?
        for callsOut in [false, true] {
            let row = try snapshot.first(
                "SELECT due FROM trigger_state WHERE calls = ? AND due > ? ORDER BY due LIMIT 1",
                [.flag(callsOut), .integer(now.ticks)]
            )
            if let ticks = try row?[0].integer { next = min(next ?? .max, Timestamp(ticks: ticks)) }
        }
        return next
    }

    func write(to transaction: Transaction) throws {
        try transaction.execute(
            """
            REPLACE INTO trigger_state (\(Self.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(key.tenant), .text(key.workflow), .text(key.trigger), .text(name), .text(resource),
                .text(definition), .integer(revision), .flag(isEnabled), .flag(callsOut), .integer(created.ticks),
                .integer(changed.ticks), .integer(recurrence.enabledAt.ticks),
                .integer(orNull: recurrence.first?.ticks),
                .integer(orNull: recurrence.last?.ticks), .integer(orNull: due?.ticks),
                .integer(orNull: scheduled?.ticks), .integer(Int64(attempt)), .integer(Int64(burst)),
                .text(orNull: location), .text(orNull: schedules?.text), .integer(orNull: executed?.ticks),
                .text(orNull: status), .text(orNull: code), .text(orNull: error?.json.text),
            ]
        )
    }

    /// Writes what a tick led to, unless the trigger was changed from outside meanwhile.
    ///
    /// - Returns: whether it was written.
    func writeTick(to transaction: Transaction) throws -> Bool {
        guard let now = try Self.find(key, in: transaction), now.revision == revision else { return false }
        try write(to: transaction)
        return true
    }

    static func delete(_ key: TriggerKey, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM trigger_state WHERE workflow = ? AND trigger = ?", key.arguments)
    }

    /// Notes the last evaluation, for the status.
    mutating func note(_ status: ActionStatus, code: String? = nil, error: RunError? = nil, at now: Timestamp) {
        executed = now
        self.status = status.word
        self.code = code
        self.error = error
    }
}
