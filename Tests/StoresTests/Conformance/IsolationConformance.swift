import Glibc
import Stores
import Testing

@Suite struct IsolationConformance {
    private struct Refusal: Error, Equatable { let number: Int }

    @Test(arguments: EngineUnderTest.all)
    func aFailureTakesBackItsOwnWritesAndNoOneElses(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            let barrier = await Barrier.stand(in: store)
            let results = Recorder<(Int, Bool)>()
            for number in 0..<30 {
                store.submit(.journal) { transaction in
                    try transaction.execute(
                        "INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', ?)",
                        [.integer(Int64(number))]
                    )
                    try transaction.execute(
                        "INSERT INTO item (tenant, caller, seq) VALUES ('t', 'b', ?)",
                        [.integer(Int64(number))]
                    )
                    if number % 3 == 0 { throw Refusal(number: number) }
                    // A failed statement, after two that went well.
                    if number % 3 == 1 {
                        try transaction.execute("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 2)")
                    }
                } whenDone: { result in
                    switch result {
                    case .success: results.add((number, true))
                    case .failure: results.add((number, false))
                    }
                }
            }
            barrier.open()
            #expect(try await eventually { results.count == 30 })
            for (number, isKept) in results.all {
                // The first of the rest (number 1) comes before 2 is there: its own third statement is kept, and then 2 fails.
                if number == 1 || number == 2 { continue }
                #expect(isKept == (number % 3 == 2), "\(number)")
            }
            let kept = results.all.filter(\.1).count
            #expect(try await store.count("b") == kept)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func theErrorThatTheClosureThrewComesBack(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            await #expect(throws: Refusal(number: 7)) {
                try await store.commit(.rest) { transaction in
                    try transaction.execute("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 1)")
                    throw Refusal(number: 7)
                }
            }
            #expect(try await store.count() == 0)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aCaughtErrorOfAStatementLeavesTheOthersInPlace(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            let code = try await store.commit(.rest) { transaction -> StoreError.Code? in
                try transaction.execute("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 1)")
                do {
                    try transaction.execute("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 1)")
                    return nil
                } catch let error as StoreError {
                    try transaction.execute("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 2)")
                    return error.code
                }
            }
            #expect(code == .constraint)
            #expect(try await store.count("a") == 2)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aSnapshotSeesOneMoment(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            try await store.commit(.rest, TestTables.insertion("a", 0))
            let (before, after) = try await withThrowingTaskGroup(of: Void.self) { group in
                let started = Recorder<Bool>()
                let written = Recorder<Bool>()
                group.addTask {
                    while started.count == 0 { try await Task.sleep(for: .milliseconds(1)) }
                    for seq in 1..<5 { try await store.commit(.rest, TestTables.insertion("a", seq)) }
                    written.add(true)
                }
                let counts = try await store.read { snapshot in
                    let count = { try snapshot.first("SELECT count(*) FROM item")?[0].integer }
                    started.add(true)
                    let before = try count()
                    while written.count == 0 { usleep(500) }
                    return (before, try count())
                }
                try await group.waitForAll()
                return counts
            }
            #expect(before == 1)
            #expect(after == 1)
            #expect(try await store.count() == 5)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aSubmissionSeesWhatWasWrittenBeforeIt(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            let seen = try await store.commit(.rest) { transaction in
                try transaction.execute("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 1)")
                return try transaction.query("SELECT seq FROM item").count
            }
            #expect(seen == 1)
            let returned = try await store.commit(.rest) { transaction in
                try transaction.query("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 9) RETURNING seq + 1")[
                    0
                ][0].integer
            }
            #expect(returned == 10)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aFailureAfterAReturningInsertTakesItBack(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            await #expect(throws: Refusal.self) {
                try await store.commit(.rest) { transaction in
                    _ = try transaction.query(
                        "INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 9) RETURNING seq"
                    )
                    throw Refusal(number: 1)
                }
            }
            #expect(try await store.count() == 0)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aSnapshotCannotWrite(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            await #expect {
                try await store.read {
                    _ = try $0.query("INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 9) RETURNING seq")
                }
            } throws: {
                $0.isStore(.readOnly)
            }
        }
    }
}
