import Stores
import Testing

@Suite struct ValueConformance {
    private static let values: [(String, SQLValue, SQLValue, SQLValue, SQLValue)] = [
        ("nulls", .null, .null, .null, .null),
        ("zero", 0, .real(0), "", .blob([])),
        ("smallest", .integer(.min), .real(-.greatestFiniteMagnitude), "\u{0}a\u{0}", .blob([0])),
        ("largest", .integer(.max), .real(.infinity), "z\u{301}🔔 日本", .blob(Array(0...255))),
        ("tiny", -1, .real(.leastNonzeroMagnitude), "'; DROP TABLE kept; --", .blob([0xff, 0xfe])),
        (
            "large", 1, .real(0.1), .text(String(repeating: "é", count: 100_000)),
            .blob(Array(repeating: 7, count: 3_000_000))
        ),
    ]

    @Test(arguments: EngineUnderTest.all)
    func valuesComeBackAsTheyWere(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            for (name, integer, real, text, blob) in Self.values {
                try await store.commit(
                    .rest,
                    Change(
                        "INSERT INTO kept (tenant, name, i, r, t, b) VALUES (?, ?, ?, ?, ?, ?)",
                        ["t", .text(name), integer, real, text, blob]
                    )
                )
                let row = try await store.read {
                    try $0.first("SELECT i, r, t, b FROM kept WHERE tenant = 't' AND name = ?", [.text(name)])
                }
                let found = try #require(row)
                #expect(found[0].value == integer, "\(name)")
                #expect(found[1].value == real, "\(name)")
                #expect(found[2].value == text, "\(name)")
                #expect(found[3].value == blob, "\(name)")
                #expect(found[4].isNull)
            }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aColumnIsReadAsItsTypeOrNotAtAll(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            try await store.read { snapshot in
                let row = try #require(try snapshot.first("SELECT 1, 'x', NULL, 2.5"))
                #expect(try row[0].integer == 1)
                #expect(try row[0].real == 1)
                #expect(try row[0].flag)
                #expect(try row[1].text == "x")
                #expect(try row[1].blob == Array("x".utf8))
                #expect(try row[2].optionalText == nil)
                #expect(try row[3].optionalReal == 2.5)
                #expect { try row[1].integer } throws: { $0.isStore(.wrongType) }
                #expect { try row[2].text } throws: { $0.isStore(.wrongType) }
                #expect { try row[0].optionalText } throws: { $0.isStore(.wrongType) }
            }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func theFirstRowIsReadAlone(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            // Without an end, this would take forever.
            let sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n WHERE x > ?"
            let found = try await store.read { try $0.first(sql, [10])?[0].integer }
            #expect(found == 11)
            let none = try await store.read { try $0.first("SELECT 1 WHERE 0") }
            #expect(none?.count == nil)
            let first = try await store.commit(.rest) { transaction in
                try transaction.first(
                    "INSERT INTO item (tenant, caller, seq) VALUES ('t', 'a', 1), ('t', 'a', 2), ('t', 'a', 3) RETURNING seq"
                )?[0].integer
            }
            #expect(first == 1)
            #expect(try await store.count("a") == 3)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func notANumberIsRefusedRatherThanLost(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            await #expect {
                try await store.commit(
                    .rest,
                    Change("INSERT INTO kept (tenant, name, r) VALUES ('t', 'nan', ?)", [.real(.nan)])
                )
            } throws: {
                $0.isStore(.invalidSQL)
            }
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func rowsComeOneByOneAndMayNest(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            for seq in 0..<20 { try await store.commit(.rest, TestTables.insertion("a", seq)) }
            let pairs = try await store.read { snapshot in
                var count = 0
                let sql = "SELECT seq FROM item WHERE caller = ? ORDER BY seq"
                try snapshot.each(sql, ["a"]) { outer in
                    // The same text while it runs already.
                    try snapshot.each(sql, ["a"]) { inner in
                        if try outer[0].integer < inner[0].integer { count += 1 }
                    }
                }
                return count
            }
            #expect(pairs == 190)
        }
    }

    private static let refusedStatements: [(String, [SQLValue])] = [
        ("COMMIT", []), ("BEGIN", []), ("ROLLBACK", []), ("SAVEPOINT x", []), ("RELEASE submission", []),
        ("PRAGMA synchronous = OFF", []), ("CREATE TABLE x (tenant TEXT)", []), ("DROP TABLE item", []),
        ("ATTACH ':memory:' AS x", []), ("VACUUM", []), ("", []), ("  -- nothing\n", []),
        ("/* */ COMMIT", []), ("SELECT 1; SELECT 2", []), ("SELECT ?", []), ("SELECT 1", [.integer(1)]),
        ("SELECT nothing FROM nowhere", []), ("SELEC 1", []),
    ]

    @Test(arguments: EngineUnderTest.all)
    func whatIsNotForRoomsIsRefused(engine: EngineUnderTest) async throws {
        try await engine.withStore { store async throws in
            for (sql, arguments) in Self.refusedStatements {
                await #expect {
                    try await store.commit(.rest) { _ = try $0.query(sql, arguments) }
                } throws: {
                    $0.isStore(.invalidSQL)
                }
                await #expect {
                    try await store.commit(.rest, Change(sql, arguments))
                } throws: {
                    $0.isStore(.invalidSQL)
                }
            }
            // One caller's mistake is no one else's.
            try await store.commit(.rest, TestTables.insertion("a", 1))
            #expect(try await store.count() == 1)
        }
    }

    @Test(arguments: EngineUnderTest.all)
    func aTransactionThatEscapesIsDead(engine: EngineUnderTest) async throws {
        final class Escape: @unchecked Sendable {
            var transaction: Transaction?
        }
        try await engine.withStore { store async throws in
            let escape = Escape()
            try await store.commit(.rest) { escape.transaction = $0 }
            #expect { try escape.transaction?.execute("DELETE FROM item") } throws: { $0.isStore(.closed) }
        }
    }
}
