import Identity
import JSONTree
public import Moments
public import Outbound
public import Stores
import Synchronization

/// The one switch that pauses all containment of a tenant: while it is off, no call whose effect is `contain` or `destroy` is sent;
/// those calls wait, and go on by themselves when it is resumed.
///
/// Its state outlives the process, and every change of it is in the audit log. The data folder belongs to one process, so that what
/// was read once stays true until it is changed here.
public final class ContainmentSwitch: Sendable {
    /// How the switch stands.
    public struct State: Sendable, Hashable {
        /// Whether containment is paused.
        public var isPaused: Bool
        /// Since when it stands so; nil: it was never touched.
        public var since: Timestamp?
        /// Who has changed it last: an object id.
        public var actor: String?
        /// Why, in that person's words.
        public var reason: String?

        /// Never touched: containment goes on.
        public static let untouched = State(isPaused: false)
    }

    /// The longest reason: 1,000 bytes.
    public static let reasonLimit = 1_000

    /// The step of the switch's table.
    static let migration = Migration(
        room: "Connectors",
        number: 2,
        statements: [
            """
            CREATE TABLE connectors_containment (
                tenant TEXT NOT NULL PRIMARY KEY,
                paused INTEGER NOT NULL,
                since INTEGER NOT NULL,
                actor TEXT NOT NULL,
                reason TEXT
            )
            """
        ]
    )

    private let store: Store
    private let clock: any WallClock
    private let known = Mutex<[String: State]>([:])

    /// Makes the switch over the server's database.
    public init(store: Store, clock: any WallClock = SystemClock()) {
        self.store = store
        self.clock = clock
    }

    /// How the switch of a tenant stands.
    public func state(tenant: String) async throws -> State {
        if let state = known.withLock({ $0[tenant] }) { return state }
        let read = try await store.read { snapshot in
            try snapshot.first(
                "SELECT paused, since, actor, reason FROM connectors_containment WHERE tenant = ?",
                [.text(tenant)]
            ).map { row in
                State(
                    isPaused: try row[0].integer != 0,
                    since: Timestamp(ticks: try row[1].integer),
                    actor: try row[2].text,
                    reason: try row[3].optionalText
                )
            }
        }
        // A change that was made meanwhile is newer than what was read.
        return known.withLock { known in
            if let newer = known[tenant] { return newer }
            let state = read ?? .untouched
            known[tenant] = state
            return state
        }
    }

    /// Pauses or resumes containment; returns when it is durable and holds for every call that is sent from then on.
    ///
    /// - Parameters:
    ///   - isPaused: Whether it is to be paused.
    ///   - tenant: Whose.
    ///   - actor: Who does it, for the audit log.
    ///   - reason: Why.
    /// - Returns: How the switch stands now.
    /// - Throws: ``ConnectorError`` for a reason that is too long; `StoreError`.
    public func set(_ isPaused: Bool, tenant: String, by actor: String, reason: String?) async throws -> State {
        guard (reason?.utf8.count ?? 0) <= Self.reasonLimit else {
            throw ConnectorError(.invalidParameter, "The reason has more than \(Self.reasonLimit) bytes.")
        }
        let state = State(isPaused: isPaused, since: clock.now, actor: actor, reason: reason)
        let before = try await self.state(tenant: tenant)
        // Pausing holds before it is durable, resuming after: in between nothing is sent that must not be.
        if isPaused { known.withLock { $0[tenant] = state } }
        do {
            try await store.commit(.rest) { transaction in
                try transaction.execute(
                    """
                    INSERT INTO connectors_containment (tenant, paused, since, actor, reason) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (tenant) DO UPDATE
                    SET paused = excluded.paused, since = excluded.since, actor = excluded.actor, reason = excluded.reason
                    """,
                    [
                        .text(tenant), .integer(isPaused ? 1 : 0), .integer(state.since?.ticks ?? 0), .text(actor),
                        reason.map(SQLValue.text) ?? .null,
                    ]
                )
                var detail = JSONObject()
                detail["reason"] = reason.map(JSON.string)
                try AuditLog.write(
                    AuditEntry(
                        tenant: tenant,
                        actor: actor,
                        action: isPaused ? "containment.pause" : "containment.resume",
                        target: "containment",
                        detail: .object(detail)
                    ),
                    at: state.since ?? .now,
                    in: transaction
                )
            }
        } catch {
            known.withLock { $0[tenant] = before }
            throw error
        }
        known.withLock { $0[tenant] = state }
        return state
    }

    /// The last look before a call that contains is sent.
    struct Step: LastStep {
        let containment: ContainmentSwitch
        let tenant: String

        func finish(_ request: inout OutboundRequest) async throws {
            let state = try await containment.state(tenant: tenant)
            if state.isPaused { throw ContainmentSwitch.paused(state) }
        }
    }

    static func paused(_ state: State) -> ConnectorError {
        let since = state.since.map { " since \($0.iso8601)" } ?? ""
        return ConnectorError(
            .containmentPaused,
            "All containment is paused\(since), so that this call waits. It goes on after: tocsin containment resume"
        )
    }
}

extension OutboundRequest {
    /// The steps that hold it back, which any request made in its place has to take too.
    var gates: [any LastStep] { lastSteps.filter { $0 is ContainmentSwitch.Step } }
}

extension EffectClass {
    /// Whether the switch holds calls of this class.
    public var isContainment: Bool { self == .contain || self == .destroy }
}

extension ConnectorRegistry {
    /// Makes a request wait while containment is paused, up to the moment when it leaves.
    ///
    /// - Throws: ``ConnectorError`` with `.containmentPaused` when it is paused already.
    public func guardContainment(_ request: inout OutboundRequest, _ effect: EffectClass, tenant: String) async throws {
        guard effect.isContainment, let containment else { return }
        let step = ContainmentSwitch.Step(containment: containment, tenant: tenant)
        var probe = request
        try await step.finish(&probe)
        request.lastSteps.insert(step, at: 0)
    }
}
