import Stores
import Testing

@Suite struct MigrationConformance {
    private static func step(_ number: Int, _ statements: String...) -> Migration {
        Migration(room: "Room", number: number, statements: statements)
    }

    private static let first = step(1, "CREATE TABLE a (tenant TEXT NOT NULL, x INTEGER)")
    private static let second = step(2, "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 5")

    @Test(arguments: EngineUnderTest.all)
    func stepsAreAppliedOnceAndInOrder(engine: EngineUnderTest) async throws {
        let scratch = try Scratch()
        let old = try await engine.open(scratch("data"), StoreOptions(migrations: [Self.first]))
        try await old.commit(.rest, Change("INSERT INTO a (tenant, x) VALUES ('t', 1)"))
        try await old.close()
        for _ in 0..<2 {
            let new = try await engine.open(scratch("data"), StoreOptions(migrations: [Self.first, Self.second]))
            #expect(try await new.read { try $0.first("SELECT y FROM a")?[0].integer } == 5)
            try await new.close()
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aDatabaseOfANewerProgramIsRefused(engine: EngineUnderTest) async throws {
        let scratch = try Scratch()
        let new = try await engine.open(scratch("data"), StoreOptions(migrations: [Self.first, Self.second]))
        try await new.close()
        await #expect {
            _ = try await engine.open(scratch("data"), StoreOptions(migrations: [Self.first]))
        } throws: { error in
            error.isStore(.newerDatabase) && "\(error)".contains("step 2 of Room")
        }
        // The refusal let go of the place.
        let again = try await engine.open(scratch("data"), StoreOptions(migrations: [Self.first, Self.second]))
        try await again.close()
    }

    @Test(arguments: EngineUnderTest.all)
    func aStepThatFailsLeavesNothingBehind(engine: EngineUnderTest) async throws {
        let scratch = try Scratch()
        let broken = Self.step(1, "CREATE TABLE a (tenant TEXT NOT NULL)", "INSERT INTO nowhere VALUES (1)")
        await #expect(throws: StoreError.self) {
            _ = try await engine.open(scratch("data"), StoreOptions(migrations: [broken]))
        }
        let store = try await engine.open(scratch("data"), StoreOptions(migrations: [Self.first]))
        #expect(try await store.read { try $0.query("SELECT x FROM a").count } == 0)
        try await store.close()
    }

    private static let contradictions: [[Migration]] = [
        [step(2)], [step(1), step(3)], [step(1), step(1)], [step(0)],
    ]

    @Test(arguments: EngineUnderTest.all)
    func aListThatContradictsItselfIsRefused(engine: EngineUnderTest) async throws {
        for list in Self.contradictions {
            let scratch = try Scratch()
            await #expect {
                _ = try await engine.open(scratch("data"), StoreOptions(migrations: list))
            } throws: {
                $0.isStore(.invalidMigration)
            }
        }
    }
}
