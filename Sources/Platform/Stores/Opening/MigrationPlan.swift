/// Brings the tables from the form that a database has to the one that this program wants.
struct MigrationPlan {
    private let migrations: [Migration]

    /// The tenant of rows that belong to the server itself.
    static let table = """
        CREATE TABLE IF NOT EXISTS stores_migration (
            tenant TEXT NOT NULL,
            room TEXT NOT NULL,
            number INTEGER NOT NULL,
            applied_at TEXT NOT NULL,
            PRIMARY KEY (tenant, room, number)
        ) WITHOUT ROWID
        """

    /// Checks the list: numbers of a room begin at 1, rise by 1 and do not repeat.
    ///
    /// - Throws: ``StoreError/Code/invalidMigration``.
    init(_ migrations: [Migration]) throws {
        var last: [String: Int] = [:]
        for migration in migrations {
            let expected = last[migration.room, default: 0] + 1
            guard migration.number == expected else {
                throw StoreError(
                    .invalidMigration,
                    "Migration \(migration.number) of \(migration.room) stands where \(expected) is expected; "
                        + "number a room's steps from 1 without gaps, and list them in order."
                )
            }
            last[migration.room] = expected
        }
        self.migrations = migrations
    }

    /// Applies what is missing, all in one transaction.
    ///
    /// - Returns: How many steps were applied.
    /// - Throws: ``StoreError/Code/newerDatabase`` when the database has steps that this program does not know.
    func apply(_ connection: SQLiteConnection) throws -> Int {
        try connection.run("BEGIN IMMEDIATE")
        do {
            try connection.runOnce(Self.table)
            let known = Set(migrations.map { Step(room: $0.room, number: $0.number) })
            let applied = Set(
                try connection.rows(
                    "SELECT room, number FROM stores_migration WHERE tenant = ?",
                    [.text(Store.serverTenant)]
                )
                .map { Step(room: try $0[0].text, number: Int(try $0[1].integer)) }
            )
            if let newer = applied.subtracting(known).min(by: { ($0.room, $0.number) < ($1.room, $1.number) }) {
                throw StoreError(
                    .newerDatabase,
                    "The database has step \(newer.number) of \(newer.room), which this program does not know: it was written "
                        + "by a newer one. Use that program, or restore a backup that this one made."
                )
            }
            var count = 0
            for migration in migrations where !applied.contains(Step(room: migration.room, number: migration.number)) {
                for statement in migration.statements { try connection.runOnce(statement) }
                _ = try connection.execute(
                    "INSERT INTO stores_migration (tenant, room, number, applied_at) VALUES (?, ?, ?, datetime('now'))",
                    [
                        .text(Store.serverTenant), .text(migration.room), .integer(Int64(migration.number)),
                    ]
                )
                count += 1
            }
            try connection.run("COMMIT")
            return count
        } catch {
            if !connection.isAutocommit { try connection.run("ROLLBACK") }
            throw error
        }
    }

    private struct Step: Hashable {
        let room: String
        let number: Int
    }
}
