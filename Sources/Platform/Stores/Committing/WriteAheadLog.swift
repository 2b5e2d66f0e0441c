import GRDBSQLite

/// Keeps SQLite's write-ahead log short, on the one writing connection.
///
/// Only the writer checkpoints: two connections that checkpoint at once can corrupt a database with SQLite before 3.51.3.
/// It happens between commits, after their callers were told, so that it delays no one who already waits for a sync.
final class WriteAheadLog: @unchecked Sendable {
    // Everything but `statistics`, which synchronises itself, is touched by the committer's thread only.
    private var pages = 0
    private var tryFrom: Int
    private var isEmptied = true
    private let softLimit: Int
    private let hardLimit: Int
    private let statistics: StatisticsKeeper

    init(options: StoreOptions, statistics: StatisticsKeeper) {
        softLimit = max(100, options.checkpointPages)
        hardLimit = max(softLimit * 2, options.checkpointForcedPages)
        tryFrom = softLimit
        self.statistics = statistics
    }

    /// Has SQLite tell the log's size after each commit; that also replaces its own checkpoints.
    func watch(_ connection: SQLiteConnection) {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            connection.handle,
            { pointer, _, _, pages in
                guard let pointer else { return SQLITE_OK }
                let log = Unmanaged<WriteAheadLog>.fromOpaque(pointer).takeUnretainedValue()
                log.pages = Int(pages)
                log.isEmptied = false
                return SQLITE_OK
            },
            pointer
        )
    }

    func stopWatching(_ connection: SQLiteConnection) {
        sqlite3_wal_hook(connection.handle, nil, nil)
    }

    func checkpointIfLarge(_ connection: SQLiteConnection) {
        guard pages >= tryFrom else {
            if pages < softLimit { tryFrom = softLimit }
            return
        }
        if pages >= hardLimit {
            // Readers held the log for long: wait for them a little, with the writers waiting too.
            sqlite3_busy_timeout(connection.handle, 250)
            checkpoint(connection, SQLITE_CHECKPOINT_RESTART)
            sqlite3_busy_timeout(connection.handle, 5_000)
        } else {
            checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE)
        }
    }

    /// Nothing was committed for a while: move the log into the database, so that a start finds little to do.
    func idle(_ connection: SQLiteConnection, releaseMemory: Bool) {
        if !isEmptied { checkpoint(connection, SQLITE_CHECKPOINT_PASSIVE) }
        if releaseMemory {
            sqlite3_db_release_memory(connection.handle)
            Heap.trim()
        }
    }

    private func checkpoint(_ connection: SQLiteConnection, _ mode: Int32) {
        let start = MonotonicTime.nanoseconds
        var total: Int32 = 0
        var moved: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, mode, &total, &moved)
        let isComplete = code == SQLITE_OK && total == moved
        isEmptied = isComplete
        // When a reader holds the log (or the disk is full), try again after it grew by a quarter.
        tryFrom = isComplete ? softLimit : pages + softLimit / 4
        if isComplete { pages = 0 }
        statistics.checkpointed(
            nanoseconds: MonotonicTime.nanoseconds - start,
            pages: Int(total),
            isComplete: isComplete
        )
    }
}

extension WriteAheadLog {
    /// Moves everything into the database and empties the log's file: for a clean end.
    func empty(_ connection: SQLiteConnection) throws {
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        // What is left in the log is not lost: the next start reads it.
        guard code == SQLITE_OK || code & 0xff == SQLITE_BUSY else { throw connection.error(code, nil) }
    }
}
