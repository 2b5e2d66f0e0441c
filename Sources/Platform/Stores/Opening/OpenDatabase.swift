import GRDB
import GRDBSQLite
import Glibc

/// Opens the database file by GRDB's pool, with the settings that durability needs.
enum OpenDatabase {
    /// "TOCS": marks the file as ours in SQLite's header.
    private static let applicationID: Int64 = 0x544F_4353

    static func pool(path: String, options: StoreOptions) throws -> DatabasePool {
        try prepareFile(path)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = max(1, options.readers)
        configuration.label = "store"
        configuration.prepareDatabase { database in
            let isReader = database.configuration.readonly
            let cache = isReader ? options.readerCacheKibibytes : options.writerCacheKibibytes
            try database.execute(sql: "PRAGMA cache_size = -\(max(64, cache))")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            if !isReader {
                // Takes effect only before the first table is made.
                try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
                try database.execute(sql: "PRAGMA secure_delete = FAST")
            }
        }
        do {
            return try DatabasePool(path: path, configuration: configuration)
        } catch {
            throw SQLiteFailure.error(error)
        }
    }

    /// Makes the file, readable by its owner only; SQLite gives its log the same permissions.
    private static func prepareFile(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileTrouble.error("open", path) }
        Glibc.close(descriptor)
    }

    /// Sets what GRDB's pool would undo or not know, and proves it.
    ///
    /// `DatabasePool` sets `synchronous = NORMAL` after `prepareDatabase`, with which a commit is not yet on the disk.
    static func prepareWriter(_ connection: SQLiteConnection, path: String) throws {
        // GRDB's own statements do not run on this connection from here on; its hooks would only cost time.
        sqlite3_set_authorizer(connection.handle, nil, nil)
        try connection.run("PRAGMA synchronous = FULL")
        guard try connection.run("PRAGMA synchronous") == .integer(2) else {
            throw StoreError(.notDurable, "SQLite does not accept synchronous = FULL; commits would not be durable.")
        }
        guard try connection.run("PRAGMA journal_mode") == .text("wal") else {
            throw StoreError(.notDurable, "SQLite does not write its log ahead here; use a local file system.")
        }
        try connection.run("PRAGMA wal_autocheckpoint = 0")
        try connection.run("PRAGMA journal_size_limit = 67108864")
        let application = try connection.run("PRAGMA application_id")
        if application == .integer(0) {
            guard try connection.run("SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'") == .integer(0)
            else {
                throw foreign(path)
            }
            try connection.run("PRAGMA application_id = \(applicationID)")
        } else if application != .integer(applicationID) {
            throw foreign(path)
        }
    }

    private static func foreign(_ path: String) -> StoreError {
        StoreError(.foreignDatabase, "\(path) is a database of another program; choose another data folder.")
    }
}
