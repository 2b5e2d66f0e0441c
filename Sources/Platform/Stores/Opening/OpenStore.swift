import GRDB
import Synchronization

/// The parts of a store that is open, and how they begin and end together.
///
/// It lives as long as the committer's thread, so that a store that is simply dropped still commits what waits, closes
/// its files and lets go of the folder.
final class OpenStore: Sendable {
    let folder: String
    let lock: FolderLock
    let pool: DatabasePool
    let committer: Committer
    let readers: ReaderThreads
    let statistics: StatisticsKeeper
    let blobPins = BlobPinTable()
    let fileThreads = BlockingThreads("store-files", threads: 4, queueLimit: 4_096)
    private let log: WriteAheadLog
    private let isTemporary: Bool

    private struct Ending {
        var result: Result<Void, any Error>?
        var waiting: [CheckedContinuation<Void, any Error>] = []
    }

    private let ending = Mutex(Ending())

    init(folder: String, options: StoreOptions, isTemporary: Bool) throws {
        self.folder = folder
        self.isTemporary = isTemporary
        let plan = try MigrationPlan(Store.ownMigrations + options.migrations)
        try FolderMaker.make(folder)
        lock = try FolderLock(folder: folder)
        statistics = StatisticsKeeper()
        log = WriteAheadLog(options: options, statistics: statistics)
        do {
            let path = folder + "/" + Store.databaseName
            let pool = try OpenDatabase.pool(path: path, options: options)
            try pool.writeWithoutTransaction { database in
                guard let handle = database.sqliteConnection else { throw Committer.closedError }
                let connection = SQLiteConnection(handle: handle)
                defer { connection.finalizeStatements() }
                try OpenDatabase.prepareWriter(connection, path: path)
                _ = try plan.apply(connection)
            }
            // The names of the files must be durable before the first commit is said to be.
            try DurableFiles.syncFolder(folder)
            try DurableFiles.syncFolder(DurableFiles.parent(of: folder))
            self.pool = pool
        } catch {
            lock.release()
            throw SQLiteFailure.error(error)
        }
        committer = Committer(folder: folder, options: options, statistics: statistics)
        readers = ReaderThreads(pool: pool, options: options, statistics: statistics)
    }

    func start() {
        OwnThread.start("store-committer") { self.serve() }
    }

    private func serve() {
        var result: Result<Void, any Error> = .success(())
        do {
            try pool.writeWithoutTransaction { database in
                guard let handle = database.sqliteConnection else { throw Committer.closedError }
                let connection = SQLiteConnection(handle: handle)
                defer { connection.finalizeStatements() }
                log.watch(connection)
                committer.run(on: connection, log: log)
                log.stopWatching(connection)
                readers.close()
                try log.empty(connection)
            }
            try pool.close()
        } catch {
            result = .failure(SQLiteFailure.error(error))
        }
        if isTemporary { FolderMaker.removeAll(folder) }
        lock.release()
        let waiting = ending.withLock {
            $0.result = result
            return $0.waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }

    /// Ends the store; returns when its files are closed and the folder is free.
    func close() async throws {
        committer.close()
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<Void, any Error>? = ending.withLock {
                if $0.result == nil { $0.waiting.append(continuation) }
                return $0.result
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
