import Durable
import JSONTree
import Moments
public import Playbooks
import Stores

extension TriggerScheduler {
    /// How the triggers of a workflow stand, by name.
    ///
    /// - Parameter id: The workflow.
    /// - Returns: A status for each trigger that the scheduler knows.
    /// - Throws: `StoreError`.
    public func statuses(workflow id: String) async throws -> [TriggerStatus] {
        try await store.read { snapshot in
            let subscriptions = try SubscriptionRow.all(ofWorkflow: id, in: snapshot)
            return try TriggerRow.all(of: id, in: snapshot).map { row in
                let own = subscriptions.filter { $0.key.trigger == row.key.trigger }
                return Self.status(row, own, newestRun: try Self.newestRun(of: row, in: snapshot))
            }
        }
    }

    /// How a trigger stands.
    ///
    /// - Parameters:
    ///   - trigger: The trigger.
    ///   - program: Its workflow.
    /// - Returns: Its status; nil when the scheduler does not know it yet.
    /// - Throws: `StoreError`.
    public func status(of trigger: TriggerNode, program: WorkflowProgram) async throws -> TriggerStatus? {
        let key = TriggerKey(trigger, of: program)
        return try await store.read { snapshot in
            guard let row = try TriggerRow.find(key, in: snapshot) else { return nil }
            return Self.status(
                row,
                try SubscriptionRow.all(of: key, in: snapshot),
                newestRun: try Self.newestRun(of: row, in: snapshot)
            )
        }
    }

    /// When the newest run of a trigger began, if it is among the newest of the workflow: calls of Request triggers leave no
    /// other trace.
    private static func newestRun(of row: TriggerRow, in snapshot: Snapshot) throws -> Timestamp? {
        try SQLRuns.list(tenant: row.key.tenant, scope: row.key.workflow, limit: 20, in: snapshot)
            .first { $0.group.isSame(ignoringCase: row.name) }?.header.opened
    }

    private static func status(
        _ row: TriggerRow,
        _ subscriptions: [SubscriptionRow],
        newestRun: Timestamp?
    ) -> TriggerStatus {
        var row = row
        if let newestRun, newestRun > row.executed ?? .min {
            row.note(.succeeded, code: "OK", at: newestRun)
        }
        // The wanted one counts, if there is one.
        let subscription = subscriptions.last { $0.state != .ending } ?? subscriptions.last
        return TriggerStatus(
            trigger: row.name,
            isEnabled: row.isEnabled,
            created: row.created,
            changed: row.changed,
            status: row.status.flatMap { ActionStatus(word: $0) },
            code: row.code,
            error: row.error,
            lastExecution: row.executed,
            nextExecution: row.due,
            subscription: subscription.map { row in
                let state: TriggerStatus.Subscription.State =
                    switch row.state {
                    case .wanted: .subscribing
                    case .active: .active
                    case .ending: .ending
                    }
                return TriggerStatus.Subscription(state: state, error: row.error, retry: row.due)
            }
        )
    }

    /// Forgets what a trigger kept between polls: the next one goes to the trigger's own address.
    ///
    /// - Parameters:
    ///   - trigger: The trigger.
    ///   - program: Its workflow.
    /// - Throws: `EngineError` 404 when the scheduler does not know the trigger, `StoreError`.
    public func reset(_ trigger: TriggerNode, program: WorkflowProgram) async throws {
        try await move(TriggerKey(trigger, of: program), to: nil)
    }

    /// Gives a trigger what another one kept between polls, so that it goes on where that one stands.
    ///
    /// - Parameters:
    ///   - trigger: The trigger.
    ///   - program: Its workflow.
    ///   - source: The other trigger, of the same tenant.
    ///   - sourceProgram: The other trigger's workflow.
    /// - Throws: `EngineError` 404 when the scheduler does not know one of the triggers, `StoreError`.
    public func setState(
        of trigger: TriggerNode,
        program: WorkflowProgram,
        from source: TriggerNode,
        sourceProgram: WorkflowProgram
    ) async throws {
        try await move(TriggerKey(trigger, of: program), to: TriggerKey(source, of: sourceProgram))
    }

    private func move(_ key: TriggerKey, to source: TriggerKey?) async throws {
        try await store.commit(.intake) { transaction in
            guard var row = try TriggerRow.find(key, in: transaction) else {
                throw EngineError.noTrigger(key.trigger, of: key.workflow)
            }
            row.location = nil
            if let source {
                guard let other = try TriggerRow.find(source, in: transaction), other.key.tenant == row.key.tenant
                else { throw EngineError.noTrigger(source.trigger, of: source.workflow) }
                row.location = other.location
            }
            row.attempt = 0
            row.burst = 0
            row.revision += 1
            try row.write(to: transaction)
        }
        bell.ring()
    }

    /// Figures for the metrics.
    public struct Census: Sendable, Hashable {
        /// Triggers that the scheduler knows.
        public var triggers = 0
        /// Triggers that are due and not done yet.
        public var due = 0
        /// Firings that wait to be launched.
        public var waitingFirings = 0
        /// Subscriptions that are wanted and not accepted yet.
        public var openSubscriptions = 0
    }

    /// How much there is, for the metrics.
    ///
    /// - Throws: `StoreError`.
    public func census() async throws -> Census {
        let now = clock.now
        return try await store.read { snapshot in
            func count(_ statement: String, _ arguments: [SQLValue] = []) throws -> Int {
                Int(try snapshot.first(statement, arguments)?[0].integer ?? 0)
            }
            return Census(
                triggers: try count("SELECT count(*) FROM trigger_state"),
                due: try count(
                    "SELECT count(*) FROM trigger_state WHERE calls IN (0, 1) AND due <= ?",
                    [.integer(now.ticks)]
                ),
                waitingFirings: try count("SELECT count(*) FROM trigger_history WHERE due IS NOT NULL"),
                openSubscriptions: try count("SELECT count(*) FROM trigger_subscription WHERE state = 'wanted'")
            )
        }
    }
}
