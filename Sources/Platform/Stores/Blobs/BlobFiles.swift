import Glibc
import Synchronization

/// Bodies that are too large for rows, as sealed files beside the database.
///
/// A blob is named by its content (a keyed hash, so that names tell nothing), written under another name, synced, renamed
/// and its folder synced, before the commit that names it. Rows of `stores_blob` say who holds which blob; a blob that no
/// one holds and no commit in flight names is removed by ``collectGarbage()``.
public final class BlobFiles: Sendable {
    /// Bodies up to this size belong in rows; larger ones in blobs (64 KiB).
    public static let inlineLimit = 65_536

    /// The largest body that is taken (128 MiB).
    public static let defaultSizeLimit = 128 << 20

    let store: Store
    private let sealer: any Sealer
    private let sizeLimit: Int
    let paths: BlobPaths
    let pins: BlobPinTable
    let threads: BlockingThreads
    private let counter = Atomic<UInt64>(0)
    /// Folders whose names are known to be durable.
    private let shards = Mutex<Set<String>>([])

    /// Opens the blobs of a store's data folder; what a crash left unfinished is removed.
    ///
    /// - Parameters:
    ///   - store: The store whose rows name the blobs.
    ///   - sealer: Encrypts and names the blobs.
    ///   - sizeLimit: The largest body in bytes.
    /// - Throws: ``StoreError`` when the folder cannot be made.
    public init(store: Store, sealer: any Sealer, sizeLimit: Int = BlobFiles.defaultSizeLimit) throws {
        self.store = store
        self.sealer = sealer
        self.sizeLimit = sizeLimit
        pins = store.blobPins
        threads = store.fileThreads
        paths = BlobPaths(folder: store.folder)
        try FolderMaker.make(paths.unfinished)
        for name in try DurableFiles.names(in: paths.unfinished) { unlink(paths.unfinished + "/" + name) }
        try DurableFiles.syncFolder(store.folder)
    }

    /// Writes a body, and keeps it from being collected as long as the pin lives.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - tenant: Whose body it is.
    /// - Returns: The pin; capture it in the closure that commits the row with its name.
    /// - Throws: ``StoreError``: `.tooLarge`, `.diskFull`, `.overloaded`, `.inputOutput`, `.invalidName`; what the sealer throws.
    public func put(_ bytes: [UInt8], tenant: String) async throws -> BlobPin {
        guard bytes.count <= sizeLimit else {
            throw StoreError(.tooLarge, "A body of \(bytes.count) bytes is over the limit of \(sizeLimit) bytes.")
        }
        return try await threads.run { try self.write(bytes, tenant) }
    }

    private func write(_ bytes: [UInt8], _ tenant: String) throws -> BlobPin {
        let reference = BlobReference(
            tenant: tenant,
            name: Hex.digits(try sealer.fingerprint(bytes, tenant: tenant)),
            size: bytes.count
        )
        // Pinned before the look whether the file is there: from here on it is not collected.
        pins.pin(reference.key)
        let pin = BlobPin(reference, table: pins)
        let shard = try paths.shard(reference.key)
        let file = try paths.file(reference.key)
        if DurableFiles.exists(file) {
            // Another writer may have renamed it just now; its name must be durable before our caller's commit.
            try makeShard(shard)
            try DurableFiles.syncFolder(shard)
            return pin
        }
        let sealed = try sealer.seal(bytes, tenant: tenant, context: reference.context)
        try makeShard(shard)
        let number = counter.add(1, ordering: .relaxed).newValue
        try DurableFiles.write(sealed, to: file, by: "\(paths.unfinished)/\(getpid())-\(number)")
        return pin
    }

    /// Makes a folder whose own name is durable too, once for each since the start.
    private func makeShard(_ shard: String) throws {
        guard !shards.withLock({ $0.contains(shard) }) else { return }
        try FolderMaker.make(shard)
        let tenantFolder = DurableFiles.parent(of: shard)
        try DurableFiles.syncFolder(tenantFolder)
        try DurableFiles.syncFolder(DurableFiles.parent(of: tenantFolder))
        shards.withLock { known in
            if known.count >= 100_000 { known.removeAll() }
            known.insert(shard)
        }
    }

    /// Reads a body.
    ///
    /// - Parameter reference: The blob's name.
    /// - Returns: The body.
    /// - Throws: ``StoreError``: `.missing` when there is no such blob; what the sealer throws when the file was changed.
    public func get(_ reference: BlobReference) async throws -> [UInt8] {
        try checkForm(reference)
        let path = try paths.file(reference.key)
        return try await threads.run { [sealer] in
            try sealer.open(try DurableFiles.read(path), tenant: reference.tenant, context: reference.context)
        }
    }

    /// Notes, as part of a commit, that an owner holds a blob.
    ///
    /// - Parameters:
    ///   - pin: The blob that was put; captured by the closure of the commit.
    ///   - owner: Who holds it, such as `run/17`; each owner holds a blob once.
    ///   - transaction: The commit in which the blob's name is kept.
    /// - Throws: ``StoreError``.
    public func hold(_ pin: BlobPin, owner: String, in transaction: Transaction) throws {
        let change = Self.holding(pin, owner: owner)
        try transaction.execute(change.sql, change.arguments)
    }

    /// Notes that one more owner holds a blob which another one holds already, without reading or writing its file.
    ///
    /// In a commit that also releases the first owner, hold before releasing.
    ///
    /// - Parameters:
    ///   - reference: The blob.
    ///   - owner: Who holds it from now on.
    ///   - transaction: The commit in which the blob's name is kept.
    /// - Throws: ``StoreError``: `.missing` when no one holds the blob any more.
    public func hold(_ reference: BlobReference, owner: String, in transaction: Transaction) throws {
        let isHeld = try transaction.first(
            "SELECT 1 FROM stores_blob WHERE tenant = ? AND name = ? LIMIT 1",
            [.text(reference.tenant), .text(reference.name)]
        )
        guard isHeld != nil else {
            throw StoreError(.missing, "The blob \(reference.name) is held by no one any more; put its content again.")
        }
        try transaction.execute(
            "INSERT INTO stores_blob (tenant, owner, name, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [.text(reference.tenant), .text(owner), .text(reference.name), .integer(Int64(reference.size))]
        )
    }

    /// The same as a statement of its own; the pin must live until the commit is done.
    ///
    /// - Parameters:
    ///   - pin: The blob that was put.
    ///   - owner: Who holds it.
    /// - Returns: The statement.
    public static func holding(_ pin: BlobPin, owner: String) -> Change {
        Change(
            "INSERT INTO stores_blob (tenant, owner, name, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                .text(pin.reference.tenant), .text(owner), .text(pin.reference.name),
                .integer(Int64(pin.reference.size)),
            ]
        )
    }

    /// Lets an owner's blobs go, as part of the commit that removes the owner's rows.
    ///
    /// - Parameters:
    ///   - owner: Who held them.
    ///   - tenant: Whose they are.
    ///   - transaction: The commit.
    /// - Returns: How many blobs the owner held.
    /// - Throws: ``StoreError``.
    @discardableResult
    public static func release(owner: String, tenant: String, in transaction: Transaction) throws -> Int {
        try transaction.execute(
            "DELETE FROM stores_blob WHERE tenant = ? AND owner = ?",
            [.text(tenant), .text(owner)]
        )
    }

    private func checkForm(_ reference: BlobReference) throws {
        guard reference.isWellFormed else {
            throw StoreError(.invalidName, "A blob's name has 64 hexadecimal digits.")
        }
    }
}
