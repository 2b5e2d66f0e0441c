import Glibc
import JSONTree

extension Store {
    static let manifestName = "manifest.json"

    /// Makes a verified copy of the data while the server goes on.
    ///
    /// The copy holds the database, the blobs that it names, and a manifest with the rows of each table. It passes SQLite's
    /// integrity check, and each table has as many rows as the live one had at that moment, or the backup fails. The keys
    /// of the server are not in it: without `keys/` sealed values cannot be read, so keep them too, and elsewhere.
    ///
    /// - Parameter target: A folder that does not exist yet; it appears when the copy is complete and verified.
    /// - Returns: What the copy holds.
    /// - Throws: ``StoreError``: `.backupFailed`, `.diskFull`, `.inputOutput`, `.corrupt`, `.closed`.
    public func backup(to target: String) async throws -> BackupReport {
        let unfinished = target + ".unfinished"
        try await fileThreads.run {
            guard !DurableFiles.exists(target) else {
                throw StoreError(.backupFailed, "\(target) exists already; name a folder that does not.")
            }
            FolderMaker.removeAll(unfinished)
            try FolderMaker.make(unfinished)
        }
        while !blobPins.beginHolding() { try await Task.sleep(for: .milliseconds(50)) }
        defer { blobPins.endHolding() }
        do {
            return try await copy(to: target, by: unfinished)
        } catch {
            try await fileThreads.run { FolderMaker.removeAll(unfinished) }
            throw error
        }
    }

    private func copy(to target: String, by unfinished: String) async throws -> BackupReport {
        let file = unfinished + "/" + Self.databaseName
        let source = folder + "/" + Self.databaseName
        let database = try await fileThreads.run {
            let database = try PlainDatabase(file, isReadOnly: false)
            // The last slice must not wait for the disk, with all writers behind it: the file is synced afterwards.
            try database.connection.run("PRAGMA synchronous = OFF")
            return database
        }
        let result = try await onWriter { OnlineCopy(source: source, target: database, $0) }
        return try await fileThreads.run { [folder] in
            let rows = try result.moment.rowCounts()
            result.moment.close()
            try database.connection.run("PRAGMA journal_mode = DELETE")
            try database.checkIntegrity()
            let copied = try database.rowCounts()
            guard copied == rows else {
                throw StoreError(.backupFailed, "The copy has other numbers of rows than the database; try again.")
            }
            let madeAt = try database.connection.run("SELECT datetime('now')")
            let blobs = try BlobCopies.copy(database, from: folder, to: unfinished)
            database.close()
            try DurableFiles.syncFile(file)
            var report = BackupReport(
                rows: rows,
                databaseBytes: try BlobCopies.size(of: file),
                databaseHash: try FileHash.sha256(of: file),
                blobs: blobs,
                madeAt: ""
            )
            if case .text(let text) = madeAt { report.madeAt = text }
            try DurableFiles.write(
                report.json.bytes(),
                to: unfinished + "/" + Self.manifestName,
                by: unfinished + "/manifest.unfinished"
            )
            guard rename(unfinished, target) == 0 else { throw FileTrouble.error("rename into place", target) }
            try DurableFiles.syncFolder(DurableFiles.parent(of: target))
            return report
        }
    }

    /// Brings a backup into a data folder that has no database yet.
    ///
    /// The copy is verified as it was when it was made. Put the server's `keys/` beside it before starting.
    ///
    /// - Parameters:
    ///   - backup: The folder that ``backup(to:)`` made.
    ///   - folder: The data folder; made when it does not exist. It must not be in use nor hold a database.
    /// - Returns: What was restored.
    /// - Throws: ``StoreError``: `.backupFailed`, `.locked`, `.missing`, `.newerDatabase`, `.corrupt`, `.diskFull`.
    public static func restore(_ backup: String, to folder: String) throws -> BackupReport {
        let manifest = try DurableFiles.read(backup + "/" + manifestName)
        let report: BackupReport
        do {
            report = try BackupReport(try JSON.parse(manifest))
        } catch let error as JSONError {
            throw StoreError(.backupFailed, "The backup's manifest.json cannot be read: \(error.message)")
        }
        try FolderMaker.make(folder)
        let lock = try FolderLock(folder: folder)
        defer { lock.release() }
        let file = folder + "/" + databaseName
        guard !DurableFiles.exists(file) else {
            throw StoreError(.backupFailed, "\(folder) holds a database already; restore into an empty data folder.")
        }
        let unfinished = file + ".unfinished"
        try BlobCopies.copyFile(backup + "/" + databaseName, to: unfinished)
        do {
            guard try FileHash.sha256(of: unfinished) == report.databaseHash else {
                throw StoreError(
                    .backupFailed,
                    "The backup's database is not the one that its manifest names: it was changed."
                )
            }
            let database = try PlainDatabase(unfinished, isReadOnly: false)
            defer { database.close() }
            try database.checkIntegrity()
            guard try database.rowCounts() == report.rows else {
                throw StoreError(.backupFailed, "The backup does not have the rows that its manifest names.")
            }
            let blobs = try BlobCopies.copy(database, from: backup, to: folder)
            guard blobs == report.blobs else {
                throw StoreError(
                    .backupFailed,
                    "The backup holds \(blobs) blobs where its manifest names \(report.blobs)."
                )
            }
        } catch {
            unlink(unfinished)
            throw error
        }
        guard rename(unfinished, file) == 0 else { throw FileTrouble.error("rename into place", file) }
        try DurableFiles.syncFolder(folder)
        return report
    }
}
