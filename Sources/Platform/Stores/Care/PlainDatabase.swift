import GRDBSQLite

/// A connection apart from the store's own: to a backup, or to the live file for one long read.
///
/// It never writes to a live file, nor checkpoints it.
final class PlainDatabase: @unchecked Sendable {
    // Handed from one thread to the next, used by one at a time: whoever holds the only reference.
    let connection: SQLiteConnection
    private var isOpen = true

    init(_ path: String, isReadOnly: Bool) throws {
        var handle: OpaquePointer?
        let access = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            if let handle { sqlite3_close_v2(handle) }
            throw SQLiteFailure.error(code, text: String(cString: sqlite3_errstr(code)), statement: nil)
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5_000)
        connection = SQLiteConnection(handle: handle)
    }

    deinit { close() }

    func close() {
        guard isOpen else { return }
        isOpen = false
        connection.finalizeStatements()
        sqlite3_close_v2(connection.handle)
    }

    /// Rows of each table.
    func rowCounts() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        let names = try connection.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
            []
        )
        for row in names {
            let name = try row[0].text
            let quoted = name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            if case .integer(let count) = try connection.run("SELECT count(*) FROM \"\(quoted)\"") {
                counts[name] = Int(count)
            }
        }
        return counts
    }

    /// Has SQLite check every page, index and constraint.
    func checkIntegrity() throws {
        let result = try connection.run("PRAGMA integrity_check(1)")
        guard result == .text("ok") else {
            throw StoreError(.corrupt, "The integrity check found damage in the copy of the database.")
        }
    }
}
