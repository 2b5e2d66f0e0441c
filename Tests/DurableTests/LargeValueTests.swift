import Durable
import Foundation
import JSONTree
import Logging
import Moments
import Stores
import Synchronization
import Testing

/// Values that are too large for a row, in every kind of journal.
@Suite(.timeLimit(.minutes(1)))
struct LargeValueTests {
    enum Kind: String, CaseIterable, Sendable {
        case memory, rows, files
    }

    private func journal(_ kind: Kind, _ store: Store) throws -> any JournalStore {
        switch kind {
        case .memory: MemoryJournal()
        case .rows: SQLJournal(store: store, clock: SystemClock())
        case .files:
            SQLJournal(
                store: store,
                clock: SystemClock(),
                blobs: try BlobFiles(store: store, sealer: TestSealer())
            )
        }
    }

    private let large = String(repeating: "a large canary value ", count: 20_000)

    @Test(arguments: Kind.allCases) func `a run reads its large values back after a restart`(_ kind: Kind) async throws
    {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let journal = try journal(kind, store)
        let first = try await DiaryDriver(journal, DiaryWorld())
        let run = try await first.start(.say("small"))
        try await first.driver.deliver(.say(large), to: run)
        try await first.driver.deliver(.say(large), to: run)
        await first.driver.shutDown()

        let stored = try #require(try await journal.load(run))
        #expect(stored.rows.allSatisfy { $0.body.count < 1_000 })
        let replayed = try JournalReplay.replay(stored, program: .init(), machine: DiaryMachine())
        #expect(replayed.state.lines == ["small", large, large])

        let world = DiaryWorld()
        let second = try await DiaryDriver(journal, world)
        try await second.driver.deliver(.end(farewell: nil), to: run)
        try await eventually { world.ended.withLock { $0 } == [run] }
        await second.driver.shutDown()
        try await store.close()
    }

    @Test func `without its large value a journal is not taken for whole`() async throws {
        let journal = MemoryJournal()
        let driver = try await DiaryDriver(journal, DiaryWorld())
        let run = try await driver.start(.say(large))
        var stored = try #require(journal.stored(run))
        stored.bodies = .none
        #expect {
            _ = try JournalReplay.replay(stored, program: .init(), machine: DiaryMachine())
        } throws: {
            ($0 as? DurableError)?.code == .damagedJournal
        }
        await driver.driver.shutDown()
    }

    @Test func `a history reads a bounded amount of large values, and the rest one by one`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let journal = SQLJournal(
            store: store,
            clock: SystemClock(),
            blobs: try BlobFiles(store: store, sealer: TestSealer())
        )
        let driver = try await DiaryDriver(journal, DiaryWorld())
        let run = try await driver.start(.say("1" + large))
        for number in 2...4 { try await driver.driver.deliver(.say("\(number)" + large), to: run) }
        let history = try #require(try await journal.history(of: run, bodyLimit: 900_000))
        #expect(history.bodies.isPartial)
        let values = try history.rows.map { try #require(try JournalRow.parse($0.body).events.first?[1]) }
        let found = try values.map { try history.bodies.content(of: $0) }
        #expect(found.map { $0 == nil } == [false, false, true, true])
        let reference = try #require(JournalBodies.reference(values[3]))
        let text = try #require(try await journal.body(reference.digest, of: run))
        #expect(text.count == reference.bytes)
        #expect(String(decoding: text.prefix(21), as: UTF8.self) == "\"4a large canary valu")
        #expect(try await journal.body("00", of: run) == nil)
        await driver.driver.shutDown()
        try await store.close()
    }

    @Test func `large values lie encrypted in files, and go with their run`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let blobs = try BlobFiles(store: store, sealer: TestSealer())
        let journal = SQLJournal(store: store, clock: SystemClock(), blobs: blobs)
        let driver = try await DiaryDriver(journal, DiaryWorld())
        let run = try await driver.start(.say(large))
        try await driver.driver.deliver(.end(farewell: nil), to: run)
        let kept = try await driver.start(.say(large + "!"))
        let history = try #require(try await journal.history(of: run))
        #expect(!history.bodies.isEmpty)
        #expect(history.run.summary.status == "Succeeded")

        let files = try blobFiles(store.folder)
        #expect(files.count == 2)
        for file in try FileManager.default.subpathsOfDirectory(atPath: store.folder) {
            guard let data = FileManager.default.contents(atPath: store.folder + "/" + file) else { continue }
            #expect(data.range(of: Data("a large canary value a large".utf8)) == nil, "\(file)")
        }

        let retention = Retention(store: store, blobs: blobs, clock: SystemClock(), logger: Logger(label: "test"))
        let report = try await retention.prune(now: .now + .days(91))
        #expect(report.runs == 1)
        #expect(report.files == 1)
        #expect(try blobFiles(store.folder).count == 1)
        #expect(try await journal.history(of: run) == nil)
        #expect(try await journal.history(of: kept)?.bodies.isEmpty == false)
        await driver.driver.shutDown()
        try await store.close()
    }

    @Test func `a large checkpoint lies in a file that its successor replaces`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let blobs = try BlobFiles(store: store, sealer: TestSealer())
        let journal = SQLJournal(store: store, clock: SystemClock(), blobs: blobs)
        _ = try await journal.beginEpoch()
        var opening = CommitBatch(run: RunNumber(1), tenant: "t", epoch: 1, sequence: 0)
        opening.opening = RunOpening(
            header: .init(number: RunNumber(1), tenant: "t", scope: "s", name: "n", program: "1", opened: .unixEpoch),
            machine: "m",
            group: "g"
        )
        opening.body = Array("[1,2,[1]]".utf8)
        opening.hash = JournalRow.hash(after: [], body: opening.body)
        opening.snapshot = Array(repeating: UInt8(ascii: "1"), count: 2 << 20)
        for (sequence, digit) in [(Int64(0), UInt8(ascii: "1")), (1, UInt8(ascii: "2"))] {
            var batch =
                sequence == 0 ? opening : CommitBatch(run: RunNumber(1), tenant: "t", epoch: 1, sequence: sequence)
            batch.body = opening.body
            batch.snapshot = Array(repeating: digit, count: 2 << 20)
            let written = batch
            _ = try await withCheckedContinuation { continuation in
                journal.submit(written) { continuation.resume(returning: $0) }
            }.get()
            let stored = try #require(try await journal.load(RunNumber(1)))
            #expect(stored.snapshot?.sequence == sequence)
            #expect(stored.snapshot?.body == batch.snapshot)
        }
        #expect(try await blobs.collectGarbage().removed == 1)
        #expect(try blobFiles(store.folder).count == 1)
        try await store.close()
    }

    private func blobFiles(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder + "/blobs").filter { path in
            (path as NSString).lastPathComponent.count == 64
        }
    }
}
