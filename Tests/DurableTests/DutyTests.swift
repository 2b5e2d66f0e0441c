import Durable
import Moments
import Stores
import Synchronization
import Testing

/// What a run has left to do is done, also when the process ends at the wrong moment or nobody answers.
@Suite(.timeLimit(.minutes(1)))
struct DutyTests {
    private func journal(_ store: Store, _ clock: any WallClock) -> SQLJournal {
        SQLJournal(store: store, clock: clock)
    }

    private func store() throws -> Store {
        try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
    }

    @Test func `a duty that is done at once leaves nothing behind`() async throws {
        let store = try store()
        let journal = journal(store, SystemClock())
        let world = DiaryWorld()
        let driver = try await DiaryDriver(journal, world)
        try await driver.start(.end(farewell: "farewell"))
        try await eventually { try await journal.duties(of: DiaryMachine.name, due: .max, limit: 9).isEmpty }
        #expect(world.heard.withLock { $0 } == ["farewell"])
        await driver.driver.shutDown()
        try await store.close()
    }

    @Test func `a process that ends during the last call does it after the restart`() async throws {
        let store = try store()
        let clock = VirtualClock(.unixEpoch + .days(1))
        let journal = journal(store, clock)
        let first = try await DiaryDriver(journal, DiaryWorld(hangs: true), clock: clock)
        let run = try await first.start(.end(farewell: "farewell"))
        await first.driver.shutDown()
        #expect(try await journal.duties(of: DiaryMachine.name, due: .max, limit: 9).map(\.header.number) == [run])

        let world = DiaryWorld()
        let second = try await DiaryDriver(journal, world, clock: clock)
        let serving = Task { await second.driver.run() }
        clock.advance(by: StoredDuty.grace + .seconds(1))
        try await eventually { try await journal.duties(of: DiaryMachine.name, due: .max, limit: 9).isEmpty }
        #expect(world.heard.withLock { $0 } == ["farewell"])
        #expect(try await journal.load(run)?.rows.count == 1)
        serving.cancel()
        await second.driver.shutDown()
        try await store.close()
    }

    @Test func `where nobody answers well it is tried again, and given up in the end`() async throws {
        let store = try store()
        let clock = VirtualClock(.unixEpoch + .days(1))
        let journal = journal(store, clock)
        let world = DiaryWorld()
        world.isGood.withLock { $0 = false }
        let driver = try await DiaryDriver(journal, world, clock: clock)
        let serving = Task { await driver.driver.run() }
        try await driver.start(.end(farewell: "farewell"))
        try await eventually {
            clock.advance(by: .hours(2))
            return try await journal.duties(of: DiaryMachine.name, due: .max, limit: 9).isEmpty
        }
        let calls = world.heard.withLock { $0.count }
        #expect(calls == StoredDuty.attemptLimit + 1)
        serving.cancel()
        await driver.driver.shutDown()
        try await store.close()
    }

    @Test func `a run that goes on does not wait for a duty, and its end does not break it off`() async throws {
        let journal = MemoryJournal()
        var core = DriverCore<DiaryMachine>(machine: DiaryMachine(), epoch: journal.nextEpoch()) {
            StepBudget(monotonic: { 0 })
        }
        var commands: [DriverCommand<DiaryMachine>] = []
        let header = RunHeader(
            number: RunNumber(1),
            tenant: "t",
            scope: "s",
            name: "n",
            program: "1",
            opened: .unixEpoch
        )
        core.handle(
            .start(
                RunSeed(header: header, program: .init(), group: "g", input: .end(farewell: "farewell")),
                receipt: nil
            ),
            now: .unixEpoch,
            commands: &commands
        )
        guard case .commit(let batch)? = commands.first else {
            Issue.record("no commit")
            return
        }
        #expect(batch.duties.map(\.flight) == [-1])
        commands = []
        core.handle(.committed(RunNumber(1), journal.commit(batch)), now: .unixEpoch, commands: &commands)
        var launch: UInt64 = 0
        for command in commands {
            if case .start(_, -1, let number, _) = command { launch = number }
        }
        #expect(launch > 0)
        commands = []
        core.handle(
            .landed(RunNumber(1), -1, launch: launch, .landed(-1, isGood: false)),
            now: .unixEpoch,
            commands: &commands
        )
        #expect(commands.isEmpty)
        #expect(journal.dueDuties(due: .unixEpoch + StoredDuty.grace).count == 1)
        #expect(journal.dueDuties(due: .unixEpoch + .seconds(1)).isEmpty)
    }
}
