import GRDB
import GRDBSQLite

/// Turns result codes of SQLite into the store's own errors.
enum SQLiteFailure {
    /// The error for a result code.
    ///
    /// - Parameters:
    ///   - code: The extended result code.
    ///   - text: SQLite's own words; they name tables and columns, never values.
    ///   - statement: The statement's text.
    /// - Returns: The error.
    static func error(_ code: Int32, text: String, statement: String?) -> StoreError {
        let place = statement.map { " in: \(SQLiteStatement.beginning(of: $0))" } ?? ""
        switch code & 0xff {
        case SQLITE_FULL:
            return StoreError(
                .diskFull,
                "The disk of the data folder is full; make room, and the store goes on by itself.",
                sqliteCode: code
            )
        case SQLITE_IOERR:
            return StoreError(
                .inputOutput,
                "The file system of the data folder failed (\(text), code \(code)); check the disk.",
                sqliteCode: code
            )
        case SQLITE_CONSTRAINT:
            return StoreError(.constraint, "\(text)\(place)", sqliteCode: code)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return StoreError(
                .corrupt,
                "The database is damaged (\(text)); stop the server and restore the last backup.",
                sqliteCode: code
            )
        case SQLITE_READONLY:
            return StoreError(.readOnly, "A snapshot only reads\(place)", sqliteCode: code)
        case SQLITE_INTERRUPT:
            return StoreError(.timedOut, "A statement took longer than its limit\(place)", sqliteCode: code)
        case SQLITE_TOOBIG:
            return StoreError(.tooLarge, "A value is larger than the database takes\(place)", sqliteCode: code)
        case SQLITE_BUSY, SQLITE_LOCKED:
            return StoreError(
                .locked,
                "Another process uses the database; only the server may open its data folder (\(text)).",
                sqliteCode: code
            )
        default:
            return StoreError(.invalidSQL, "\(text) (code \(code))\(place)", sqliteCode: code)
        }
    }

    /// The store's form of any error that GRDB or SQLite gave.
    static func error(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return Self.error(error.extendedResultCode.rawValue, text: error.message ?? "no text", statement: error.sql)
    }
}
