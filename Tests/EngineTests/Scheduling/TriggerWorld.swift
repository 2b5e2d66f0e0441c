import Durable
import JSONTree
import Logging
import Moments
import Playbooks
import Stores
import Synchronization
import Testing

@testable import Engine

/// A scheduler over a real store, with a clock that is stepped and an outside that does as it is told.
final class TriggerWorld {
    static let start = Timestamp(iso8601: "2026-03-02T09:00:00Z") ?? .unixEpoch

    let store: Store
    let clock = VirtualClock(start)
    let process: FakeProcess
    let services: FakeServices
    let launcher: FakeLauncher
    let limits: TriggerLimits
    private(set) var desk: BatchDesk
    private(set) var scheduler: TriggerScheduler

    init(limits: TriggerLimits = TriggerLimits()) throws {
        store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all + SchedulingMigrations.all))
        self.limits = limits
        process = FakeProcess()
        services = FakeServices(process, clock)
        launcher = FakeLauncher(process, clock)
        let parts = Self.parts(store, clock, launcher, services, limits, key: "key-1")
        (desk, scheduler) = parts
    }

    /// What a new process would have: nothing but the store.
    func restart(key: String = "key-1") {
        services.crash.withLock { $0 = nil }
        launcher.crash.withLock { $0 = nil }
        (desk, scheduler) = Self.parts(store, clock, launcher, services, limits, key: key)
    }

    static let environment = RunEnvironment(
        callbackURL: { header, _, flight in "https://tocsin.example/\(header.name)/\(flight)" },
        newGUID: { "00000000-0000-4000-8000-\(Int64.random(in: 100_000_000_000...999_999_999_999))" },
        random: { Int64.random(in: $0) },
        // Good enough to see in the database whether something was sealed.
        seal: { String(decoding: $0.map { $0 ^ 1 }, as: UTF8.self) },
        open: { text in
            guard text != "!" else { throw RunError("Unreadable", "sealed with another key") }
            return Array(text.utf8).map { $0 ^ 1 }
        }
    )

    private static func parts(
        _ store: Store,
        _ clock: VirtualClock,
        _ launcher: FakeLauncher,
        _ services: FakeServices,
        _ limits: TriggerLimits,
        key: String
    ) -> (BatchDesk, TriggerScheduler) {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let desk = BatchDesk(
            store: store,
            launcher: launcher,
            environment: environment,
            clock: clock,
            limits: limits,
            logger: logger
        )
        let scheduler = TriggerScheduler(
            store: store,
            launcher: launcher,
            calls: services,
            batches: desk,
            environment: environment,
            callbackURL: { identity, trigger in
                "https://tocsin.example/workflows/\(identity.id)/triggers/\(trigger)?sig=\(key)"
            },
            clock: clock,
            limits: limits,
            logger: logger,
            sleep: { _ in try await Task.sleep(for: .seconds(3_600)) }
        )
        return (desk, scheduler)
    }

    // MARK: - Workflows

    /// Puts a workflow as the service does: its change is noted, then followed.
    func put(
        _ triggers: JSON,
        id: String = "W",
        isEnabled: Bool = true,
        parameters: JSON? = nil,
        values: JSONObject = JSONObject(),
        isFollowed: Bool = true
    ) async throws {
        var json: JSONObject = ["triggers": triggers, "actions": [:]]
        if let parameters { json["parameters"] = parameters }
        let compiled = Definition.compile(
            .object(json),
            parameters: values,
            options: CompileOptions(now: clock.now)
        )
        let definition = try #require(compiled.definition, "\(compiled.diagnostics.map(\.message))")
        launcher.put(id, definition, isEnabled: isEnabled)
        try await note(id)
        if isFollowed { await scheduler.workflowChanged(id: id) }
    }

    func enable(_ isEnabled: Bool, _ id: String = "W", isFollowed: Bool = true) async throws {
        launcher.workflows.withLock { $0[id]?.isEnabled = isEnabled }
        try await note(id)
        if isFollowed { await scheduler.workflowChanged(id: id) }
    }

    func delete(_ id: String = "W", isFollowed: Bool = true) async throws {
        launcher.workflows.withLock { $0[id] = nil }
        try await note(id)
        if isFollowed { await scheduler.workflowChanged(id: id) }
    }

    private func note(_ id: String) async throws {
        try await store.commit(.intake) {
            try TriggerScheduler.noteChange(workflow: id, tenant: "t", in: $0)
        }
    }

    func program(_ id: String = "W") throws -> WorkflowProgram {
        try #require(launcher.workflows.withLock { $0[id]?.program })
    }

    func trigger(_ name: String, _ id: String = "W") throws -> TriggerNode {
        try #require(try program(id).definition.trigger(named: name))
    }

    // MARK: - Time

    /// Does what is due now, unless the process ends meanwhile.
    func settle() async {
        let scheduler = scheduler
        await process.run { await scheduler.settleDue() }
    }

    /// Lets time pass, stopping wherever something falls due.
    func run(until offset: TimeSpan) async throws {
        let end = Self.start + offset
        while true {
            await settle()
            guard let next = try await nextDue(), next <= end else { break }
            clock.set(max(next, clock.now))
        }
        if clock.now < end { clock.set(end) }
        await settle()
    }

    /// The server is down for a while, then starts anew.
    func sleep(until offset: TimeSpan) {
        clock.set(Self.start + offset)
        restart()
    }

    private func nextDue() async throws -> Timestamp? {
        let now = clock.now
        return try await store.read { snapshot in
            [
                try WorkflowNote.nextDue(after: now, in: snapshot), try HistoryRow.nextDue(after: now, in: snapshot),
                try TriggerRow.nextDue(after: now, in: snapshot),
                try SubscriptionRow.nextDue(after: now, in: snapshot),
            ].compactMap(\.self).min()
        }
    }

    // MARK: - Looking

    /// Seconds since the start at which runs were started.
    var starts: [Int] { launcher.started.withLock { $0.map { Int(($0.at - Self.start).totalSeconds) } } }

    func row(_ trigger: String, _ id: String = "W") async throws -> TriggerRow? {
        let key = TriggerKey(tenant: "t", workflow: id, trigger: trigger)
        return try await store.read { try TriggerRow.find(key, in: $0) }
    }

    func history(_ trigger: String, _ id: String = "W") async throws -> [TriggerHistoryEntry] {
        try await scheduler.histories(of: try self.trigger(trigger, id), program: try program(id), limit: 1_000).entries
    }

    func status(_ trigger: String, _ id: String = "W") async throws -> TriggerStatus {
        try #require(try await scheduler.status(of: try self.trigger(trigger, id), program: try program(id)))
    }

    /// Firings that wait.
    func waiting() async throws -> Int { try await scheduler.census().waitingFirings }

    /// All that the tables hold, as text.
    func dump() async throws -> String {
        try await store.read { snapshot in
            var text = ""
            for table in ["trigger_state", "trigger_history", "trigger_subscription", "batch_message"] {
                for row in try snapshot.query("SELECT * FROM \(table)") {
                    for column in 0..<row.count { text += "\(row[column].value)\n" }
                }
            }
            return text
        }
    }
}
