import Durable
import Foundation
import Moments
import Stores
import Synchronization
import Testing

/// A run that ends the process is kept from running, in real processes.
@Suite(.timeLimit(.minutes(2)))
struct QuarantineTests {
    /// Opens the data folder as a server does: whoever was being worked on at the last end is counted.
    static func open(_ folder: String, _ world: DiaryWorld) async throws -> (Store, SQLJournal, DiaryDriver) {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: DurableMigrations.all))
        let journal = SQLJournal(store: store, clock: SystemClock())
        let marker = try SteppingMarker(path: folder + "/stepping")
        _ = try await journal.countCrashes(marker.suspects)
        return (store, journal, try await DiaryDriver(journal, world, marker: marker))
    }

    @Test func `a run that ends the process twice runs no third time, until it is released`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-\(UUID().uuidString)").path
        defer { removeFolder(folder) }
        await #expect(processExitsWith: .failure) { [folder = folder as String] in
            let (_, _, driver) = try await Self.open(folder, DiaryWorld())
            let run = try await driver.start(.say("good"))
            let bad = try await driver.start(.say("trap"))
            precondition(run.value == 1 && bad.value == 2)
            try await driver.driver.deliver(.trap, to: bad)
        }
        // The second process falls over the same run when it recovers it.
        await #expect(processExitsWith: .failure) { [folder = folder as String] in
            let (_, _, driver) = try await Self.open(folder, DiaryWorld())
            await driver.driver.run()
        }
        let world = DiaryWorld()
        let (store, journal, driver) = try await Self.open(folder, world)
        #expect(try await journal.load(RunNumber(2))?.crashes == 2)
        #expect(try await journal.load(RunNumber(1))?.crashes == 0)
        let serving = Task { await driver.driver.run() }
        try await eventually { world.stuck.withLock { $0[RunNumber(2)] == .quarantined } }
        try await driver.driver.deliver(.end(farewell: nil), to: RunNumber(1))
        await #expect { try await driver.driver.deliver(.say("more"), to: RunNumber(2)) } throws: {
            ($0 as? DurableError)?.code == .quarantined
        }
        let census = try await store.read { try SQLRuns.census(in: $0) }
        #expect(census.quarantined == 1)
        let listed = try await store.read { try SQLRuns.quarantined(in: $0).map(\.header.number) }
        #expect(listed == [RunNumber(2)])
        // Once the cause is mended (here: the run's last line is another one), it goes on.
        try await journal.forgetCrashes(of: RunNumber(2))
        #expect(try await journal.load(RunNumber(2))?.crashes == 0)
        serving.cancel()
        await driver.driver.shutDown()
        try await store.close()
    }

    @Test func `a released run goes on`() async throws {
        let journal = try SQLJournal(
            store: Store.temporary(options: StoreOptions(migrations: DurableMigrations.all)),
            clock: SystemClock()
        )
        let first = try await DiaryDriver(journal, DiaryWorld())
        let run = try await first.start(.say("good"))
        await first.driver.shutDown()
        for _ in 0..<2 { _ = try await journal.countCrashes([run]) }
        let second = try await DiaryDriver(journal, DiaryWorld())
        await #expect { try await second.driver.deliver(.end(farewell: nil), to: run) } throws: {
            ($0 as? DurableError)?.code == .quarantined
        }
        try await second.driver.release(run)
        try await second.driver.deliver(.end(farewell: nil), to: run)
        #expect(try await journal.load(run)?.summary.status == "Succeeded")
        await second.driver.shutDown()
    }

    private func removeFolder(_ path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record("\(path) stays: \(error)") }
    }
}
