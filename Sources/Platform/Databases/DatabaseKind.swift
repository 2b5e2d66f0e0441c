/// The databases that are spoken to, and what differs between them.
enum DatabaseKind: String, Sendable {
    case postgresql
    case mariadb
    case sqlserver

    /// The port where none is given.
    var port: Int {
        switch self {
        case .postgresql: 5_432
        case .mariadb: 3_306
        case .sqlserver: 1_433
        }
    }

    /// The name of the driver in unixODBC's list, and the package of Debian that brings it.
    var driver: (name: String, package: String) {
        switch self {
        case .postgresql: ("PostgreSQL Unicode", "odbc-postgresql")
        case .mariadb: ("MariaDB Unicode", "odbc-mariadb")
        case .sqlserver: ("FreeTDS", "tdsodbc")
        }
    }

    /// What a session begins with: times are those of Greenwich, and no statement runs longer than the call may.
    func opening(seconds: Int) -> [String] {
        switch self {
        case .postgresql: ["SET TIME ZONE 'UTC'"]
        // The driver of MariaDB sets no limit for statements itself.
        case .mariadb: ["SET time_zone = '+00:00'", "SET @@max_statement_time = \(seconds)"]
        case .sqlserver: []
        }
    }

    /// A name of a table or column as the database quotes it.
    func quoted(_ name: String) -> String {
        switch self {
        case .postgresql: "\"\(name.replacing("\"", with: "\"\""))\""
        case .mariadb: "`\(name.replacing("`", with: "``"))`"
        case .sqlserver: "[\(name.replacing("]", with: "]]"))]"
        }
    }

    /// The end of a query that gives one page; an order must stand before it.
    func page(skip: Int, count: Int) -> String {
        switch self {
        case .postgresql, .mariadb: "LIMIT \(count) OFFSET \(skip)"
        case .sqlserver: "OFFSET \(skip) ROWS FETCH NEXT \(count) ROWS ONLY"
        }
    }

    /// The function that counts the characters of a text.
    var length: String { self == .sqlserver ? "LEN" : "CHAR_LENGTH" }

    /// A condition that keeps the catalogue's own schemas out.
    var ownSchemas: String {
        switch self {
        case .postgresql: "table_schema NOT IN ('pg_catalog', 'information_schema')"
        case .mariadb: "table_schema = DATABASE()"
        case .sqlserver: "table_schema NOT IN ('sys', 'INFORMATION_SCHEMA')"
        }
    }
}
