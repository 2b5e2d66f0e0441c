import Durable
import JSONTree
import Moments
import Playbooks
import Stores
import Synchronization
import Testing

@testable import Engine

/// Histories: entries of evaluations and of runs together, filtered, in pages, and taken away with age.
struct TriggerHistoryTests {
    /// A trigger with an entry of its own every minute, and a run in between.
    private func world(entries: Int) async throws -> TriggerWorld {
        let world = try TriggerWorld()
        try await world.put([
            "manual": ["type": "Request", "kind": "Http"], "other": ["type": "Request", "kind": "Http"],
        ])
        let journal = SQLJournal(store: world.store, clock: world.clock)
        for index in 0..<entries {
            let start = TriggerWorld.start + .minutes(Int64(index))
            let name = RunNames.name(at: start, number: RunNumber(Int64(index)))
            try await world.scheduler.record(
                TriggerHistoryEntry(
                    name: name,
                    trigger: "manual",
                    status: index % 2 == 0 ? .skipped : .failed,
                    start: start,
                    end: start,
                    clientTrackingID: "t\(index)"
                ),
                tenant: "t",
                workflow: "W"
            )
            let opened = start + .seconds(30)
            let number = RunNumber(Int64(index + 1))
            var batch = CommitBatch(run: number, tenant: "t", epoch: 1, sequence: 0)
            batch.opening = RunOpening(
                header: RunHeader(
                    number: number,
                    tenant: "t",
                    scope: "W",
                    name: RunNames.name(at: opened, number: number),
                    program: "1",
                    opened: opened
                ),
                machine: WorkflowMachine.name,
                group: "manual"
            )
            let owner = index % 5 == 4 ? "other" : "manual"
            let detail: JSON = ["trigger": .string(owner), "tracking": .string("r\(index)")]
            batch.summary = RunSummary(status: "Running", closed: nil, detail: detail.text)
            let written = batch
            _ = try await withCheckedThrowingContinuation { continuation in
                journal.submit(written) { continuation.resume(with: $0) }
            }
        }
        return world
    }

    @Test func `entries and runs come together, newest first`() async throws {
        let world = try await world(entries: 5)
        let history = try await world.history("manual")
        #expect(history.map(\.clientTrackingID) == ["t4", "r3", "t3", "r2", "t2", "r1", "t1", "r0", "t0"])
        #expect(history.map(\.isFired) == [false, true, false, true, false, true, false, true, false])
        #expect(history.allSatisfy { $0.isFired == ($0.run == $0.name) })
        #expect(try await world.history("other").map(\.clientTrackingID) == ["r4"])
    }

    @Test func `pages follow each other without gap or overlap`() async throws {
        let world = try await world(entries: 230)
        let (trigger, program) = (try world.trigger("manual"), try world.program())
        let all = try await world.history("manual")
        #expect(all.count == 230 + 184)
        var paged: [TriggerHistoryEntry] = []
        var next: String?
        repeat {
            let page = try await world.scheduler.histories(of: trigger, program: program, after: next, limit: 97)
            #expect(page.entries.count <= 97)
            paged += page.entries
            next = page.next
        } while next != nil
        #expect(paged == all)
    }

    @Test func `filters choose by status, start and client tracking id`() async throws {
        let world = try await world(entries: 20)
        let (trigger, program) = (try world.trigger("manual"), try world.program())
        func names(_ filter: TriggerHistoryFilter) async throws -> [String] {
            try await world.scheduler.histories(of: trigger, program: program, filter: filter, limit: 50).entries.map(
                \.clientTrackingID
            )
        }
        #expect(try await names(.init(status: .failed)).count == 10)
        #expect(try await names(.init(status: .succeeded)).allSatisfy { $0.hasPrefix("r") })
        #expect(
            try await names(
                .init(startedFrom: TriggerWorld.start + .minutes(18), startedUntil: TriggerWorld.start + .minutes(19))
            )
                == ["t19", "r18", "t18"]
        )
        #expect(try await names(.init(clientTrackingID: "r7")) == ["r7"])
        #expect(try await names(.init(status: .cancelled)).isEmpty)
    }

    @Test func `an entry is found by its name, in its own trigger only`() async throws {
        let world = try await world(entries: 2)
        let (trigger, program) = (try world.trigger("manual"), try world.program())
        for entry in try await world.history("manual") {
            #expect(try await world.scheduler.history(named: entry.name, of: trigger, program: program) == entry)
            await #expect(throws: EngineError.self) {
                try await world.scheduler.history(named: entry.name, of: try world.trigger("other"), program: program)
            }
        }
    }

    @Test func `what is old goes, what waits to be launched stays`() async throws {
        let world = try await world(entries: 20)
        try await world.put(ClockTriggerTests.everyMinute, id: "V")
        world.launcher.troubles.withLock { $0 = 1 }
        await world.settle()
        #expect(try await world.waiting() == 1)
        #expect(try await world.scheduler.prune(before: TriggerWorld.start + .minutes(10)) == 10)
        #expect(try await world.history("manual").filter { !$0.isFired }.count == 10)
        #expect(try await world.waiting() == 1)
    }

    @Test func `content that is too large is left out, and the entry says so`() async throws {
        var limits = TriggerLimits()
        limits.historyContentBytes = 100
        let world = try TriggerWorld(limits: limits)
        world.services.answer("Poll", .status(202, body: .string(String(repeating: "x", count: 200))))
        try await world.put(PollingTriggerTests.poll())
        try await world.run(until: .seconds(1))
        let entry = try #require(try await world.history("Poll").first)
        #expect(entry.outputs?["contentOmitted"]?["bytes"]?.integerValue ?? 0 > 200)
        #expect(try await !world.dump().contains("xxx"))
    }

    @Test func `a Request trigger's evaluation is settled: an entry, or the runs of its parts`() async throws {
        let world = try TriggerWorld()
        let split: JSON = ["type": "Request", "kind": "Http", "splitOn": "@triggerBody()"]
        try await world.put(["manual": split])
        let (trigger, program) = (try world.trigger("manual"), try world.program())
        func settle(_ body: JSON, _ name: String) async throws -> Int {
            let outcome = TriggerOutcome.evaluate(
                trigger,
                program: program,
                environment: TriggerWorld.environment,
                outputs: ["body": body],
                historyName: name,
                now: world.clock.now
            )
            return try await world.scheduler.settle(
                outcome,
                trigger: trigger,
                program: program,
                history: name,
                start: world.clock.now
            ).count
        }
        #expect(try await settle([1, 2], "A") == 2)
        #expect(try await settle(7, "B") == 0)
        #expect(try await world.history("manual").map(\.status) == [.succeeded, .failed])
        #expect(Set(world.launcher.started.withLock { $0.map(\.cause) }) == ["A/0", "A/1"])
    }
}
