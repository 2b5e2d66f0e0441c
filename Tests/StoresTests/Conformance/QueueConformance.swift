import Stores
import Testing

@Suite struct QueueConformance {
    @Test(arguments: EngineUnderTest.all)
    func aLaneKeepsItsOrder(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            let order = Recorder<Int>()
            for seq in 0..<2_000 {
                store.submit(.intake, TestTables.insertion("a", seq)) { _ in order.add(seq) }
            }
            #expect(try await eventually { order.count == 2_000 })
            #expect(order.all == Array(0..<2_000))
            let ids = try await store.read {
                try $0.query("SELECT seq FROM item ORDER BY id").map { try $0[0].integer }
            }
            #expect(ids == (0..<2_000).map { Int64($0) })
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aFullLaneRefusesAndTheOthersGoOn(engine: EngineUnderTest) async throws {
        try await engine.withStore(TestTables.options { $0.queueLimit = 10 }) { store async throws in
            let barrier = await Barrier.stand(in: store)
            let results = Recorder<StoreError.Code?>()
            for seq in 0..<15 {
                store.submit(.journal, TestTables.insertion("a", seq)) { result in
                    switch result {
                    case .success: results.add(nil)
                    case .failure(let error): results.add((error as? StoreError)?.code)
                    }
                }
            }
            // Refusals are told at once, on this thread.
            #expect(results.all == Array(repeating: StoreError.Code.overloaded, count: 5))
            store.submit(.intake, TestTables.insertion("b", 0)) { _ in }
            barrier.open()
            #expect(try await eventually { results.count == 15 })
            #expect(try await store.count("a") == 10)
            try await store.commit(.journal, TestTables.insertion("a", 100))
            #expect(try await store.count() == 12)
        }
    }

    /// All lanes full: time is shared 6 : 3 : 1, and none starves.
    @Test(arguments: EngineUnderTest.all)
    func lanesShareByWeight(engine: EngineUnderTest) async throws {
        try await engine.withStore(TestTables.options { $0.commitRows = 100 }) { store async throws in
            let barrier = await Barrier.stand(in: store)
            let order = Recorder<Lane>()
            for seq in 0..<3_000 {
                for lane in Lane.allCases {
                    store.submit(lane, TestTables.insertion(lane.name, seq, body: Array(repeating: 1, count: 500))) {
                        _ in
                        order.add(lane)
                    }
                }
            }
            barrier.open()
            let isDone = try await eventually { order.count == 9_000 }
            #expect(isDone)
            let early = order.all.prefix(2_500)
            let shares = Dictionary(grouping: early, by: { $0 }).mapValues { Double($0.count) / 2_500 }
            #expect((0.30...0.90).contains(shares[.journal, default: 0]), "\(shares)")
            #expect((0.08...0.55).contains(shares[.intake, default: 0]), "\(shares)")
            // Time is what is shared, so that a busy machine moves the numbers: no lane starves, and none takes over.
            #expect((0.004...0.30).contains(shares[.rest, default: 0]), "\(shares)")
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aLongSliceDoesNotStarveTheJournal(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            let order = Recorder<String>()
            let barrier = await Barrier.stand(in: store)
            for number in 0..<10 {
                store.submit(.rest) { transaction in
                    // Some milliseconds of work.
                    for seq in 0..<400 {
                        let change = TestTables.insertion("slice-\(number)", seq)
                        try transaction.execute(change.sql, change.arguments)
                    }
                } whenDone: { _ in
                    order.add("slice")
                }
                store.submit(.journal, TestTables.insertion("run", number)) { _ in order.add("run") }
            }
            barrier.open()
            let isDone = try await eventually { order.count == 20 }
            #expect(isDone)
            // The journal's ten small writes do not wait for more than two of the slices.
            let lastRun = order.all.lastIndex(of: "run") ?? 99
            #expect(lastRun <= 12, "\(order.all)")
        }
    }
}
