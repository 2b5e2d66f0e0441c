import Durable
import Engine
import Foundation
import JSONTree
import Logging
import Moments
import Stores
import Synchronization
import Testing

/// A data folder that an earlier release left in the middle of its work must be opened, and its runs must come to their ends.
///
/// `TOCSIN_GOLDEN=write swift test --filter GoldenFolderTests` writes the folder of this release anew, from the golden journals.
@Suite(.timeLimit(.minutes(3)))
struct GoldenFolderTests {
    /// Every playbook of the folder has its own scope and its own hundred of run numbers.
    private struct Resident {
        var file: GoldenFile
        var index: Int

        var scope: String { file.name }

        func number(_ run: RunNumber) -> RunNumber { RunNumber(Int64(index) * 100 + run.value) }

        /// The batches as they stood when the process ended: half of them, so that the runs are in the middle of something.
        func batches() -> [CommitBatch] {
            let count = file.name == "large" ? file.batches.count - 1 : file.batches.count / 2
            return file.batches.prefix(max(1, count)).map { batch in
                var moved = batch
                moved.run = number(batch.run)
                if var opening = batch.opening {
                    opening.header.number = moved.run
                    opening.header.scope = scope
                    moved.opening = opening
                }
                moved.claims = batch.claims.map {
                    KeyClaim(tenant: $0.tenant, key: $0.key, run: moved.run, flight: $0.flight)
                }
                moved.settlements = batch.settlements.map {
                    KeySettlement(tenant: $0.tenant, key: $0.key, run: moved.run, outcome: $0.outcome)
                }
                return moved
            }
        }
    }

    private static let names = [
        "branches", "calls", "key", "key-looked-up", "large", "loops", "queued", "secured", "terminated",
        "unknown-happened", "variables", "webhook", "webhook-cancelled", "webhook-timeout",
    ]

    private static func residents() throws -> [Resident] {
        let files = try GoldenFile.all().filter { names.contains($0.name) }
        return files.enumerated().map { Resident(file: $1, index: $0 + 1) }
    }

    private static let folder = GoldenFile.current.appendingPathComponent("data-folder")

    private func journal(_ store: Store) throws -> SQLJournal {
        SQLJournal(
            store: store,
            clock: VirtualClock(GoldenTable.start),
            blobs: try BlobFiles(store: store, sealer: FixedSealer())
        )
    }

    @Test(.enabled(if: GoldenJournalTests.isWriting)) func `write the folder of this release`() async throws {
        let path = Self.folder.path
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        let store = try Store.open(folder: path, options: StoreOptions(migrations: DurableMigrations.all))
        let journal = try journal(store)
        _ = try await journal.beginEpoch()
        for resident in try Self.residents() {
            for batch in resident.batches() {
                _ = try await withCheckedContinuation { continuation in
                    journal.submit(batch) { continuation.resume(returning: $0) }
                }.get()
            }
        }
        try await store.close()
        try FileManager.default.removeItem(atPath: path + "/lock")
    }

    private final class Services: EffectPerformer, RunObserver {
        typealias M = WorkflowMachine

        let stuck = Mutex<[String]>([])

        func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
            .landed(flight, GoldenWorld.outcome(effect))
        }
        func published(_ publication: RunPublication, by run: RunHeader) {}
        func closed(_ run: RunHeader, group: String, summary: RunSummary) {}
        func stuck(_ run: RunNumber, error: DurableError) { stuck.withLock { $0.append("\(run): \(error)") } }
    }

    @Test func `a folder of an earlier release is opened, and its runs end as they should`() async throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.folder, to: copy)
        defer { removeFolder(copy.path) }
        let store = try Store.open(folder: copy.path, options: StoreOptions(migrations: DurableMigrations.all))
        let residents = try Self.residents()
        let clock = VirtualClock(GoldenTable.start + .minutes(5))
        let journal = try journal(store)
        let services = Services()
        let programs = try Dictionary(
            uniqueKeysWithValues: residents.map { ($0.scope, try GoldenMachine.program($0.file.definition)) }
        )
        let open = try await openRuns(store)
        #expect(open.count >= residents.count - 1)
        let driver = try await Driver(
            machine: GoldenMachine.machine,
            journal: journal,
            performer: services,
            programs: { header in
                guard let program = programs[header.scope] else { throw GoldenMachine.Unreadable() }
                return program
            },
            observer: services,
            clock: clock,
            logger: Logger(label: "test")
        )
        let serving = Task { await driver.run() }
        try await finish(residents, driver, clock, store)
        for resident in residents {
            let program = try #require(programs[resident.scope])
            for outcome in resident.file.outcomes {
                guard let history = try await journal.history(of: resident.number(RunNumber(outcome.run))) else {
                    continue
                }
                let read = try HistoryReader.read(
                    header: history.run.header,
                    rows: history.rows,
                    bodies: history.bodies,
                    program: program,
                    machine: GoldenMachine.machine
                )
                #expect(read.state.status.word == outcome.status, "\(resident.scope) \(outcome.run)")
                let names = Set(read.entries.map { "\($0.name) \($0.indexes) \($0.status.word)" })
                let expected = Set(outcome.history.map { $0.split(separator: " in=").first.map(String.init) ?? "" })
                for line in names {
                    #expect(expected.contains { $0.hasPrefix(line) }, "\(resident.scope): \(line)")
                }
            }
        }
        #expect(services.stuck.withLock { $0 }.isEmpty)
        #expect(try await JournalVerifier(store: store).verify().problems.isEmpty)
        serving.cancel()
        await driver.shutDown()
        try await store.close()
    }

    private func openRuns(_ store: Store) async throws -> [RunNumber] {
        try await store.read { snapshot in
            try snapshot.query("SELECT number FROM run WHERE closed IS NULL").map { RunNumber(try $0[0].integer) }
        }
    }

    /// Lets time pass, and does what people and services outside do, until no run is open.
    private func finish(
        _ residents: [Resident],
        _ driver: Driver<WorkflowMachine>,
        _ clock: VirtualClock,
        _ store: Store
    ) async throws {
        let playbooks = Dictionary(uniqueKeysWithValues: GoldenTable.playbooks.map { ($0.name, $0) })
        let deadline = ContinuousClock.now + .seconds(90)
        while ContinuousClock.now < deadline {
            let open = try await openRuns(store)
            if open.isEmpty { return }
            for resident in residents {
                guard let playbook = playbooks[resident.file.name] else { continue }
                for (after, input) in playbook.inputs where clock.now >= GoldenTable.start + after {
                    let run = resident.number(RunNumber(1))
                    if open.contains(run) { driver.post(input, to: run) }
                }
            }
            try await Task.sleep(for: .milliseconds(40))
            clock.advance(by: .minutes(3))
        }
        Issue.record("runs are open after 90 seconds")
    }

    private func removeFolder(_ path: String) {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record("\(path) stays: \(error)") }
    }
}
