import Durable
import Logging
import Moments
import Stores
import Testing

/// What is old enough goes, wholly and in small parts; everything else stays.
@Suite(.timeLimit(.minutes(1)))
struct RetentionTests {
    private let day = Timestamp.unixEpoch + .days(20_000)

    private func store() throws -> Store {
        try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
    }

    private func retention(_ store: Store, rows: Int = 400) -> Retention {
        var configuration = Retention.Configuration()
        configuration.sliceRows = rows
        configuration.pause = .milliseconds(1)
        configuration.freePages = 0
        return Retention(
            store: store,
            blobs: nil,
            clock: VirtualClock(day),
            configuration: configuration,
            logger: Logger(label: "test")
        )
    }

    private func count(_ store: Store, _ table: String) async throws -> Int64 {
        try await store.read { try $0.first("SELECT COUNT(*) FROM \(table)")?[0].integer ?? 0 }
    }

    /// A run that ended at an instant, with a cause, a key, feed rows, a checkpoint and some journal rows.
    private func write(
        _ number: Int64,
        rows: Int64,
        closed: Timestamp?,
        to journal: SQLJournal,
        epoch: Int64
    ) async throws {
        let run = RunNumber(number)
        for sequence in 0..<rows {
            var batch = CommitBatch(run: run, tenant: "t", epoch: epoch, sequence: sequence)
            batch.body = Array("[1,2,[\(sequence)]]".utf8)
            batch.hash = [UInt8(sequence & 255)]
            if sequence == 0 {
                batch.opening = RunOpening(
                    header: .init(
                        number: run,
                        tenant: "t",
                        scope: "s",
                        name: "n\(number)",
                        program: "1",
                        opened: closed ?? day
                    ),
                    machine: "m",
                    group: "g",
                    cause: "cause \(number)"
                )
                batch.summary = RunSummary(status: "Running", closed: nil, detail: "{}")
                batch.claims = [KeyClaim(tenant: "t", key: "key \(number)", run: run, flight: 1)]
                batch.timers = [(key: 1, due: day)]
                batch.snapshot = Array("[\"\",1]".utf8)
            }
            if sequence == rows - 1, let closed {
                batch.summary = RunSummary(status: "Succeeded", closed: closed, detail: "{}")
                batch.settlements = [
                    KeySettlement(tenant: "t", key: "key \(number)", run: run, outcome: .answered("\(number)"))
                ]
                batch.feed = [FeedEntry(tenant: "t", domain: "runs", kind: "Succeeded", key: "n\(number)", body: "{}")]
                batch.duties = [(flight: -1, body: [1])]
            }
            let written = batch
            _ = try await withCheckedContinuation { continuation in
                journal.submit(written) { continuation.resume(returning: $0) }
            }.get()
        }
    }

    @Test(arguments: [3, 400]) func `old runs go with everything that is theirs, in parts of any size`(
        _ rows: Int
    ) async throws {
        let store = try store()
        let clock = VirtualClock(day - .days(100))
        let journal = SQLJournal(store: store, clock: clock)
        let epoch = try await journal.beginEpoch()
        for number in 1...12 {
            try await write(Int64(number), rows: 20, closed: day - .days(91), to: journal, epoch: epoch)
        }
        clock.set(day)
        try await write(13, rows: 5, closed: day - .days(89), to: journal, epoch: epoch)
        try await write(14, rows: 5, closed: nil, to: journal, epoch: epoch)

        let report = try await retention(store, rows: rows).prune(now: day)
        #expect(report.runs == 12)
        #expect(report.rows == 240)
        #expect(report.pages > 0)
        #expect(try await count(store, "run") == 2)
        #expect(try await count(store, "journal") == 10)
        #expect(try await count(store, "run_cause") == 2)
        #expect(try await count(store, "run_snapshot") == 2)
        #expect(try await count(store, "timer") == 2)
        #expect(try await count(store, "duty") == 1)
        #expect(try await count(store, "run_doomed") == 0)
        // Keys outlive their runs.
        #expect(try await count(store, "business_key") == 14)
        #expect(try await retention(store).prune(now: day) == Retention.Report())
        #expect(try await journal.load(RunNumber(14))?.rows.count == 4)
        try await store.close()
    }

    @Test func `numbers of deleted runs are not given away again, and their answers still count`() async throws {
        let store = try store()
        let journal = SQLJournal(store: store, clock: VirtualClock(day))
        let epoch = try await journal.beginEpoch()
        try await write(7, rows: 2, closed: day - .days(100), to: journal, epoch: epoch)
        try await retention(store).prune(now: day)
        #expect(try await journal.largestRunNumber() == RunNumber(7))
        try await write(8, rows: 1, closed: nil, to: journal, epoch: epoch)
        var claim = CommitBatch(run: RunNumber(8), tenant: "t", epoch: epoch, sequence: 1)
        claim.claims = [KeyClaim(tenant: "t", key: "key 7", run: RunNumber(8), flight: 2)]
        let written = claim
        let receipt = try await withCheckedContinuation { continuation in
            journal.submit(written) { continuation.resume(returning: $0) }
        }.get()
        #expect(receipt.claims == [.answered("7")])
        try await store.close()
    }

    @Test func `business keys go after their own time, but not those that an open run holds`() async throws {
        let store = try store()
        let clock = VirtualClock(day - .days(401))
        let journal = SQLJournal(store: store, clock: clock)
        let epoch = try await journal.beginEpoch()
        try await write(1, rows: 2, closed: day - .days(401), to: journal, epoch: epoch)
        try await write(2, rows: 2, closed: nil, to: journal, epoch: epoch)
        clock.set(day - .days(399))
        try await write(3, rows: 2, closed: day - .days(399), to: journal, epoch: epoch)
        let report = try await retention(store).prune(now: day)
        #expect(report.keys == 1)
        let left = try await store.read {
            try $0.query("SELECT key FROM business_key ORDER BY key").map { try $0[0].text }
        }
        #expect(left == ["key 2", "key 3"])
        try await store.close()
    }

    @Test func `the feed keeps what a consumer has not passed, but not for ever`() async throws {
        let store = try store()
        let day = day
        try await store.commit { transaction in
            for age in [100, 91, 60, 30, 8, 1] {
                try SQLFeed.append(
                    FeedEntry(tenant: "t", domain: "d", kind: "k", key: "\(age)", body: "{}"),
                    at: day - .days(Int64(age)),
                    to: transaction
                )
            }
            try SQLFeed.advance("slow", to: 3, in: transaction)
            try SQLFeed.advance("fast", to: 6, in: transaction)
        }
        let report = try await retention(store).prune(now: day)
        #expect(report.feed == 3)
        let left = try await store.read { try SQLFeed.rows(after: 0, limit: 99, in: $0).map(\.entry.key) }
        #expect(left == ["30", "8", "1"])
        try await store.close()
    }

    @Test func `a deletion that was broken off goes on`() async throws {
        let store = try store()
        let journal = SQLJournal(store: store, clock: VirtualClock(day))
        let epoch = try await journal.beginEpoch()
        try await write(1, rows: 9, closed: day - .days(91), to: journal, epoch: epoch)
        // As after a crash between two parts: the run is out of the lists, its journal is still there.
        try await store.commit { transaction in
            try transaction.execute("DELETE FROM run WHERE number = 1")
            try transaction.execute("INSERT INTO run_doomed (run, tenant) VALUES (1, 't')")
        }
        let report = try await retention(store, rows: 4).prune(now: day)
        #expect(report.rows >= 9)
        #expect(try await count(store, "journal") == 0)
        #expect(try await count(store, "run_doomed") == 0)
        try await store.close()
    }
}
