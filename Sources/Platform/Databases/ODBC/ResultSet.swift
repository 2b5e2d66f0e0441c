import CODBC
import Content
import JSONTree
import Outbound

/// How much of the results of a statement is read.
struct ResultLimits: Sendable, Hashable {
    /// The most rows of all results together.
    let rows: Int
    /// The most bytes of all values together.
    let bytes: Int

    /// What playbooks get: 10,000 rows, 100 MB.
    static let answer = ResultLimits(rows: 10_000, bytes: 100 << 20)
    /// What our own questions to the catalogue need.
    static let inner = ResultLimits(rows: 100_000, bytes: 100 << 20)
}

/// Rows that a statement gave.
struct ResultSet: Sendable, Hashable {
    let columns: [String]
    let rows: [JSONObject]
    /// Whether there were more rows than the limits allow.
    let isCut: Bool

    /// The texts of a row by column number; for our own questions to the catalogue.
    func texts(_ row: Int) -> [String?] { rows[row].values.map { $0.isNull ? nil : $0.stringValue ?? $0.text } }
}

/// Reads the results of a statement that ran.
struct ResultReader {
    let statement: SQLHANDLE?
    let limits: ResultLimits
    let watch: BlockingWatch

    private struct Column {
        let name: String
        let type: Int32
    }

    /// All result sets in their order.
    func all() throws -> [ResultSet] {
        var sets: [ResultSet] = []
        var rows = 0
        var bytes = 0
        while true {
            let columns = try columns()
            if !columns.isEmpty { sets.append(try read(columns, &rows, &bytes)) }
            let more = SQLMoreResults(statement)
            if more == SQL_NO_DATA { return sets }
            try ODBCConnection.check(more, SQL_HANDLE_STMT, statement)
        }
    }

    private func columns() throws -> [Column] {
        var count: SQLSMALLINT = 0
        try ODBCConnection.check(SQLNumResultCols(statement, &count), SQL_HANDLE_STMT, statement)
        var names: Set<String> = []
        return try (0..<max(0, Int(count))).map { index in
            var name = [SQLWCHAR](repeating: 0, count: 257)
            var type: SQLSMALLINT = 0
            try ODBCConnection.check(
                SQLDescribeColW(
                    statement,
                    SQLUSMALLINT(index + 1),
                    &name,
                    SQLSMALLINT(name.count),
                    nil,
                    &type,
                    nil,
                    nil,
                    nil
                ),
                SQL_HANDLE_STMT,
                statement
            )
            // Two columns of one name would hide each other in an object.
            let plain = String(decoding: name.prefix { $0 != 0 }, as: UTF16.self)
            var own = plain
            var number = 1
            while !names.insert(own).inserted {
                own = "\(plain)\(number)"
                number += 1
            }
            return Column(name: own, type: Int32(type))
        }
    }

    private func read(_ columns: [Column], _ rows: inout Int, _ bytes: inout Int) throws -> ResultSet {
        var found: [JSONObject] = []
        var isCut = false
        while true {
            if watch.isAbandoned { throw DatabaseError(state: "HYT00", message: "the time of the call is over") }
            let code = SQLFetch(statement)
            if code == SQL_NO_DATA { break }
            try ODBCConnection.check(code, SQL_HANDLE_STMT, statement)
            guard rows < limits.rows, bytes < limits.bytes else {
                isCut = true
                break
            }
            var row = JSONObject()
            for (index, column) in columns.enumerated() {
                row[column.name] = try value(SQLUSMALLINT(index + 1), column, &bytes)
            }
            rows += 1
            found.append(row)
        }
        return ResultSet(columns: columns.map(\.name), rows: found, isCut: isCut)
    }

    private func value(_ number: SQLUSMALLINT, _ column: Column, _ bytes: inout Int) throws -> JSON {
        switch column.type {
        case SQL_BINARY, SQL_VARBINARY, SQL_LONGVARBINARY:
            guard let data = try data(number, SQL_C_BINARY, terminator: 0, &bytes) else { return .null }
            return .string(Base64.encode(data))
        case SQL_FLOAT, SQL_DOUBLE:
            var value = 0.0
            var length: SQLLEN = 0
            try ODBCConnection.check(
                SQLGetData(statement, number, SQLSMALLINT(SQL_C_DOUBLE), &value, 8, &length),
                SQL_HANDLE_STMT,
                statement
            )
            bytes += 8
            guard length != SQLLEN(SQL_NULL_DATA) else { return .null }
            return value.isFinite ? .double(value) : .string("\(value)")
        default:
            guard let data = try data(number, SQL_C_WCHAR, terminator: 2, &bytes) else { return .null }
            let text = data.withUnsafeBytes { String(decoding: $0.bindMemory(to: UInt16.self), as: UTF16.self) }
            return ColumnValue.json(text, type: column.type)
        }
    }

    /// The bytes of a value in as many parts as it takes; nil for null.
    private func data(
        _ number: SQLUSMALLINT,
        _ kind: Int32,
        terminator: Int,
        _ bytes: inout Int
    ) throws -> [UInt8]? {
        var result: [UInt8] = []
        var size = 4_096
        while true {
            var part = [UInt8](repeating: 0, count: size)
            var length: SQLLEN = 0
            let code = SQLGetData(statement, number, SQLSMALLINT(kind), &part, SQLLEN(size), &length)
            if code == SQL_NO_DATA { return result }
            try ODBCConnection.check(code, SQL_HANDLE_STMT, statement)
            if length == SQLLEN(SQL_NULL_DATA) { return nil }
            let room = size - terminator
            let isWhole = length != SQLLEN(SQL_NO_TOTAL) && length <= room
            result += part.prefix(isWhole ? Int(length) : room)
            bytes += isWhole ? Int(length) : room
            if isWhole { return result }
            guard bytes <= limits.bytes else {
                throw DatabaseError(
                    state: "22001",
                    message: "a value is larger than the limit of \(limits.bytes) bytes"
                )
            }
            size = 1 << 18
        }
    }
}

/// Values as JSON, by the type of their column.
enum ColumnValue {
    static func json(_ text: String, type: Int32) -> JSON {
        switch type {
        case SQL_BIT: .bool(text == "1" || text.lowercased() == "t" || text.lowercased() == "true")
        case SQL_TINYINT, SQL_SMALLINT, SQL_INTEGER, SQL_BIGINT, SQL_DECIMAL, SQL_NUMERIC, SQL_REAL: number(text)
        case SQL_TYPE_TIMESTAMP, SQL_TIMESTAMP: .string(instant(text))
        case -11: .string(text.lowercased())
        default: .string(text)
        }
    }

    /// Numbers keep all of their digits; drivers leave out the zero before the point.
    private static func number(_ text: String) -> JSON {
        var text = text
        if text.hasPrefix(".") { text = "0" + text }
        if text.hasPrefix("-.") { text = "-0" + text.dropFirst() }
        return JSON(number: text) ?? .string(text)
    }

    /// Sessions are in UTC, so that an instant is one of Greenwich.
    private static func instant(_ text: String) -> String {
        guard text.utf8.count >= 19, text.dropFirst(10).first == " " else { return text }
        return "\(text.prefix(10))T\(text.dropFirst(11))Z"
    }
}
