import GRDBSQLite

/// Copies the live database, in slices between commits, by SQLite's online backup on the writing connection.
///
/// Rows that are committed while it runs are in the copy too: SQLite carries changes made by the same connection over.
final class OnlineCopy: WriterWork {
    /// What the copy is compared with: the live database as it was when the copy was complete.
    struct Result: Sendable {
        /// A read-only view of the live file at that moment; close it soon.
        let moment: PlainDatabase
    }

    private let source: String
    private let target: PlainDatabase
    private let continuation: CheckedContinuation<Result, any Error>
    private var copy: OpaquePointer?

    init(source: String, target: PlainDatabase, _ continuation: CheckedContinuation<Result, any Error>) {
        self.source = source
        self.target = target
        self.continuation = continuation
    }

    func slice(_ connection: SQLiteConnection) -> Maintenance.Outcome {
        do {
            let copy = try begun(connection)
            let start = MonotonicTime.nanoseconds
            repeat {
                let code = sqlite3_backup_step(copy, 64)
                if code == SQLITE_DONE {
                    try finish()
                    let moment = try PlainDatabase(source, isReadOnly: true)
                    try moment.connection.run("BEGIN DEFERRED")
                    try moment.connection.run("SELECT 1 FROM sqlite_schema LIMIT 1")
                    continuation.resume(returning: Result(moment: moment))
                    return .done
                }
                guard code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED else {
                    throw SQLiteFailure.error(code, text: String(cString: sqlite3_errstr(code)), statement: nil)
                }
            } while MonotonicTime.nanoseconds - start < 4_000_000
            return .again
        } catch {
            if let copy { sqlite3_backup_finish(copy) }
            copy = nil
            continuation.resume(throwing: error)
            return .done
        }
    }

    private func begun(_ connection: SQLiteConnection) throws -> OpaquePointer {
        if let copy { return copy }
        guard let begun = sqlite3_backup_init(target.connection.handle, "main", connection.handle, "main") else {
            throw target.connection.error(sqlite3_errcode(target.connection.handle), nil)
        }
        copy = begun
        return begun
    }

    private func finish() throws {
        let code = sqlite3_backup_finish(copy)
        copy = nil
        guard code == SQLITE_OK else { throw target.connection.error(code, nil) }
    }

    func fail(_ error: any Error) {
        if let copy { sqlite3_backup_finish(copy) }
        copy = nil
        continuation.resume(throwing: error)
    }
}
