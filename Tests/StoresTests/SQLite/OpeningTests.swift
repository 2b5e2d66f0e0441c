import Foundation
import Glibc
import Testing

@testable import Stores

@Suite struct OpeningTests {
    /// GRDB's pool sets `synchronous = NORMAL` after the hook for settings: a commit would not be on the disk.
    @Test func everyCommitIsSyncedInFull() async throws {
        let store = try Store.temporary()
        #expect(try await store.onWriter("PRAGMA synchronous") == .integer(2))
        #expect(try await store.onWriter("PRAGMA journal_mode") == .text("wal"))
        #expect(try await store.onWriter("PRAGMA auto_vacuum") == .integer(2))
        #expect(try await store.onWriter("PRAGMA foreign_keys") == .integer(1))
        #expect(try await store.onWriter("PRAGMA wal_autocheckpoint") == .integer(0))
        try await store.close()
    }

    @Test func theFolderIsItsOwnersOnly() async throws {
        let scratch = try Scratch()
        let folder = scratch("above/data")
        let store = try Store.open(folder: folder, options: TestTables.options())
        try await store.commit(.rest, TestTables.insertion("a", 1))
        for name in ["", "/lock", "/tocsin.sqlite", "/tocsin.sqlite-wal", "/tocsin.sqlite-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + name)
            let permissions = try #require(attributes[.posixPermissions] as? NSNumber)
            #expect(permissions.intValue & 0o077 == 0, "\(name)")
        }
        try await store.close()
    }

    @Test func aFolderInUseNamesItsHolder() async throws {
        let scratch = try Scratch()
        let store = try Store.open(folder: scratch("data"))
        #expect {
            _ = try Store.open(folder: scratch("data"))
        } throws: { error in
            error.isStore(.locked) && "\(error)".contains("\(ProcessInfo.processInfo.processIdentifier)")
        }
        try await store.close()
        let again = try Store.open(folder: scratch("data"))
        try await again.close()
    }

    @Test func aDroppedStoreLetsGoOfItsFolder() async throws {
        let scratch = try Scratch()
        do {
            let store = try Store.open(folder: scratch("data"), options: TestTables.options())
            store.submit(.rest, TestTables.insertion("a", 1)) { _ in }
        }
        let store = try await openEventually(scratch("data"))
        #expect(try await store.count() == 1)
        try await store.close()
    }

    private func openEventually(_ folder: String) async throws -> Store {
        var found: Store?
        _ = try await eventually {
            do {
                found = try Store.open(folder: folder, options: TestTables.options())
                return true
            } catch let error as StoreError where error.code == .locked {
                return false
            }
        }
        return try #require(found)
    }

    @Test func aDatabaseOfAnotherProgramIsRefused() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch("data"), withIntermediateDirectories: true)
        let other = try PlainDatabase(scratch("data/tocsin.sqlite"), isReadOnly: false)
        try other.connection.runOnce("CREATE TABLE theirs (x)")
        other.close()
        #expect { _ = try Store.open(folder: scratch("data")) } throws: { $0.isStore(.foreignDatabase) }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch("data"), withIntermediateDirectories: true)
        try Data(repeating: 0x41, count: 5_000).write(to: URL(fileURLWithPath: scratch("data/tocsin.sqlite")))
        #expect { _ = try Store.open(folder: scratch("data")) } throws: { $0.isStore(.corrupt) }
    }

    @Test func aPlaceThatIsNoFolderIsRefused() throws {
        let scratch = try Scratch()
        try Data().write(to: URL(fileURLWithPath: scratch("file")))
        #expect { _ = try Store.open(folder: scratch("file")) } throws: { $0.isStore(.inputOutput) }
        #expect { _ = try Store.open(folder: scratch("file/below")) } throws: { $0 is StoreError }
    }

    @Test func everyTableHasATenant() async throws {
        let store = try Store.temporary(options: TestTables.options())
        #expect(try await store.tablesWithoutTenant() == [])
        try await store.close()
        let lacking = Migration(
            room: "X",
            number: 1,
            statements: ["CREATE TABLE x (a)", "CREATE TABLE y (tenant TEXT)"]
        )
        let other = try Store.temporary(options: StoreOptions(migrations: [lacking]))
        #expect(try await other.tablesWithoutTenant() == ["x", "y"])
        try await other.close()
    }

    @Test func aReadThatTakesTooLongEnds() async throws {
        var options = TestTables.options()
        options.readTimeLimit = .milliseconds(50)
        let store = try Store.temporary(options: options)
        await #expect {
            try await store.read {
                _ = try $0.query(
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
                )
            }
        } throws: {
            $0.isStore(.timedOut)
        }
        #expect(try await store.count() == 0)
        try await store.close()
    }

    @Test func aSubmissionThatDoesNotEndIsEnded() async throws {
        var options = TestTables.options()
        options.submissionTimeLimit = .milliseconds(50)
        let store = try Store.temporary(options: options)
        await #expect {
            try await store.commit(.rest) {
                try $0.execute(
                    """
                    INSERT INTO item (tenant, caller, seq)
                    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT 't', 'a', x FROM n WHERE x < 0
                    """
                )
            }
        } throws: {
            $0.isStore(.timedOut)
        }
        try await store.commit(.rest, TestTables.insertion("a", 1))
        #expect(try await store.count() == 1)
        try await store.close()
    }

    @Test func tooManyReadsAreRefused() async throws {
        var options = TestTables.options()
        options.readers = 1
        options.readQueueLimit = 2
        let store = try Store.temporary(options: options)
        let results = Recorder<StoreError.Code?>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let isOpen = Recorder<Bool>()
            for _ in 0..<8 {
                group.addTask {
                    do {
                        try await store.read { _ in while isOpen.count == 0 { usleep(500) } }
                        results.add(nil)
                    } catch let error as StoreError {
                        results.add(error.code)
                    }
                }
            }
            _ = try await eventually { results.count >= 5 }
            isOpen.add(true)
            try await group.waitForAll()
        }
        #expect(results.all.filter { $0 == .overloaded }.count >= 5)
        #expect(results.all.contains(nil))
        try await store.close()
    }

    @Test func statisticsCountWhatWasDone() async throws {
        let store = try Store.temporary(options: TestTables.options())
        let barrier = await Barrier.stand(in: store)
        let done = Recorder<Bool>()
        for seq in 0..<10 { store.submit(.journal, TestTables.insertion("a", seq)) { _ in done.add(true) } }
        store.submit(.journal, TestTables.insertion("a", 0)) { _ in done.add(false) }
        #expect(store.queueDepths[.journal] == 11)
        barrier.open()
        _ = try await eventually { done.count == 11 && store.queueDepths[.journal] == 0 }
        _ = try await store.count()
        let statistics = store.statistics
        #expect(statistics.rows >= 10)
        #expect(statistics.submissions == 11)
        #expect(statistics.failures == 1)
        #expect(statistics.commits >= 1 && statistics.commits <= 3)
        #expect(statistics.reads == 1)
        try await store.close()
    }
}
