import Moments

/// A column that holds a property, so that a filter can be answered by the database in part or wholly.
public struct ODataColumn: Sendable, Hashable {
    /// What the column holds.
    public enum Kind: Sendable, Hashable {
        /// The text in small letters.
        case foldedText
        /// The ticks of an instant (100 ns since the year 1).
        case ticks
        /// A whole number.
        case integer
    }

    /// The column's name, put into SQL as it is.
    public let name: String
    /// What the column holds.
    public let kind: Kind

    /// Makes a column.
    public init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// The part of a filter that a database can answer.
public struct ODataSQL: Sendable, Hashable {
    /// An argument of the condition.
    public enum Value: Sendable, Hashable {
        /// A text.
        case text(String)
        /// A whole number.
        case integer(Int64)
    }

    /// A condition with `?` for every argument; `1` when nothing of the filter could be translated.
    public let condition: String
    /// The arguments in their order.
    public let arguments: [Value]
    /// Whether the condition says all that the filter says; if not, the rows must be tested with the filter too.
    public let isExact: Bool

    /// Translates a filter; rows that the filter wants always fulfil the condition.
    ///
    /// - Parameters:
    ///   - filter: The filter; nil wants every row.
    ///   - columns: The columns by their property path in small letters, such as `vendorinformation/provider`.
    /// - Returns: The condition; it may say less than the filter, never more.
    public static func translate(_ filter: ODataFilter?, columns: [String: ODataColumn]) -> ODataSQL {
        guard let filter else { return ODataSQL(condition: "1 = 1", arguments: [], isExact: true) }
        return translate(filter.expression, columns) ?? ODataSQL(condition: "1 = 1", arguments: [], isExact: false)
    }

    private static func translate(_ expression: ODataExpression, _ columns: [String: ODataColumn]) -> ODataSQL? {
        switch expression {
        case .comparison(let comparison, .path(let path), .literal(let literal)):
            return column(path, columns).flatMap { compare(comparison, $0, literal) }
        case .comparison(let comparison, .literal(let literal), .path(let path)):
            return column(path, columns).flatMap { compare(comparison.mirrored, $0, literal) }
        case .isIn(.path(let path), let literals):
            guard let column = column(path, columns) else { return nil }
            return join(literals.map { compare(.eq, column, $0) }, "OR")
        case .and(let parts): return conjunction(parts.map { translate($0, columns) })
        case .or(let parts): return join(parts.map { translate($0, columns) }, "OR")
        case .not(let inner):
            guard let part = translate(inner, columns), part.isExact else { return nil }
            return ODataSQL(condition: "(NOT \(part.condition))", arguments: part.arguments, isExact: true)
        default: return nil
        }
    }

    private static func column(_ path: ODataPath, _ columns: [String: ODataColumn]) -> ODataColumn? {
        path.variable == nil ? columns[path.description.lowercased()] : nil
    }

    /// An `and` keeps what can be translated; the rest makes it inexact.
    private static func conjunction(_ parts: [ODataSQL?]) -> ODataSQL? {
        let known = parts.compactMap { $0 }
        guard let joined = join(known, "AND") else { return nil }
        return ODataSQL(
            condition: joined.condition,
            arguments: joined.arguments,
            isExact: joined.isExact && known.count == parts.count
        )
    }

    private static func join(_ parts: [ODataSQL?], _ word: String) -> ODataSQL? {
        let known = parts.compactMap { $0 }
        guard known.count == parts.count, !known.isEmpty else { return nil }
        return ODataSQL(
            condition: "(" + known.map(\.condition).joined(separator: " \(word) ") + ")",
            arguments: known.flatMap(\.arguments),
            isExact: known.allSatisfy(\.isExact)
        )
    }

    private static func compare(
        _ comparison: ODataComparison,
        _ column: ODataColumn,
        _ literal: ODataLiteral
    ) -> ODataSQL? {
        let name = column.name
        if literal == .null || literal == .string("") {
            let emptyToo = literal == .string("") && column.kind == .foldedText
            let missing = emptyToo ? "(\(name) IS NULL OR \(name) = '')" : "(\(name) IS NULL)"
            switch comparison {
            case .eq: return ODataSQL(condition: missing, arguments: [], isExact: true)
            case .ne: return ODataSQL(condition: "(NOT \(missing))", arguments: [], isExact: true)
            default: return nil
            }
        }
        guard let value = value(literal, column.kind, comparison) else { return nil }
        let sign =
            switch comparison {
            case .eq: "="
            case .ne: "<>"
            case .gt: ">"
            case .ge: ">="
            case .lt: "<"
            case .le: "<="
            }
        // SQL's null would make the condition neither true nor false, which `not` must not see.
        let condition =
            comparison == .ne
            ? "(\(name) IS NULL OR \(name) <> ?)" : "(\(name) IS NOT NULL AND \(name) \(sign) ?)"
        return ODataSQL(condition: condition, arguments: [value], isExact: true)
    }

    private static func value(
        _ literal: ODataLiteral,
        _ kind: ODataColumn.Kind,
        _ comparison: ODataComparison
    ) -> Value? {
        switch (literal, kind) {
        case (.string(let text), .foldedText), (.guid(let text), .foldedText), (.enumeration(_, let text), .foldedText):
            // The order of texts is the program's, not the database's.
            comparison == .eq || comparison == .ne ? .text(text.lowercased()) : nil
        case (.timestamp(let instant), .ticks): .integer(instant.ticks)
        case (.string(let text), .ticks): ODataLexer.timestamp(text).map { .integer($0.ticks) }
        case (.integer(let number), .integer): .integer(number)
        default: nil
        }
    }
}
