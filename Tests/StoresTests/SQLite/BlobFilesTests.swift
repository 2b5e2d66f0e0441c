import Foundation
import Testing

@testable import Stores

@Suite struct BlobFilesTests {
    private func withBlobs(_ body: (Store, BlobFiles) async throws -> Void) async throws {
        let store = try Store.temporary(options: TestTables.options())
        let blobs = try BlobFiles(store: store, sealer: MixingSealer(), sizeLimit: 1_000_000)
        try await body(store, blobs)
        try await store.close()
    }

    private func bytes(_ count: Int, _ seed: Int = 1) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 8) &* seed) }
    }

    @Test(arguments: [0, 1, 65_537, 1_000_000])
    func aBodyComesBack(count: Int) async throws {
        try await withBlobs { _, blobs in
            let body = bytes(count)
            let pin = try await blobs.put(body, tenant: "a tenant/../ü")
            #expect(pin.reference.size == count)
            #expect(try await blobs.get(pin.reference) == body)
        }
    }

    @Test func whatIsTooLargeOrNotThereIsRefused() async throws {
        try await withBlobs { _, blobs in
            await #expect { _ = try await blobs.put(bytes(1_000_001), tenant: "t") } throws: { $0.isStore(.tooLarge) }
            let absent = BlobReference(tenant: "t", name: String(repeating: "0", count: 64), size: 1)
            await #expect { _ = try await blobs.get(absent) } throws: { $0.isStore(.missing) }
            let hostile = BlobReference(tenant: "t", name: "../../tocsin.sqlite", size: 1)
            await #expect { _ = try await blobs.get(hostile) } throws: { $0.isStore(.invalidName) }
            await #expect { _ = try await blobs.put([1], tenant: "") } throws: { $0.isStore(.invalidName) }
        }
    }

    @Test func aBlobOfOneTenantIsNotAnothers() async throws {
        try await withBlobs { store, blobs in
            let one = try await blobs.put(bytes(100), tenant: "one")
            let two = try await blobs.put(bytes(100), tenant: "two")
            #expect(one.reference.name != two.reference.name)
            // Moved by hand to the other tenant's place, it does not open.
            let paths = BlobPaths(folder: store.folder)
            try FileManager.default.removeItem(atPath: paths.file(two.reference.key))
            try FileManager.default.copyItem(
                atPath: paths.file(one.reference.key),
                toPath: paths.file(two.reference.key)
            )
            await #expect(throws: MixingSealer.Refusal.self) { try await blobs.get(two.reference) }
        }
    }

    @Test func onlyWhatNoOneHoldsIsCollected() async throws {
        try await withBlobs { store, blobs in
            let held = try await blobs.put(bytes(70_000, 1), tenant: "t")
            try await store.commit(.rest) { try blobs.hold(held, owner: "run/1", in: $0) }
            let pinned = try await blobs.put(bytes(70_000, 2), tenant: "t")
            let loose = try await blobs.put(bytes(70_000, 3), tenant: "t").reference
            // A hold that was taken back holds nothing.
            let failed = try await blobs.put(bytes(70_000, 4), tenant: "t").reference
            struct Refusal: Error {}
            await #expect(throws: Refusal.self) {
                let pin = try await blobs.put(bytes(70_000, 4), tenant: "t")
                try await store.commit(.rest) { (transaction: Transaction) -> Void in
                    try blobs.hold(pin, owner: "run/2", in: transaction)
                    throw Refusal()
                }
            }
            // The committer lets go of a refused closure, and of the pin in it, a moment after its caller was told.
            var removed = 0
            for _ in 0..<400 where removed < 2 {
                removed += try await blobs.collectGarbage().removed
                if removed < 2 { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(removed == 2)
            #expect(try await blobs.get(held.reference).count == 70_000)
            #expect(try await blobs.get(pinned.reference).count == 70_000)
            await #expect { _ = try await blobs.get(loose) } throws: { $0.isStore(.missing) }
            await #expect { _ = try await blobs.get(failed) } throws: { $0.isStore(.missing) }
        }
    }

    @Test func aBlobLivesAsLongAsOneOwnerHoldsIt() async throws {
        try await withBlobs { store, blobs in
            let reference = try await { () async throws -> BlobReference in
                let pin = try await blobs.put(bytes(70_000), tenant: "t")
                try await store.commit(.rest) { try blobs.hold(pin, owner: "run/1", in: $0) }
                return pin.reference
            }()
            try await store.commit(.rest) { try blobs.hold(reference, owner: "run/2", in: $0) }
            try await store.commit(.rest) { _ = try BlobFiles.release(owner: "run/1", tenant: "t", in: $0) }
            #expect(try await blobs.collectGarbage().removed == 0)
            try await store.commit(.rest) { _ = try BlobFiles.release(owner: "run/2", tenant: "t", in: $0) }
            await #expect {
                try await store.commit(.rest) { try blobs.hold(reference, owner: "run/3", in: $0) }
            } throws: {
                $0.isStore(.missing)
            }
            #expect(try await blobs.collectGarbage().removed == 1)
        }
    }

    @Test func whatACrashLeftUnfinishedIsRemoved() async throws {
        try await withBlobs { store, blobs in
            let leftover = BlobPaths(folder: store.folder).unfinished + "/1-1"
            try Data([1]).write(to: URL(fileURLWithPath: leftover))
            _ = try BlobFiles(store: store, sealer: MixingSealer())
            #expect(!DurableFiles.exists(leftover))
        }
    }

    /// Callers put, hold, release and put again the same few bodies while collections run without a pause: a blob that a
    /// committed row names is always there.
    @Test(.timeLimit(.minutes(1)))
    func collectionsNeverTakeWhatACommitNames() async throws {
        try await withBlobs { store, blobs in
            let rounds = 40
            let isDone = Recorder<Bool>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<6 {
                    group.addTask {
                        for count in 0..<rounds {
                            let body = bytes(2_000, count % 4 + 1)
                            let owner = "run/\(caller)"
                            let reference = try await { () async throws -> BlobReference in
                                let pin = try await blobs.put(body, tenant: "t")
                                try await store.commit(.journal) { try blobs.hold(pin, owner: owner, in: $0) }
                                return pin.reference
                            }()
                            await Task.yield()
                            #expect(try await blobs.get(reference) == body)
                            try await store.commit(.journal) {
                                _ = try BlobFiles.release(owner: owner, tenant: "t", in: $0)
                            }
                        }
                        isDone.add(true)
                    }
                }
                group.addTask {
                    var removed = 0
                    while isDone.count < 6 { removed += try await blobs.collectGarbage().removed }
                    removed += try await blobs.collectGarbage().removed
                    #expect(removed > 0)
                }
                try await group.waitForAll()
            }
        }
    }
}
