import Durable
import JSONTree
import Moments
import Stores
import Testing

/// What every journal does, in memory or in a database.
@Suite(.timeLimit(.minutes(1)))
struct JournalConformanceTests {
    enum Kind: String, CaseIterable, Sendable {
        case memory, sqlite

        func make() throws -> any JournalStore {
            switch self {
            case .memory: MemoryJournal()
            case .sqlite:
                SQLJournal(
                    store: try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all)),
                    clock: VirtualClock(.unixEpoch)
                )
            }
        }
    }

    private func header(_ number: Int64) -> RunHeader {
        RunHeader(
            number: RunNumber(number),
            tenant: "t",
            scope: "w",
            name: "run-\(1_000 - number)",
            program: "1",
            opened: .unixEpoch
        )
    }

    private func opening(_ number: Int64, epoch: Int64 = 1, cause: String? = nil) -> CommitBatch {
        var batch = CommitBatch(run: RunNumber(number), tenant: "t", epoch: epoch, sequence: 0)
        batch.opening = RunOpening(header: header(number), machine: "m", group: "g", cause: cause)
        batch.summary = RunSummary(status: "Running", closed: nil, detail: "{}")
        batch.body = Array("[1,2,[\(number)]]".utf8)
        batch.hash = JournalRow.hash(after: [], body: batch.body)
        return batch
    }

    private func commit(_ batch: CommitBatch, to journal: any JournalStore) async throws -> CommitReceipt {
        try await withCheckedContinuation { continuation in
            journal.submit(batch) { continuation.resume(returning: $0) }
        }.get()
    }

    private func code(of batch: CommitBatch, in journal: any JournalStore) async -> DurableError.Code? {
        do {
            _ = try await commit(batch, to: journal)
            return nil
        } catch {
            return (error as? DurableError)?.code
        }
    }

    @Test(arguments: Kind.allCases) func `what was committed is read back whole`(_ kind: Kind) async throws {
        let journal = try kind.make()
        _ = try await journal.beginEpoch()
        var batch = opening(7)
        batch.timers = [(key: 3, due: .unixEpoch + .seconds(9)), (key: 1, due: .unixEpoch + .seconds(5))]
        _ = try await commit(batch, to: journal)
        var next = CommitBatch(run: RunNumber(7), tenant: "t", epoch: 1, sequence: 1)
        next.body = Array("[1,2,[8]]".utf8)
        next.hash = JournalRow.hash(after: batch.hash, body: next.body)
        next.clearedTimers = [1]
        _ = try await commit(next, to: journal)
        let stored = try #require(try await journal.load(RunNumber(7)))
        #expect(stored.header == header(7))
        #expect(stored.rows.map(\.body) == [batch.body, next.body])
        #expect(stored.rows.map(\.hash) == [batch.hash, next.hash])
        #expect(stored.timers == [StoredTimer(due: .unixEpoch + .seconds(9), run: RunNumber(7), key: 3)])
        #expect(try await journal.largestRunNumber() == RunNumber(7))
        #expect(try await journal.load(RunNumber(8)) == nil)
    }

    @Test(arguments: Kind.allCases) func `a checkpoint takes the place of the rows that it covers`(
        _ kind: Kind
    ) async throws {
        let journal = try kind.make()
        _ = try await journal.beginEpoch()
        var batch = opening(1)
        batch.snapshot = Array("[\"\",{}]".utf8)
        _ = try await commit(batch, to: journal)
        var next = CommitBatch(run: RunNumber(1), tenant: "t", epoch: 1, sequence: 1)
        next.body = Array("[1,2,[2]]".utf8)
        next.hash = [1]
        _ = try await commit(next, to: journal)
        let stored = try #require(try await journal.load(RunNumber(1)))
        #expect(stored.snapshot?.sequence == 0)
        #expect(stored.rows.map(\.sequence) == [1])
    }

    @Test(arguments: Kind.allCases) func `timers come earliest first, and no more than asked for`(
        _ kind: Kind
    ) async throws {
        let journal = try kind.make()
        _ = try await journal.beginEpoch()
        for number in 1...5 {
            var batch = opening(Int64(number))
            batch.timers = [(key: 1, due: .unixEpoch + .seconds(Int64(10 - number)))]
            _ = try await commit(batch, to: journal)
        }
        let timers = try await journal.timers(from: .min, before: .unixEpoch + .seconds(9), limit: 3)
        #expect(timers.map(\.run.value) == [5, 4, 3])
        let later = try await journal.timers(from: .unixEpoch + .seconds(7), before: .max, limit: 9)
        #expect(later.map(\.run.value) == [3, 2, 1])
    }

    @Test(arguments: Kind.allCases) func `a run that rests is not busy until it works again`(
        _ kind: Kind
    ) async throws {
        let journal = try kind.make()
        _ = try await journal.beginEpoch()
        _ = try await commit(opening(1), to: journal)
        var rest = CommitBatch(run: RunNumber(1), tenant: "t", epoch: 1, sequence: 1)
        rest.summary = RunSummary(status: "Running", closed: nil, detail: "{}", isResting: true)
        _ = try await commit(rest, to: journal)
        #expect(try await journal.busyRuns(machine: "m", after: RunNumber(0), limit: 9).isEmpty)
        #expect(try await journal.load(RunNumber(1))?.summary.isResting == true)
        rest.summary?.isResting = false
        rest.sequence = 2
        _ = try await commit(rest, to: journal)
        #expect(try await journal.busyRuns(machine: "m", after: RunNumber(0), limit: 9).map(\.value) == [1])
    }

    @Test(arguments: Kind.allCases) func `an ended run has no timers and is not open`(_ kind: Kind) async throws {
        let journal = try kind.make()
        _ = try await journal.beginEpoch()
        var batch = opening(1)
        batch.timers = [(key: 1, due: .unixEpoch + .seconds(1))]
        _ = try await commit(batch, to: journal)
        _ = try await commit(opening(2), to: journal)
        #expect(try await journal.busyRuns(machine: "m", after: RunNumber(0), limit: 9).map(\.value) == [1, 2])
        var end = CommitBatch(run: RunNumber(1), tenant: "t", epoch: 1, sequence: 1)
        end.summary = RunSummary(status: "Succeeded", closed: .unixEpoch, detail: "{}")
        end.clearsAllTimers = true
        _ = try await commit(end, to: journal)
        #expect(try await journal.busyRuns(machine: "m", after: RunNumber(0), limit: 9).map(\.value) == [2])
        #expect(try await journal.timers(from: .min, before: .max, limit: 9).isEmpty)
        #expect(try await journal.load(RunNumber(1))?.summary.status == "Succeeded")
    }

    @Test(arguments: Kind.allCases) func `one cause starts one run, and a refused batch leaves nothing`(
        _ kind: Kind
    ) async throws {
        let journal = try kind.make()
        _ = try await journal.beginEpoch()
        _ = try await commit(opening(1, cause: "poll-1"), to: journal)
        var second = opening(2, cause: "poll-1")
        second.timers = [(key: 1, due: .unixEpoch)]
        #expect(await code(of: second, in: journal) == .duplicate)
        #expect(try await journal.load(RunNumber(2)) == nil)
        #expect(try await journal.timers(from: .min, before: .max, limit: 9).isEmpty)
    }

    @Test(arguments: Kind.allCases) func `a former owner cannot write`(_ kind: Kind) async throws {
        let journal = try kind.make()
        let first = try await journal.beginEpoch()
        _ = try await commit(opening(1, epoch: first), to: journal)
        let second = try await journal.beginEpoch()
        #expect(second > first)
        var takeover = CommitBatch(run: RunNumber(1), tenant: "t", epoch: second, sequence: 1)
        takeover.takesOver = true
        takeover.body = Array("[1,2,[2]]".utf8)
        takeover.hash = [2]
        _ = try await commit(takeover, to: journal)
        #expect(try await journal.load(RunNumber(1))?.epoch == second)
        var stale = CommitBatch(run: RunNumber(1), tenant: "t", epoch: first, sequence: 2)
        stale.body = Array("[1,2,[3]]".utf8)
        stale.hash = [3]
        #expect(await code(of: stale, in: journal) == .ownershipLost)
        #expect(try await journal.load(RunNumber(1))?.rows.count == 2)
    }

    @Test(arguments: Kind.allCases) func `a business key has one holder, then one answer`(_ kind: Kind) async throws {
        let journal = try kind.make()
        _ = try await journal.beginEpoch()
        for number in 1...3 { _ = try await commit(opening(Int64(number)), to: journal) }
        func claim(_ run: Int64) async throws -> ClaimOutcome {
            var batch = CommitBatch(run: RunNumber(run), tenant: "t", epoch: 1, sequence: 1)
            batch.claims = [KeyClaim(tenant: "t", key: "ticket/1", run: RunNumber(run), flight: 1)]
            return try #require(try await commit(batch, to: journal).claims.first)
        }
        func settle(_ run: Int64, _ outcome: KeySettlement.Outcome, ends: Bool = false) async throws {
            var batch = CommitBatch(run: RunNumber(run), tenant: "t", epoch: 1, sequence: 1)
            batch.settlements = [KeySettlement(tenant: "t", key: "ticket/1", run: RunNumber(run), outcome: outcome)]
            if ends { batch.summary = RunSummary(status: "Failed", closed: .unixEpoch, detail: "{}") }
            _ = try await commit(batch, to: journal)
        }
        #expect(try await claim(1) == .held)
        #expect(try await claim(1) == .held)
        #expect(try await claim(2) == .taken(by: RunNumber(1)))
        try await settle(2, .answered("not mine"))
        #expect(try await claim(3) == .taken(by: RunNumber(1)))
        try await settle(1, .released)
        #expect(try await claim(2) == .held)
        var end = CommitBatch(run: RunNumber(2), tenant: "t", epoch: 1, sequence: 1)
        end.summary = RunSummary(status: "Cancelled", closed: .unixEpoch, detail: "{}")
        _ = try await commit(end, to: journal)
        #expect(try await claim(3) == .inherited)
        try await settle(3, .answered("{\"id\":7}"))
        #expect(try await claim(1) == .answered("{\"id\":7}"))
    }
}
