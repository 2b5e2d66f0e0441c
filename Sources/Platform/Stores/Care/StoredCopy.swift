/// Whatever can be read at one moment: the store of a server, or a backup.
public protocol SnapshotSource: Sendable {
    /// Reads at one moment.
    ///
    /// - Parameter body: Runs on a thread that may block. Keep it short.
    /// - Returns: What the closure gave.
    /// - Throws: ``StoreError``, or what the closure threw.
    func read<T: Sendable>(_ body: @escaping @Sendable (Snapshot) throws -> T) async throws -> T
}

extension Store: SnapshotSource {}

/// Whatever gives the bodies that rows name: the files of a server, or those of a backup.
public protocol BlobSource: Sendable {
    /// Reads a body.
    ///
    /// - Parameter reference: The blob's name.
    /// - Returns: The body.
    /// - Throws: ``StoreError``: `.missing` when there is no such blob; what the sealer throws when the file was changed.
    func get(_ reference: BlobReference) async throws -> [UInt8]
}

extension BlobFiles: BlobSource {}

/// A backup, open for reading only: nothing of it is changed, so that its manifest stays true.
///
/// ```swift
/// let copy = try StoredCopy(folder: "/backups/2026-03-02")
/// let runs = try await copy.read { try $0.first("SELECT count(*) FROM run")?[0].integer }
/// try await copy.close()
/// ```
public final class StoredCopy: SnapshotSource {
    /// The folder of the backup.
    public let folder: String
    private let database: PlainDatabase
    /// One thread, so that one at a time uses the connection.
    private let threads = BlockingThreads("tocsin-copy", threads: 1, queueLimit: 64)

    /// Opens a backup.
    ///
    /// - Parameter folder: The folder that `Store.backup(to:)` made.
    /// - Throws: ``StoreError``: `.missing` when there is no database in it, `.inputOutput`, `.corrupt`.
    public init(folder: String) throws {
        self.folder = folder
        let file = folder + "/" + Store.databaseName
        guard DurableFiles.exists(file) else {
            throw StoreError(.missing, "There is no \(Store.databaseName) in \(folder); name the folder of a backup.")
        }
        database = try PlainDatabase(file, isReadOnly: true)
    }

    /// Reads the backup.
    public func read<T: Sendable>(_ body: @escaping @Sendable (Snapshot) throws -> T) async throws -> T {
        try await threads.run { [database] in
            let snapshot = Snapshot(runner: database.connection)
            defer { snapshot.runner = nil }
            return try body(snapshot)
        }
    }

    /// The bodies of the backup.
    ///
    /// - Parameter sealer: The keys that sealed them.
    /// - Returns: Where they are read.
    public func blobs(openedBy sealer: any Sealer) -> any BlobSource { CopiedBlobs(copy: self, sealer: sealer) }

    /// Closes the backup; nobody may read it any more.
    public func close() async throws { try await threads.run { [database] in database.close() } }

    private struct CopiedBlobs: BlobSource {
        let copy: StoredCopy
        let sealer: any Sealer

        func get(_ reference: BlobReference) async throws -> [UInt8] {
            guard reference.isWellFormed else {
                throw StoreError(.corrupt, "The backup names a blob in a form that no blob has.")
            }
            let path = try BlobPaths(folder: copy.folder).file(reference.key)
            return try await copy.threads.run { [sealer] in
                try sealer.open(try DurableFiles.read(path), tenant: reference.tenant, context: reference.context)
            }
        }
    }
}
