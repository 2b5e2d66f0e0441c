import Durable
import JSONTree
import Logging
import Moments
import Stores
import Synchronization
import Testing

@testable import Engine

/// The loop that serves: it sleeps until something is due, wakes for news, keeps nothing in memory.
struct SchedulerLoopTests {
    @Test(.timeLimit(.minutes(1))) func `it sleeps until the next trigger is due, and a new workflow wakes it`()
        async throws
    {
        let world = try TriggerWorld()
        let sleeps = Mutex<[TimeSpan]>([])
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let scheduler = TriggerScheduler(
            store: world.store,
            launcher: world.launcher,
            calls: world.services,
            batches: world.desk,
            environment: TriggerWorld.environment,
            callbackURL: { _, trigger in trigger },
            clock: world.clock,
            logger: logger,
            sleep: { span in
                sleeps.withLock { $0.append(span) }
                try await Task.sleep(for: .seconds(3_600))
            }
        )
        let serving = Task { await scheduler.run() }
        while sleeps.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(1)) }
        #expect(sleeps.withLock { $0 } == [.seconds(60)])
        try await world.put(ClockTriggerTests.recurrence(["frequency": "Second", "interval": 20]), isFollowed: false)
        await scheduler.workflowChanged(id: "W")
        while world.launcher.count == 0 || sleeps.withLock({ $0.last != .seconds(20) }) {
            try await Task.sleep(for: .milliseconds(1))
        }
        // A turn of the loop for each piece of news, none without.
        #expect(sleeps.withLock { $0.count } <= 6)
        serving.cancel()
        await serving.value
        #expect(world.starts == [0])
    }

    @Test func `a bell that rings while nobody sleeps ends the next sleep`() async throws {
        let bell = SchedulerBell()
        bell.ring()
        await bell.wait(atMost: .hours(1)) { _ in try await Task.sleep(for: .seconds(3_600)) }
        let slept = Mutex(false)
        await bell.wait(atMost: .hours(1)) { _ in slept.withLock { $0 = true } }
        #expect(slept.withLock { $0 })
    }

    @Test func `many triggers fall due at once: each fires once, a few at a time`() async throws {
        var limits = TriggerLimits()
        limits.ticksAtOnce = 8
        let world = try TriggerWorld(limits: limits)
        for index in 0..<300 {
            try await world.put(
                ClockTriggerTests.recurrence([
                    "frequency": "Hour", "interval": 1, "startTime": "2026-03-02T09:30:00Z",
                ]),
                id: "W\(index)"
            )
        }
        // Others that are not due, and some that are disabled.
        try await world.store.commit { transaction in
            try transaction.execute(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
                INSERT INTO trigger_state (tenant, workflow, trigger, name, resource, definition, revision, enabled, calls, created,
                    changed, since, due, attempt, burst)
                SELECT 't', 'X' || i, 'tick', 'Tick', '/x/' || i, 'd', 1, i % 2, 0, 0, 0, 0,
                    CASE WHEN i % 2 THEN 3155378975999999999 END, 0, 0 FROM n
                """
            )
        }
        try await world.run(until: .minutes(30))
        #expect(world.launcher.count == 300)
        #expect(world.launcher.mostUnderWay.load(ordering: .relaxed) <= 8)
        #expect(Set(world.starts) == [1_800])
        #expect(try await world.scheduler.census().triggers == 50_300)
    }

    @Test func `every table has a tenant`() async throws {
        let world = try TriggerWorld()
        #expect(try await world.store.tablesWithoutTenant().isEmpty)
    }
}
