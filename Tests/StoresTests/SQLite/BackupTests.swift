import Foundation
import Testing

@testable import Stores

@Suite struct BackupTests {
    @Test(.timeLimit(.minutes(1)))
    func aBackupUnderLoadIsWholeAndCanBeRestored() async throws {
        let scratch = try Scratch()
        let store = try Store.open(folder: scratch("data"), options: TestTables.options())
        let blobs = try BlobFiles(store: store, sealer: MixingSealer())
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let pin = try await blobs.put(body, tenant: "t")
        try await store.commit(.rest) { try blobs.hold(pin, owner: "run/1", in: $0) }
        for part in 0..<20 {
            try await store.commit(.rest) { transaction in
                for seq in 0..<200 {
                    let change = TestTables.insertion("before-\(part)", seq, body: Array(repeating: 9, count: 1_000))
                    try transaction.execute(change.sql, change.arguments)
                }
            }
        }
        let isDone = Recorder<Bool>()
        async let writing: Int = {
            var seq = 0
            while isDone.count == 0 {
                try await store.commit(
                    .journal,
                    TestTables.insertion("during", seq, body: Array(repeating: 9, count: 1_000))
                )
                seq += 1
            }
            return seq
        }()
        let report = try await store.backup(to: scratch("backup"))
        isDone.add(true)
        let during = try await writing
        #expect(during > 0)
        #expect(report.rows["item", default: 0] >= 4_000)
        #expect(report.blobs == 1)
        #expect(try DurableFiles.names(in: scratch("backup")).sorted() == ["blobs", "manifest.json", "tocsin.sqlite"])
        try await store.close()

        let restored = try Store.restore(scratch("backup"), to: scratch("restored"))
        #expect(restored == report)
        let again = try Store.open(folder: scratch("restored"), options: TestTables.options())
        #expect(try await again.count() == report.rows["item"])
        let found = try await BlobFiles(store: again, sealer: MixingSealer()).get(pin.reference)
        #expect(found == body)
        #expect { try Store.restore(scratch("backup"), to: scratch("restored")) } throws: { $0.isStore(.locked) }
        try await again.close()
        #expect { try Store.restore(scratch("backup"), to: scratch("restored")) } throws: { $0.isStore(.backupFailed) }
    }

    @Test func aBackupNeverReplacesAnything() async throws {
        let scratch = try Scratch()
        let store = try Store.temporary(options: TestTables.options())
        _ = try await store.backup(to: scratch("backup"))
        await #expect { _ = try await store.backup(to: scratch("backup")) } throws: { $0.isStore(.backupFailed) }
        try await store.close()
    }

    private static let damages: [(String, @Sendable (String) throws -> Void)] = [
        ("a byte in the database", { try overwrite($0 + "/tocsin.sqlite", at: 4_096 * 3 + 20) }),
        ("no manifest", { try FileManager.default.removeItem(atPath: $0 + "/manifest.json") }),
        ("a manifest that is no JSON", { try Data("{".utf8).write(to: URL(fileURLWithPath: $0 + "/manifest.json")) }),
        (
            "a manifest without rows",
            { try Data("{\"format\":1}".utf8).write(to: URL(fileURLWithPath: $0 + "/manifest.json")) }
        ),
        (
            "a newer manifest",
            { try Data("{\"format\":9}".utf8).write(to: URL(fileURLWithPath: $0 + "/manifest.json")) }
        ),
        (
            "other numbers",
            { folder in
                let path = folder + "/manifest.json"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try text.replacingOccurrences(of: "\"item\":50", with: "\"item\":51").write(
                    toFile: path,
                    atomically: true,
                    encoding: .utf8
                )
            }
        ),
    ]

    private static func overwrite(_ path: String, at offset: UInt64) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data(repeating: 0xee, count: 200))
        try file.close()
    }

    @Test func damagedBackupsAreRefused() async throws {
        for (name, damage) in Self.damages {
            let scratch = try Scratch()
            let store = try Store.temporary(options: TestTables.options())
            for seq in 0..<50 {
                try await store.commit(.rest, TestTables.insertion("a", seq, body: Array(repeating: 1, count: 900)))
            }
            _ = try await store.backup(to: scratch("backup"))
            try await store.close()
            try damage(scratch("backup"))
            #expect(throws: StoreError.self, "\(name)") {
                try Store.restore(scratch("backup"), to: scratch("restored"))
            }
            #expect(!DurableFiles.exists(scratch("restored/tocsin.sqlite")), "\(name)")
        }
    }
}
