import GRDBSQLite

/// Ends statements that take too long.
///
/// An open snapshot keeps the log from being reclaimed, and a writer that does not end keeps all others waiting.
final class StatementDeadline {
    private var end = UInt64.max

    func begin(nanoseconds: UInt64) { end = MonotonicTime.nanoseconds &+ nanoseconds }

    func clear() { end = .max }

    func watch(_ connection: SQLiteConnection) {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            connection.handle,
            10_000,
            { pointer in
                guard let pointer else { return 0 }
                let deadline = Unmanaged<StatementDeadline>.fromOpaque(pointer).takeUnretainedValue()
                return MonotonicTime.nanoseconds > deadline.end ? 1 : 0
            },
            pointer
        )
    }

    func stopWatching(_ connection: SQLiteConnection) {
        sqlite3_progress_handler(connection.handle, 0, nil, nil)
    }
}
