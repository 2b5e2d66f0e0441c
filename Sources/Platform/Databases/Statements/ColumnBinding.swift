import Content
import JSONTree
import Moments

/// Values of playbooks as values of a column: the text of a statement holds a mark, never the value.
struct ColumnBinding {
    let kind: DatabaseKind

    /// A value for a column.
    ///
    /// - Parameters:
    ///   - value: The value; objects and arrays are written as JSON.
    ///   - column: The column that it is for.
    /// - Returns: The mark, and the value that is bound to it.
    /// - Throws: ``DatabaseFailure`` with 400 when it cannot be one of the column.
    func bind(_ value: JSON, to column: TableDescription.Column) throws -> (mark: String, value: SQLParameter) {
        guard !value.isNull else { return (cast("?", column), .null) }
        if Self.bytes.contains(column.type) { return try bytes(value, column) }
        let text = value.stringValue ?? value.text
        if Self.instants.contains(column.type), let instant = Timestamp(iso8601: text) {
            return (cast("?", column), .text(Self.text(instant, column, kind)))
        }
        if kind == .postgresql { return (cast("CAST(? AS text)", column), .text(text)) }
        switch value {
        case .integer(let number): return ("?", .integer(number))
        case .double(let number): return ("?", .double(number))
        case .bool(let flag): return ("?", .integer(flag ? 1 : 0))
        default: return ("?", .text(text))
        }
    }

    private func cast(_ mark: String, _ column: TableDescription.Column) -> String {
        column.cast.map { "CAST(\(mark) AS \($0))" } ?? mark
    }

    private func bytes(
        _ value: JSON,
        _ column: TableDescription.Column
    ) throws -> (mark: String, value: SQLParameter) {
        guard let text = value.stringValue ?? value["$content"]?.stringValue,
            let bytes = Base64.decode(text, mode: .lenient)
        else {
            throw DatabaseFailure(400, "InvalidValue", "The column '\(column.name)' takes bytes in Base64.")
        }
        if kind == .postgresql { return ("decode(?, 'base64')", .text(Base64.encode(bytes))) }
        return ("?", .bytes(bytes))
    }

    /// An instant as the database reads it, in Greenwich.
    private static func text(_ instant: Timestamp, _ column: TableDescription.Column, _ kind: DatabaseKind) -> String {
        let iso = instant.iso8601.dropLast()
        let fraction = iso.dropFirst(19).dropFirst().prefix(column.type == "datetime" && kind == .sqlserver ? 3 : 6)
        let digits = fraction.isEmpty ? "" : ".\(fraction)"
        switch kind {
        case .postgresql: return "\(iso.prefix(19))\(digits)" + (column.type == "timestamptz" ? "+00" : "")
        case .mariadb: return "\(iso.prefix(10)) \(iso.dropFirst(11).prefix(8))\(digits)"
        case .sqlserver: return "\(iso.prefix(19))\(digits)" + (column.type == "datetimeoffset" ? "+00:00" : "")
        }
    }

    private static let instants: Set = [
        "timestamp", "timestamptz", "datetime", "datetime2", "datetimeoffset", "smalldatetime",
    ]
    private static let bytes: Set = [
        "bytea", "binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob", "image",
    ]
}
