import GRDBSQLite

/// One compiled statement.
///
/// A class, because the compiled form must be let go exactly once, when the last reference goes.
final class SQLiteStatement {
    let pointer: OpaquePointer
    let sql: String
    let parameterCount: Int
    let isReadOnly: Bool
    /// Why callers may not run this statement; nil when they may.
    let refusal: StoreError?
    var lastUse: UInt64 = 0

    init(_ sql: String, on connection: SQLiteConnection, privileged: Bool, persistent: Bool) throws {
        let refusal = privileged ? nil : StatementGuard.refusal(of: sql)
        if let refusal { throw refusal }
        var compiled: OpaquePointer?
        var hasMore = false
        var text = sql
        let code = text.withUTF8 { utf8 -> Int32 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                var tail: UnsafePointer<CChar>?
                let flags = persistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
                let result = sqlite3_prepare_v3(
                    connection.handle,
                    characters.baseAddress,
                    Int32(characters.count),
                    flags,
                    &compiled,
                    &tail
                )
                if let tail, let base = characters.baseAddress {
                    hasMore = characters[(tail - base)...].contains { $0 > 32 && $0 != CChar(UInt8(ascii: ";")) }
                }
                return result
            }
        }
        guard code == SQLITE_OK else { throw connection.error(code, sql) }
        guard let compiled else { throw StoreError(.invalidSQL, "The statement is empty.") }
        if hasMore {
            sqlite3_finalize(compiled)
            throw StoreError(.invalidSQL, "There is more than one statement in: \(Self.beginning(of: sql))")
        }
        self.pointer = compiled
        self.sql = sql
        self.refusal = StatementGuard.refusal(of: sql)
        self.parameterCount = Int(sqlite3_bind_parameter_count(compiled))
        self.isReadOnly = sqlite3_stmt_readonly(compiled) != 0
    }

    deinit { sqlite3_finalize(pointer) }

    /// The first words of the text, for messages: statements hold no values, and long ones are cut.
    var beginning: String { Self.beginning(of: sql) }

    static func beginning(of sql: String) -> String {
        sql.utf8.count <= 120 ? sql : String(sql.prefix(120)) + "…"
    }

    func bind(_ arguments: [SQLValue], on connection: SQLiteConnection) throws {
        guard arguments.count == parameterCount else {
            throw StoreError(
                .invalidSQL,
                "The statement takes \(parameterCount) arguments, not \(arguments.count): \(beginning)"
            )
        }
        var index: Int32 = 0
        for argument in arguments {
            index += 1
            let code: Int32
            switch argument {
            case .null:
                code = sqlite3_bind_null(pointer, index)
            case .integer(let value):
                code = sqlite3_bind_int64(pointer, index, value)
            case .real(let value):
                // SQLite would keep NULL in its place.
                guard !value.isNaN else {
                    throw StoreError(
                        .invalidSQL,
                        "Argument \(index) is not a number (NaN), which a database cannot keep."
                    )
                }
                code = sqlite3_bind_double(pointer, index, value)
            case .text(var value):
                code = value.withUTF8 { utf8 in
                    utf8.withMemoryRebound(to: CChar.self) { characters in
                        // An empty text has no address, and a null pointer would bind NULL.
                        guard let base = characters.baseAddress else {
                            return sqlite3_bind_text(pointer, index, "", 0, Self.transient)
                        }
                        return sqlite3_bind_text64(
                            pointer,
                            index,
                            base,
                            UInt64(characters.count),
                            Self.transient,
                            UInt8(SQLITE_UTF8)
                        )
                    }
                }
            case .blob(let value):
                code = value.withUnsafeBytes { bytes in
                    guard let base = bytes.baseAddress, !bytes.isEmpty else {
                        return sqlite3_bind_zeroblob(pointer, index, 0)
                    }
                    return sqlite3_bind_blob64(pointer, index, base, UInt64(bytes.count), Self.transient)
                }
            }
            guard code == SQLITE_OK else { throw connection.error(code, sql) }
        }
    }

    /// Goes on to the next row; false at the end.
    func step(on connection: SQLiteConnection) throws -> Bool {
        let code = sqlite3_step(pointer)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = connection.error(code, sql)
            sqlite3_reset(pointer)
            throw error
        }
    }

    func reset() {
        sqlite3_reset(pointer)
        if parameterCount != 0 { sqlite3_clear_bindings(pointer) }
    }

    func value(_ column: Int32) -> SQLValue {
        switch sqlite3_column_type(pointer, column) {
        case SQLITE_INTEGER:
            return .integer(sqlite3_column_int64(pointer, column))
        case SQLITE_FLOAT:
            return .real(sqlite3_column_double(pointer, column))
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(pointer, column) else { return .text("") }
            let count = Int(sqlite3_column_bytes(pointer, column))
            return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let blob = sqlite3_column_blob(pointer, column) else { return .blob([]) }
            let count = Int(sqlite3_column_bytes(pointer, column))
            return .blob(Array(UnsafeRawBufferPointer(start: blob, count: count)))
        default:
            return .null
        }
    }

    /// Tells SQLite to copy what is bound: one `memcpy`, which is cheaper than proving a lifetime.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
