import Durable
import Foundation
import Glibc
import Moments
import Testing

@testable import Stores

/// A full disk refuses what is new, holds what was accepted, and loses nothing.
@Suite(.timeLimit(.minutes(1)))
struct FullDiskTests {
    @Test func `starts are refused, runs under way wait, and all goes on when there is room`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let journal = SQLJournal(store: store, clock: SystemClock())
        let world = DiaryWorld()
        let driver = try await DiaryDriver(journal, world)
        let before = try await driver.start(.say("before"))
        try await store.limitPages(toThoseInUse: true)

        // What no free page is left for is refused, and nothing of it is there.
        let long = String(repeating: "x", count: 60_000)
        var accepted = [before]
        var refusal: DurableError?
        for _ in 0..<50 where refusal == nil {
            do {
                accepted.append(try await driver.start(.say(long), cause: "cause \(accepted.count)"))
            } catch {
                refusal = error as? DurableError
            }
        }
        #expect(refusal?.code == .diskFull)
        #expect(refusal?.isTransient == true)
        let listed = try await store.read {
            try SQLRuns.list(tenant: "t", scope: "diary", limit: 1_000, in: $0).map(\.header.number)
        }
        #expect(Set(listed) == Set(accepted))
        let causes = try await store.read { try $0.first("SELECT COUNT(*) FROM run_cause")?[0].integer }
        #expect(causes == Int64(accepted.count - 1))

        // A run that was accepted keeps its step until it can be written.
        let step = Task { try await driver.driver.deliver(.say(long), to: before) }
        try await eventually { store.statistics.failures > 1 }
        try await store.limitPages(toThoseInUse: false)
        let serving = Task { await driver.driver.run() }
        _ = try await step.value
        #expect(try await journal.load(before)?.rows.count == 2)

        // The cause that was refused is free, and starts one run.
        let cause = "cause \(accepted.count)"
        try await driver.start(.say("again"), cause: cause)
        await #expect { try await driver.start(.say("twice"), cause: cause) } throws: {
            ($0 as? DurableError)?.code == .duplicate
        }
        let report = try await JournalVerifier(store: store).verify()
        #expect(report.problems.isEmpty)
        serving.cancel()
        await driver.driver.shutDown()
        try await store.close()
    }

    /// A real file system of 6 MB; needs the right to mount one.
    @Test(.enabled(if: SmallDisk.isPossible, "mounting a small file system is not allowed here"))
    func `a large value that the disk has no room for refuses the start, and leaves nothing behind`() async throws {
        let disk = try #require(SmallDisk(bytes: 6 << 20))
        let ballast = disk.path + "/ballast"
        try Data(repeating: 1, count: 4 << 20).write(to: URL(fileURLWithPath: ballast))
        let store = try Store.open(
            folder: disk.path + "/data",
            options: StoreOptions(migrations: DurableMigrations.all)
        )
        let journal = SQLJournal(
            store: store,
            clock: SystemClock(),
            blobs: try BlobFiles(store: store, sealer: TestSealer())
        )
        let driver = try await DiaryDriver(journal, DiaryWorld())
        let small = try await driver.start(.say("small"))
        let large = String(repeating: "0123456789abcdef", count: 200_000)
        await #expect { try await driver.start(.say(large), cause: "once") } throws: {
            ($0 as? DurableError)?.code == .diskFull
        }
        let files = try FileManager.default.subpathsOfDirectory(atPath: store.folder + "/blobs")
        #expect(files.allSatisfy { ($0 as NSString).lastPathComponent.count < 60 }, "\(files)")
        try await driver.driver.deliver(.say("still here"), to: small)
        try FileManager.default.removeItem(atPath: ballast)
        let run = try await driver.start(.say(large), cause: "once")
        let stored = try #require(try await journal.load(run))
        let state = try JournalReplay.replay(stored, program: .init(), machine: DiaryMachine()).state
        #expect(state.lines == [large])
        await driver.driver.shutDown()
        try await store.close()
    }
}

/// A file system in memory of a few megabytes, unmounted with its last reference.
private final class SmallDisk: Sendable {
    let path: String

    static let isPossible: Bool = SmallDisk(bytes: 1 << 20) != nil

    init?(bytes: Int) {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-disk-\(UUID().uuidString)").path
        guard mkdir(path, 0o700) == 0 else { return nil }
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            rmdir(path)
            return nil
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }
}

extension Store {
    /// Lets the database grow no more, as a full disk does; or as it likes.
    fileprivate func limitPages(toThoseInUse isFull: Bool) async throws {
        _ = try await onWriter { (continuation: CheckedContinuation<SQLValue, any Error>) in
            PageLimit(isFull, continuation)
        }
    }
}

private final class PageLimit: WriterWork {
    private let isFull: Bool
    private let continuation: CheckedContinuation<SQLValue, any Error>

    init(_ isFull: Bool, _ continuation: CheckedContinuation<SQLValue, any Error>) {
        self.isFull = isFull
        self.continuation = continuation
    }

    func slice(_ connection: SQLiteConnection) -> Maintenance.Outcome {
        continuation.resume(
            with: Result {
                guard isFull else { return try connection.run("PRAGMA max_page_count = 1000000") }
                guard case .integer(let pages) = try connection.run("PRAGMA page_count") else { return .null }
                return try connection.run("PRAGMA max_page_count = \(pages)")
            }
        )
        return .done
    }

    func fail(_ error: any Error) { continuation.resume(throwing: error) }
}
