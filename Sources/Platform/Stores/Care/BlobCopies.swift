import Glibc

/// Copies the blobs that a database names from one folder to another.
enum BlobCopies {
    /// Copies what `stores_blob` names; a blob that is there already is left.
    ///
    /// - Parameters:
    ///   - database: The copy of the database.
    ///   - source: The data folder or backup that has the blobs.
    ///   - target: The folder that gets them.
    /// - Returns: How many blobs the target has.
    /// - Throws: ``StoreError``.
    static func copy(_ database: PlainDatabase, from source: String, to target: String) throws -> Int {
        let from = BlobPaths(folder: source)
        let to = BlobPaths(folder: target)
        var count = 0
        var shards: Set<String> = []
        try database.connection.rows("SELECT DISTINCT tenant, name FROM stores_blob ORDER BY tenant, name", []) { row in
            let key = BlobKey(tenant: try row[0].text, name: try row[1].text)
            guard BlobReference(tenant: key.tenant, name: key.name, size: 0).isWellFormed else {
                throw StoreError(.corrupt, "The database names a blob in a form that no blob has.")
            }
            let shard = try to.shard(key)
            if shards.insert(shard).inserted { try FolderMaker.make(shard) }
            let path = try to.file(key)
            if !DurableFiles.exists(path) { try linkOrCopy(try from.file(key), to: path) }
            count += 1
        }
        for shard in shards.sorted() {
            try DurableFiles.syncFolder(shard)
            try DurableFiles.syncFolder(DurableFiles.parent(of: shard))
        }
        if !shards.isEmpty { try DurableFiles.syncFolder(to.root) }
        return count
    }

    /// Blobs never change, so that a second name for the same file is a copy.
    private static func linkOrCopy(_ source: String, to target: String) throws {
        if link(source, target) == 0 { return }
        guard errno == EXDEV || errno == EPERM || errno == EMLINK else { throw FileTrouble.error("copy", source) }
        try copyFile(source, to: target)
    }

    /// Copies a file and makes its content durable; its folder is the caller's to sync.
    static func copyFile(_ source: String, to target: String) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw FileTrouble.error("read", source) }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw FileTrouble.error("make", target) }
        defer { close(output) }
        while true {
            let count = sendfile(output, input, nil, 1 << 20)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileTrouble.error("copy", source)
            }
        }
        guard fsync(output) == 0 else { throw FileTrouble.error("sync", target) }
    }

    static func size(of path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileTrouble.error("read", path) }
        return Int(status.st_size)
    }
}
