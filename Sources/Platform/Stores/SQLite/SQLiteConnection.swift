import GRDBSQLite

/// One SQLite connection with its compiled statements, below GRDB's own value conversions.
///
/// GRDB opens and closes the connection; the thread that owns it runs everything through here. Not Sendable: it stays on
/// that thread.
final class SQLiteConnection: StatementRunner {
    let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// Compiled statements kept by text; past this many the least used half is let go.
    private let statementLimit = 500
    private var uses: UInt64 = 0

    private enum Savepoint { case none, wanted, open }
    private var savepoint = Savepoint.none

    /// Rows changed, at least one a writing statement, since the connection began.
    private(set) var rowsWritten = 0

    init(handle: OpaquePointer) {
        self.handle = handle
    }

    /// Lets go of all compiled statements; needed before the connection is closed.
    func finalizeStatements() {
        statements.removeAll()
    }

    /// Whether no transaction is open.
    var isAutocommit: Bool { sqlite3_get_autocommit(handle) != 0 }

    // MARK: - Statements of callers

    func rows(_ sql: String, _ arguments: [SQLValue], _ body: (Row) throws -> Void) throws {
        let statement = try statement(sql, privileged: false)
        if !statement.isReadOnly { try beginWrite() }
        try statement.bind(arguments, on: self)
        defer { finish(statement) }
        let columns = Int(sqlite3_column_count(statement.pointer))
        while try statement.step(on: self) {
            var values: [SQLValue] = []
            values.reserveCapacity(columns)
            for column in 0..<columns { values.append(statement.value(Int32(column))) }
            try body(Row(values: values, start: 0, count: columns))
        }
    }

    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [Row] {
        let statement = try statement(sql, privileged: false)
        if !statement.isReadOnly { try beginWrite() }
        try statement.bind(arguments, on: self)
        defer { finish(statement) }
        let columns = Int(sqlite3_column_count(statement.pointer))
        var values: [SQLValue] = []
        var count = 0
        while try statement.step(on: self) {
            for column in 0..<columns { values.append(statement.value(Int32(column))) }
            count += 1
        }
        return (0..<count).map { Row(values: values, start: $0 * columns, count: columns) }
    }

    func firstRow(_ sql: String, _ arguments: [SQLValue]) throws -> Row? {
        let statement = try statement(sql, privileged: false)
        if !statement.isReadOnly { try beginWrite() }
        try statement.bind(arguments, on: self)
        defer { finish(statement) }
        guard try statement.step(on: self) else { return nil }
        let columns = Int(sqlite3_column_count(statement.pointer))
        let row = Row(values: (0..<columns).map { statement.value(Int32($0)) }, start: 0, count: columns)
        // A statement that writes is run to its end.
        while !statement.isReadOnly, try statement.step(on: self) {}
        return row
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try statement(sql, privileged: false)
        guard !statement.isReadOnly else {
            throw StoreError(.invalidSQL, "execute runs statements that write; use query for: \(statement.beginning)")
        }
        try beginWrite()
        try statement.bind(arguments, on: self)
        defer { finish(statement) }
        while try statement.step(on: self) {}
        return Int(sqlite3_changes(handle))
    }

    var changes: Int { Int(sqlite3_changes(handle)) }

    private func beginWrite() throws {
        guard savepoint == .wanted else { return }
        try run("SAVEPOINT submission")
        savepoint = .open
    }

    private func finish(_ statement: SQLiteStatement) {
        statement.reset()
        if !statement.isReadOnly { rowsWritten += max(1, Int(sqlite3_changes(handle))) }
    }

    // MARK: - Savepoints

    /// Begins one caller's part of a transaction; the savepoint itself is made before the first write.
    func beginSavepoint() { savepoint = .wanted }

    /// Keeps the part in the transaction.
    func keepSavepoint() throws {
        defer { savepoint = .none }
        if savepoint == .open { try run("RELEASE submission") }
    }

    /// Takes back what the part wrote.
    ///
    /// Nothing is left to do when SQLite has rolled back the transaction itself.
    func takeBackSavepoint() throws {
        defer { savepoint = .none }
        guard savepoint == .open, !isAutocommit else { return }
        try run("ROLLBACK TO submission")
        try run("RELEASE submission")
    }

    // MARK: - Statements of the store itself

    /// Runs a statement of the store itself (BEGIN, SAVEPOINT, PRAGMA …) and gives the first column of its first row.
    @discardableResult
    func run(_ sql: String, _ arguments: [SQLValue] = []) throws -> SQLValue {
        let statement = try statement(sql, privileged: true)
        if !arguments.isEmpty || statement.parameterCount != 0 { try statement.bind(arguments, on: self) }
        defer { statement.reset() }
        var first: SQLValue?
        while try statement.step(on: self) {
            if first == nil, sqlite3_column_count(statement.pointer) > 0 { first = statement.value(0) }
        }
        return first ?? .null
    }

    /// Runs a statement of a migration, which may change the schema; it is not kept.
    func runOnce(_ sql: String) throws {
        let statement = try SQLiteStatement(sql, on: self, privileged: true, persistent: false)
        while try statement.step(on: self) {}
    }

    private func statement(_ sql: String, privileged: Bool) throws -> SQLiteStatement {
        uses &+= 1
        if let statement = statements[sql] {
            statement.lastUse = uses
            if !privileged, let refusal = statement.refusal { throw refusal }
            // A statement that is still running belongs to an outer `each`: give the inner one a compiled form of its own.
            if sqlite3_stmt_busy(statement.pointer) == 0 { return statement }
            return try SQLiteStatement(sql, on: self, privileged: privileged, persistent: false)
        }
        let statement = try SQLiteStatement(sql, on: self, privileged: privileged, persistent: true)
        if statements.count >= statementLimit {
            let ordered = statements.values.map(\.lastUse).sorted()
            let cut = ordered[ordered.count / 2]
            statements = statements.filter { $0.value.lastUse > cut }
        }
        statement.lastUse = uses
        statements[sql] = statement
        return statement
    }

    /// The error of the last call, with the code that callers act on.
    func error(_ code: Int32, _ sql: String?) -> StoreError {
        let extended = sqlite3_extended_errcode(handle)
        // After some failures the connection's code is that of a later call; the returned one is the truth.
        let exact = extended & 0xff == code & 0xff ? extended : code
        let text = String(cString: sqlite3_errmsg(handle))
        return SQLiteFailure.error(exact, text: text, statement: sql)
    }
}
