import JSONTree
import Moments
import Stores

/// A subscription of a webhook trigger with the outside, wanted or real.
struct SubscriptionRow: Sendable {
    enum State: String, Sendable {
        /// It is to be made.
        case wanted
        /// The other side has accepted it.
        case active
        /// It is to be ended.
        case ending
    }

    /// A subscription that something is to be done about.
    struct Due: Sendable, Hashable {
        var id: Int64
        var key: TriggerKey
    }

    var id: Int64 = 0
    var key: TriggerKey
    /// The version of the workflow that it was made for.
    var version: String
    /// Names the trigger's definition.
    var definition: String
    /// Names the callback address.
    var address: String
    var state = State.wanted
    /// Whether the other side may know of it.
    var isSent = false
    /// `{url, inputs}`, sealed: what it was made with.
    var detail: String?
    /// The outputs of the answer that accepted it, sealed.
    var answer: String?
    /// How many attempts have failed.
    var attempt = 0
    var due: Timestamp?
    var code: String?
    var error: RunError?
    var changed: Timestamp

    init(key: TriggerKey, version: String, definition: String, address: String, now: Timestamp) {
        self.key = key
        self.version = version
        self.definition = definition
        self.address = address
        due = now
        changed = now
    }

    private static let columns = """
        id, tenant, workflow, trigger, version, definition, address, state, sent, detail, answer, attempt, due, code, error, changed
        """

    private init(_ row: Row) throws {
        id = try row[0].integer
        key = TriggerKey(tenant: try row[1].text, workflow: try row[2].text, trigger: try row[3].text)
        version = try row[4].text
        definition = try row[5].text
        address = try row[6].text
        state = State(rawValue: try row[7].text) ?? .ending
        isSent = try row[8].flag
        detail = try row[9].optionalText
        answer = try row[10].optionalText
        attempt = Int(try row[11].integer)
        due = try row[12].optionalInteger.map { Timestamp(ticks: $0) }
        code = try row[13].optionalText
        error = RunError(json: try row[14].optionalText.map { try JSON.parse($0) })
        changed = Timestamp(ticks: try row[15].integer)
    }

    /// Writes the row; a new one (`id` 0) gets a number.
    func write(to transaction: Transaction) throws {
        try transaction.execute(
            "REPLACE INTO trigger_subscription (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                id == 0 ? .null : .integer(id), .text(key.tenant), .text(key.workflow), .text(key.trigger),
                .text(version),
                .text(definition), .text(address), .text(state.rawValue), .flag(isSent), .text(orNull: detail),
                .text(orNull: answer), .integer(Int64(attempt)), .integer(orNull: due?.ticks), .text(orNull: code),
                .text(orNull: error?.json.text), .integer(changed.ticks),
            ]
        )
    }

    func delete(in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM trigger_subscription WHERE id = ?", [.integer(id)])
    }

    static func find(_ id: Int64, in snapshot: Snapshot) throws -> SubscriptionRow? {
        try snapshot.first(
            "SELECT \(columns) FROM trigger_subscription WHERE id = ?",
            [.integer(id)]
        ).map(SubscriptionRow.init)
    }

    /// The subscriptions of a trigger, oldest first.
    static func all(of key: TriggerKey, in snapshot: Snapshot) throws -> [SubscriptionRow] {
        try snapshot.query(
            "SELECT \(columns) FROM trigger_subscription WHERE workflow = ? AND trigger = ? ORDER BY id",
            key.arguments
        ).map(SubscriptionRow.init)
    }

    /// The subscriptions of all triggers of a workflow, oldest first.
    static func all(ofWorkflow workflow: String, in snapshot: Snapshot) throws -> [SubscriptionRow] {
        try snapshot.query(
            "SELECT \(columns) FROM trigger_subscription WHERE workflow = ? ORDER BY id",
            [.text(workflow)]
        ).map(SubscriptionRow.init)
    }

    static func due(at now: Timestamp, limit: Int, in snapshot: Snapshot) throws -> [Due] {
        try snapshot.query(
            "SELECT id, tenant, workflow, trigger FROM trigger_subscription WHERE due <= ? ORDER BY due, id LIMIT ?",
            [.integer(now.ticks), .integer(Int64(limit))]
        ).map {
            Due(
                id: try $0[0].integer,
                key: TriggerKey(tenant: try $0[1].text, workflow: try $0[2].text, trigger: try $0[3].text)
            )
        }
    }

    static func nextDue(after now: Timestamp, in snapshot: Snapshot) throws -> Timestamp? {
        try snapshot.first(
            "SELECT due FROM trigger_subscription WHERE due > ? ORDER BY due LIMIT 1",
            [.integer(now.ticks)]
        ).map { Timestamp(ticks: try $0[0].integer) }
    }

    /// Says that the subscription is not wanted any more.
    mutating func end(at now: Timestamp) {
        guard state != .ending else { return }
        state = .ending
        attempt = 0
        due = now
        code = nil
        error = nil
        changed = now
    }
}
