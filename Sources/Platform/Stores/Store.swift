/// The database of a server: a data folder with SQLite in it, written by one committer.
///
/// ```swift
/// let store = try Store.open(folder: "/var/lib/tocsin", options: StoreOptions(migrations: Durable.migrations))
/// try await store.commit(.intake) { transaction in
///     try transaction.execute("INSERT INTO thing (tenant, name) VALUES (?, ?)", [.text(tenant), "first"])
/// }
/// let count = try await store.read { try $0.first("SELECT count(*) FROM thing")?[0].integer ?? 0 }
/// try await store.close()
/// ```
///
/// What `commit` returned from is on the disk: each commit is synced in full. Many commits that wait at the same time share
/// one sync.
public final class Store: StoreEngine {
    /// The tenant of rows that belong to the server itself and to no customer.
    public static let serverTenant = "_server"

    static let databaseName = "tocsin.sqlite"

    /// Steps of the tables of this room.
    static let ownMigrations: [Migration] = [
        Migration(
            room: "Stores",
            number: 1,
            statements: [
                """
                CREATE TABLE stores_blob (
                    tenant TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    name TEXT NOT NULL,
                    bytes INTEGER NOT NULL,
                    PRIMARY KEY (tenant, owner, name)
                ) WITHOUT ROWID
                """,
                "CREATE INDEX stores_blob_name ON stores_blob (tenant, name)",
            ]
        )
    ]

    let parts: OpenStore

    var blobPins: BlobPinTable { parts.blobPins }

    var fileThreads: BlockingThreads { parts.fileThreads }

    private init(_ parts: OpenStore) {
        self.parts = parts
        parts.start()
    }

    deinit { parts.committer.close() }

    /// Opens the store in a data folder, which is made when it does not exist and is held until the store closes.
    ///
    /// - Parameters:
    ///   - folder: The data folder; only its owner may read it.
    ///   - options: Migrations of all rooms, limits and sizes.
    /// - Returns: The open store, with its tables in their newest form.
    /// - Throws: ``StoreError``: `.locked` with the process id of who holds the folder, `.newerDatabase`,
    ///   `.foreignDatabase`, `.invalidMigration`, `.diskFull`, `.inputOutput`, `.corrupt`.
    public static func open(folder: String, options: StoreOptions = StoreOptions()) throws -> Store {
        Store(try OpenStore(folder: folder, options: options, isTemporary: false))
    }

    /// Opens a store for a test, in a new folder that is removed when the store closes.
    ///
    /// - Parameter options: Migrations of all rooms, limits and sizes.
    /// - Returns: The open store, in memory where the system has a file system for that.
    /// - Throws: ``StoreError``, as ``open(folder:options:)``.
    public static func temporary(options: StoreOptions = StoreOptions()) throws -> Store {
        Store(try OpenStore(folder: try FolderMaker.temporary(), options: options, isTemporary: true))
    }

    /// The data folder.
    public var folder: String { parts.folder }

    /// What the store has done since it was opened.
    public var statistics: StoreStatistics { parts.statistics.current }

    /// How many submissions of each lane are not settled yet.
    public var queueDepths: [Lane: Int] { parts.committer.depths }

    // MARK: - Writing

    /// Commits what a closure writes; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - work: Runs once, on the committer's thread. See ``Transaction`` for what it may do.
    /// - Returns: What the closure gave.
    /// - Throws: ``StoreError``, or what the closure threw; then nothing of it was kept.
    @discardableResult
    public func commit<T: Sendable>(
        _ lane: Lane = .rest,
        _ work: @escaping @Sendable (Transaction) throws -> T
    ) async throws -> T {
        let box = ResultBox<T>()
        return try await withCheckedThrowingContinuation { continuation in
            parts.committer.submit(lane, .closure { box.value = try work($0) }) { result in
                continuation.resume(with: result.flatMap { box.taken() })
            }
        }
    }

    /// Commits one statement; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - change: The statement.
    /// - Throws: ``StoreError``; then nothing of it was kept.
    public func commit(_ lane: Lane = .rest, _ change: Change) async throws {
        try await withCheckedThrowingContinuation { continuation in
            parts.committer.submit(lane, .change(change)) { continuation.resume(with: $0) }
        }
    }

    /// Commits what a closure writes, and says so by a call: the way without a task.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - work: Runs once, on the committer's thread.
    ///   - whenDone: Called once, on the committer's thread, where it must not wait for anything; a refusal is told on
    ///     the caller's thread before this returns.
    public func submit(
        _ lane: Lane,
        _ work: @escaping @Sendable (Transaction) throws -> Void,
        whenDone: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        parts.committer.submit(lane, .closure(work), whenDone: whenDone)
    }

    /// Commits one statement, and says so by a call.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - change: The statement.
    ///   - whenDone: As for the closure's form.
    public func submit(
        _ lane: Lane,
        _ change: Change,
        whenDone: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        parts.committer.submit(lane, .change(change), whenDone: whenDone)
    }

    // MARK: - Reading

    /// Reads at one moment: no commit is seen half, and none that comes later.
    ///
    /// - Parameter body: Runs on a reader's thread, never on the cooperative pool. Keep it short.
    /// - Returns: What the closure gave.
    /// - Throws: ``StoreError``, or what the closure threw.
    public func read<T: Sendable>(_ body: @escaping @Sendable (Snapshot) throws -> T) async throws -> T {
        let box = ResultBox<T>()
        return try await withCheckedThrowingContinuation { continuation in
            parts.readers.submit({ box.value = try body($0) }) { result in
                continuation.resume(with: result.flatMap { box.taken() })
            }
        }
    }

    /// Tables that lack the column `tenant`, which every table must have; for the tests of all rooms.
    ///
    /// - Returns: Names of tables, in order; none when all is well.
    /// - Throws: ``StoreError``.
    public func tablesWithoutTenant() async throws -> [String] {
        try await read { snapshot in
            try snapshot.query(
                """
                SELECT s.name FROM sqlite_schema AS s
                WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%'
                AND NOT EXISTS (
                    SELECT 1 FROM pragma_table_info(s.name) AS c WHERE c.name = 'tenant' AND c."notnull" = 1)
                ORDER BY s.name
                """
            ).map { try $0[0].text }
        }
    }

    // MARK: - Ending

    /// Commits what waits, and closes; later calls fail with ``StoreError/Code/closed``.
    ///
    /// - Throws: ``StoreError`` when the database cannot be closed cleanly.
    public func close() async throws {
        try await parts.close()
    }
}
