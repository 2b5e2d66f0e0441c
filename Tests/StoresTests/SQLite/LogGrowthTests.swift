import JSONTree
import Testing

@testable import Stores

@Suite struct LogGrowthTests {
    /// With readers at all times, the log stays near its limits, and is reclaimed when the load ends.
    @Test(.timeLimit(.minutes(1)))
    func theLogStaysBoundedUnderLoad() async throws {
        let scratch = try Scratch()
        let options = TestTables.options {
            $0.checkpointPages = 200
            $0.checkpointForcedPages = 1_000
            $0.idleTime = .milliseconds(50)
        }
        let store = try Store.open(folder: scratch("data"), options: options)
        let log = scratch("data/tocsin.sqlite-wal")
        var largest = 0
        let each = 250
        let isDone = Recorder<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<32 {
                group.addTask {
                    for seq in 0..<each {
                        try await store.commit(
                            .journal,
                            TestTables.insertion("c\(caller)", seq, body: Array(repeating: UInt8(caller), count: 1_000))
                        )
                    }
                    isDone.add(true)
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    while isDone.count < 32 {
                        try await store.read { snapshot in
                            let stop = ContinuousClock.now + .milliseconds(5)
                            while ContinuousClock.now < stop { _ = try snapshot.query("SELECT max(id) FROM item") }
                        }
                    }
                }
            }
            while isDone.count < 32 {
                largest = max(largest, fileSize(log))
                try await Task.sleep(for: .milliseconds(10))
            }
            try await group.waitForAll()
        }
        let written = store.statistics.rows
        #expect(written == 32 * each)
        #expect(store.statistics.checkpoints > 2)
        // The forced limit, and what one commit and one blocked try may add.
        #expect(largest < 12 << 20, "\(largest) bytes of log for \(written) rows")
        #expect(try await eventually { fileSize(scratch("data/tocsin.sqlite")) > written * 1_000 })
        try await store.close()
        #expect(fileSize(log) == 0)
    }

    @Test func spaceOfDeletedRowsIsGivenBack() async throws {
        let store = try Store.temporary(options: TestTables.options())
        for part in 0..<10 {
            try await store.commit(.rest) { transaction in
                for seq in 0..<200 {
                    let change = TestTables.insertion("c\(part)", seq, body: Array(repeating: 1, count: 2_000))
                    try transaction.execute(change.sql, change.arguments)
                }
            }
        }
        let full = try await store.onWriter("PRAGMA page_count")
        let slices = try await store.inSlices(pause: .zero) { transaction in
            try transaction.execute("DELETE FROM item WHERE id IN (SELECT id FROM item LIMIT 150)") == 150
        }
        #expect(slices == 14)
        let freed = try await store.reclaimSpace(keeping: 10)
        #expect(freed > 500)
        #expect(try await store.onWriter("PRAGMA freelist_count") == .integer(10))
        let left = try await store.onWriter("PRAGMA page_count")
        guard case .integer(let before) = full, case .integer(let after) = left else {
            Issue.record("page_count gives integers")
            return
        }
        #expect(after < before / 4)
        try await store.close()
    }

    @Test func theCalibrationMeasures() throws {
        let scratch = try Scratch()
        let figures = try StoreCalibration.run(folder: scratch.path, seconds: 0.3)
        #expect(figures.groupCommittedRowsPerSecond > 500)
        #expect(figures.fsyncsPerSecond > 5)
        #expect(figures.syncP50Milliseconds > 0)
        #expect(figures.json["groupCommittedRowsPerSecond"]?.doubleValue ?? 0 > 500)
        #expect(try DurableFiles.names(in: scratch.path).isEmpty)
    }
}
