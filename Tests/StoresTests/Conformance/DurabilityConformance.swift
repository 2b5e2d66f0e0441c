import Stores
import Testing

@Suite struct DurabilityConformance {
    @Test(arguments: EngineUnderTest.all)
    func whatWasCommittedIsThereAfterReopening(engine: EngineUnderTest) async throws {
        let scratch = try Scratch()
        let first = try await engine.open(scratch("data"), TestTables.options())
        for seq in 0..<10 { try await first.commit(.journal, TestTables.insertion("a", seq)) }
        try await first.close()
        let second = try await engine.open(scratch("data"), TestTables.options())
        #expect(try await second.count("a") == 10)
        try await second.close()
    }

    @Test(arguments: EngineUnderTest.all)
    func whatWaitsWhenTheStoreClosesIsStillCommitted(engine: EngineUnderTest) async throws {
        let scratch = try Scratch()
        let store = try await engine.open(scratch("data"), TestTables.options())
        let done = Recorder<Bool>()
        for seq in 0..<500 {
            store.submit(.journal, TestTables.insertion("a", seq)) { result in
                if case .success = result { done.add(true) }
            }
        }
        try await store.close()
        #expect(done.count == 500)
        let again = try await engine.open(scratch("data"), TestTables.options())
        #expect(try await again.count("a") == 500)
        try await again.close()
    }

    @Test(arguments: EngineUnderTest.all)
    func aClosedStoreRefuses(engine: EngineUnderTest) async throws {
        let scratch = try Scratch()
        let store = try await engine.open(scratch("data"), TestTables.options())
        try await store.close()
        try await store.close()
        await #expect { try await store.commit(.rest, TestTables.insertion("a", 1)) } throws: { $0.isStore(.closed) }
        await #expect { _ = try await store.count() } throws: { $0.isStore(.closed) }
    }

    /// 100,000 submissions by 256 tasks: all are there, each caller's in the order in which it made them.
    @Test(.timeLimit(.minutes(2)), arguments: EngineUnderTest.all)
    func manyCallersLoseNothingAndKeepTheirOrder(engine: EngineUnderTest) async throws {
        let callers = 256
        let each = 391
        let scratch = try Scratch()
        let store = try await engine.open(scratch("data"), TestTables.options())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for seq in 0..<each {
                        // Half by value, half by closure; the lane is the same, so that the order must hold.
                        let change = TestTables.insertion("caller-\(caller)", seq, body: [1, 2, 3])
                        if seq.isMultiple(of: 2) {
                            try await store.commit(.journal, change)
                        } else {
                            try await store.commit(.journal) { try $0.execute(change.sql, change.arguments) }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await store.close()
        let again = try await engine.open(scratch("data"), TestTables.options())
        #expect(try await again.count() == callers * each)
        let disorder = try await again.read { snapshot in
            try snapshot.first(
                """
                SELECT count(*) FROM (
                    SELECT seq, row_number() OVER (PARTITION BY caller ORDER BY id) - 1 AS place FROM item)
                WHERE seq <> place
                """
            )?[0].integer
        }
        #expect(disorder == 0)
        try await again.close()
    }
}

extension Error {
    /// Whether this is a store's error of a code.
    func isStore(_ code: StoreError.Code) -> Bool { (self as? StoreError)?.code == code }
}
