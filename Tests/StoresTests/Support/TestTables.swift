import Stores

/// Tables that the tests of stores write to.
enum TestTables {
    static let migrations = [
        Migration(
            room: "Tests",
            number: 1,
            statements: [
                """
                CREATE TABLE item (
                    id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, caller TEXT NOT NULL, seq INTEGER NOT NULL, body BLOB,
                    UNIQUE (tenant, caller, seq))
                """,
                """
                CREATE TABLE kept (
                    tenant TEXT NOT NULL, name TEXT NOT NULL, i INTEGER, r REAL, t TEXT, b BLOB, PRIMARY KEY (tenant, name))
                """,
            ]
        )
    ]

    static func options(_ change: (inout StoreOptions) -> Void = { _ in }) -> StoreOptions {
        var options = StoreOptions(migrations: migrations)
        change(&options)
        return options
    }

    static func insertion(_ caller: String, _ seq: Int, body: [UInt8]? = nil) -> Change {
        Change(
            "INSERT INTO item (tenant, caller, seq, body) VALUES ('t', ?, ?, ?)",
            [.text(caller), .integer(Int64(seq)), .blob(orNull: body)]
        )
    }
}

extension StoreEngine {
    func count(_ caller: String? = nil) async throws -> Int {
        try await read { snapshot in
            if let caller {
                return Int(
                    try snapshot.first("SELECT count(*) FROM item WHERE caller = ?", [.text(caller)])?[0].integer ?? 0
                )
            }
            return Int(try snapshot.first("SELECT count(*) FROM item")?[0].integer ?? 0)
        }
    }
}
