import CODBC

/// A value that is bound to a statement.
enum SQLParameter: Sendable, Hashable {
    case null
    case text(String)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    case bytes([UInt8])
}

/// Values in memory that a driver reads while a statement runs.
final class BoundParameters {
    private struct Slot {
        let memory: UnsafeMutableRawPointer
        let count: Int
        let length: UnsafeMutablePointer<SQLLEN>
        let kind: Int32
        let type: Int32
    }

    private var slots: [Slot] = []

    init(_ values: [SQLParameter]) {
        slots = values.map { value in
            switch value {
            case .null: Self.slot([UInt8](), SQL_C_WCHAR, SQL_WVARCHAR, isNull: true)
            case .text(let text):
                Self.slot(Array(text.utf16), SQL_C_WCHAR, text.utf16.count > 4_000 ? SQL_WLONGVARCHAR : SQL_WVARCHAR)
            case .integer(let number): Self.slot([number], SQL_C_SBIGINT, SQL_BIGINT)
            case .double(let number): Self.slot([number], SQL_C_DOUBLE, SQL_DOUBLE)
            case .boolean(let flag): Self.slot([UInt8(flag ? 1 : 0)], SQL_C_BIT, SQL_BIT)
            case .bytes(let bytes):
                Self.slot(bytes, SQL_C_BINARY, bytes.count > 8_000 ? SQL_LONGVARBINARY : SQL_VARBINARY)
            }
        }
    }

    deinit {
        for slot in slots {
            slot.memory.deallocate()
            slot.length.deallocate()
        }
    }

    func bind(to statement: SQLHANDLE?) throws {
        for (index, slot) in slots.enumerated() {
            let isText = slot.kind == SQL_C_WCHAR
            let size = max(1, isText ? slot.count / 2 : slot.count)
            try ODBCConnection.check(
                SQLBindParameter(
                    statement,
                    SQLUSMALLINT(index + 1),
                    SQLSMALLINT(SQL_PARAM_INPUT),
                    SQLSMALLINT(slot.kind),
                    SQLSMALLINT(slot.type),
                    SQLULEN(size),
                    0,
                    slot.memory,
                    SQLLEN(slot.count),
                    slot.length
                ),
                SQL_HANDLE_STMT,
                statement
            )
        }
    }

    private static func slot<Element>(_ values: [Element], _ kind: Int32, _ type: Int32, isNull: Bool = false) -> Slot {
        let count = values.count * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(8, count), alignment: 8)
        values.withUnsafeBytes { source in
            if let base = source.baseAddress { memory.copyMemory(from: base, byteCount: count) }
        }
        let length = UnsafeMutablePointer<SQLLEN>.allocate(capacity: 1)
        length.initialize(to: isNull ? SQLLEN(SQL_NULL_DATA) : SQLLEN(count))
        return Slot(memory: memory, count: count, length: length, kind: kind, type: type)
    }
}
