import CODBC
import Outbound

/// A connection to a database through unixODBC; used on one thread at a time, which may block.
final class ODBCConnection {
    private var environment: SQLHANDLE?
    private var handle: SQLHANDLE?

    /// Connects.
    ///
    /// - Parameters:
    ///   - text: The connection string, with its password: never log it.
    ///   - timeout: The time for it in seconds.
    /// - Throws: ``DatabaseError``.
    init(_ text: String, timeout: Int) throws {
        guard SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_ENV), nil, &environment) == SQL_SUCCESS else {
            throw DatabaseError(state: "HY001", message: "unixODBC gives no environment")
        }
        var isOpen = false
        defer { if !isOpen { free() } }
        try Self.check(
            SQLSetEnvAttr(environment, SQLINTEGER(SQL_ATTR_ODBC_VERSION), SQLPOINTER(bitPattern: 3), 0),
            SQL_HANDLE_ENV,
            environment
        )
        try Self.check(
            SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_DBC), environment, &handle),
            SQL_HANDLE_ENV,
            environment
        )
        try Self.check(
            SQLSetConnectAttr(handle, SQLINTEGER(SQL_ATTR_LOGIN_TIMEOUT), SQLPOINTER(bitPattern: timeout), 0),
            SQL_HANDLE_DBC,
            handle
        )
        var wide = Array(text.utf16) + [0]
        try Self.check(
            SQLDriverConnectW(
                handle,
                nil,
                &wide,
                SQLSMALLINT(wide.count - 1),
                nil,
                0,
                nil,
                SQLUSMALLINT(SQL_DRIVER_NOPROMPT)
            ),
            SQL_HANDLE_DBC,
            handle
        )
        isOpen = true
    }

    deinit {
        if handle != nil { SQLDisconnect(handle) }
        free()
    }

    private func free() {
        if handle != nil { SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_DBC), handle) }
        if environment != nil { SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_ENV), environment) }
        (handle, environment) = (nil, nil)
    }

    /// Runs a statement and reads what it gives.
    ///
    /// - Parameters:
    ///   - sql: The statement, with `?` for every value.
    ///   - values: The values in their order; they never become part of the text.
    ///   - limits: How much is read.
    ///   - watch: Interrupts the statement when its caller has gone.
    /// - Returns: The result sets; none for statements that give none.
    /// - Throws: ``DatabaseError``.
    func run(
        _ sql: String,
        _ values: [SQLParameter] = [],
        limits: ResultLimits = .inner,
        watch: BlockingWatch
    ) throws -> [ResultSet] {
        var statement: SQLHANDLE?
        try Self.check(SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_STMT), handle, &statement), SQL_HANDLE_DBC, handle)
        defer { SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_STMT), statement) }
        let reference = StatementReference(handle: statement)
        watch.interrupt { reference.cancel() }
        defer { watch.interrupt(by: nil) }
        let seconds = max(1, Int(watch.remaining.components.seconds))
        // Drivers that know no limit for statements say so; the deadline of the call holds all the same.
        _ = SQLSetStmtAttr(statement, SQLINTEGER(SQL_ATTR_QUERY_TIMEOUT), SQLPOINTER(bitPattern: seconds), 0)
        var wide = Array(sql.utf16)
        guard !values.isEmpty else {
            try Self.check(SQLExecDirectW(statement, &wide, SQLINTEGER(wide.count)), SQL_HANDLE_STMT, statement)
            return try ResultReader(statement: statement, limits: limits, watch: watch).all()
        }
        try Self.check(SQLPrepareW(statement, &wide, SQLINTEGER(wide.count)), SQL_HANDLE_STMT, statement)
        let bound = BoundParameters(values)
        try bound.bind(to: statement)
        return try withExtendedLifetime(bound) {
            try Self.check(SQLExecute(statement), SQL_HANDLE_STMT, statement)
            return try ResultReader(statement: statement, limits: limits, watch: watch).all()
        }
    }

    /// Throws what the handle says when a call failed.
    static func check(_ code: SQLRETURN, _ kind: Int32, _ handle: SQLHANDLE?) throws {
        guard code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO || code == SQL_NO_DATA else {
            throw DatabaseError(kind, handle)
        }
    }
}

/// A statement that another thread may cancel; ODBC allows that one call from anywhere.
///
/// Its owner takes it from the watch before it frees the handle, so that a cancel never meets a freed one.
private struct StatementReference: @unchecked Sendable {
    let handle: SQLHANDLE?

    func cancel() { SQLCancel(handle) }
}
