import Foundation
import Glibc
import Testing

@testable import Stores

@Suite struct DiskFullTests {
    /// SQLite's own limit of pages fails as a full disk does.
    @Test(.timeLimit(.minutes(1)))
    func aFullDatabaseFailsCleanlyAndHeals() async throws {
        let store = try Store.temporary(options: TestTables.options())
        _ = try await store.onWriter("PRAGMA max_page_count = 60")
        let (kept, refused) = await fill(store, from: 0, atMost: 500)
        #expect(kept > 0)
        #expect(refused == .diskFull)
        #expect(try await store.count() == kept)
        _ = try await store.onWriter("PRAGMA max_page_count = 1000000")
        try await store.commit(.rest, TestTables.insertion("after", 1, body: Array(repeating: 1, count: 5_000)))
        #expect(try await store.count() == kept + 1)
        try await store.close()
    }

    /// Writes rows until one is refused; how many were kept, and why it ended.
    private func fill(_ store: Store, from first: Int, atMost count: Int) async -> (Int, StoreError.Code?) {
        for seq in first..<(first + count) {
            do {
                try await store.commit(.rest, TestTables.insertion("a", seq, body: Array(repeating: 1, count: 5_000)))
            } catch {
                return (seq - first, (error as? StoreError)?.code)
            }
        }
        return (count, nil)
    }

    /// A real file system of 8 MB; needs the right to mount one.
    @Test(
        .timeLimit(.minutes(1)),
        .enabled(if: SmallDisk.isPossible, "mounting a small file system is not allowed here")
    )
    func aFullDiskFailsCleanlyAndHeals() async throws {
        let disk = try #require(SmallDisk(bytes: 8 << 20))
        let ballast = disk.path + "/ballast"
        try Data(repeating: 1, count: 3 << 20).write(to: URL(fileURLWithPath: ballast))
        let store = try Store.open(folder: disk.path + "/data", options: TestTables.options())
        let (kept, refused) = await fill(store, from: 0, atMost: 5_000)
        #expect(refused == .diskFull)
        #expect(kept > 100)
        // Many at once, so that groups fail as a whole: none of them may be half there.
        let results = Recorder<Bool>()
        for seq in 0..<200 {
            store.submit(.journal, TestTables.insertion("b", seq, body: Array(repeating: 1, count: 5_000))) { result in
                if case .success = result { results.add(true) } else { results.add(false) }
            }
        }
        #expect(try await eventually { results.count == 200 })
        #expect(try await store.count("b") == results.all.filter { $0 }.count)
        let blobs = try BlobFiles(store: store, sealer: MixingSealer())
        await #expect {
            for part in 0..<100 {
                let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 17 &+ part) }
                _ = try await blobs.put(body, tenant: "t")
            }
        } throws: {
            $0.isStore(.diskFull)
        }
        try FileManager.default.removeItem(atPath: ballast)
        #expect(try await blobs.collectGarbage().isDone)
        for seq in 0..<20 {
            try await store.commit(.rest, TestTables.insertion("after", seq, body: Array(repeating: 1, count: 5_000)))
        }
        #expect(try await store.count("a") == kept)
        #expect(try await store.count("after") == 20)
        #expect(try await store.onWriter("PRAGMA integrity_check") == .text("ok"))
        try await store.close()
    }
}

/// A file system in memory of a few megabytes, unmounted with its last reference.
final class SmallDisk: Sendable {
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
