import JSONTree
import Moments
import OData

/// A `$filter` as a condition of SQL: columns are those of the catalogue, values are bound.
struct FilterSQL {
    let table: TableDescription
    let kind: DatabaseKind
    private(set) var values: [SQLParameter] = []

    init(table: TableDescription, kind: DatabaseKind) {
        self.table = table
        self.kind = kind
    }

    /// The condition of a filter; its values are kept in their order.
    ///
    /// - Throws: ``DatabaseFailure`` with 400 for what SQL or the table cannot say.
    mutating func condition(_ expression: ODataExpression) throws -> String {
        switch expression {
        case .and(let parts): return try join(parts, " AND ")
        case .or(let parts): return try join(parts, " OR ")
        case .not(let inner): return "(NOT \(try condition(inner)))"
        case .comparison(let comparison, let left, let right): return try compare(comparison, left, right)
        case .isIn(let operand, let literals):
            guard !literals.isEmpty else { return "(1 = 0)" }
            let parts = literals.map { ODataExpression.comparison(.eq, operand, .literal($0)) }
            return try join(parts, " OR ")
        case .call(let function, let arguments) where function.isPredicate: return try like(function, arguments)
        case .path(let path):
            let column = try column(path)
            let bound = try ColumnBinding(kind: kind).bind(true, to: column)
            values.append(bound.value)
            return "(\(kind.quoted(column.name)) = \(bound.mark))"
        case .literal(.boolean(let flag)): return flag ? "(1 = 1)" : "(1 = 0)"
        default: throw Self.unsupported("a part of it has no form in SQL")
        }
    }

    private mutating func join(_ parts: [ODataExpression], _ word: String) throws -> String {
        var texts: [String] = []
        for part in parts { texts.append(try condition(part)) }
        return "(\(texts.joined(separator: word)))"
    }

    private mutating func compare(
        _ comparison: ODataComparison,
        _ left: ODataExpression,
        _ right: ODataExpression
    ) throws -> String {
        if case .literal(let literal) = left, !isLiteral(right) {
            return try compare(Self.mirrored(comparison), right, .literal(literal))
        }
        if case .literal(.null) = right {
            let text = try operand(left, for: nil)
            switch comparison {
            case .eq: return "(\(text) IS NULL)"
            case .ne: return "(\(text) IS NOT NULL)"
            default: throw Self.unsupported("null has no order")
            }
        }
        let own = try columnOf(left)
        let first = try operand(left, for: nil)
        let second = try operand(right, for: own)
        let sign = Self.sign(comparison)
        // 'ne' is true for what is missing, too.
        if comparison == .ne { return "(\(first) <> \(second) OR \(first) IS NULL)" }
        return "(\(first) \(sign) \(second))"
    }

    private func isLiteral(_ expression: ODataExpression) -> Bool {
        if case .literal = expression { return true }
        return false
    }

    private func columnOf(_ expression: ODataExpression) throws -> TableDescription.Column? {
        guard case .path(let path) = expression else { return nil }
        return try column(path)
    }

    private mutating func operand(_ expression: ODataExpression, for column: TableDescription.Column?) throws -> String
    {
        switch expression {
        case .path(let path): return kind.quoted(try self.column(path).name)
        case .literal(let literal):
            let value = Self.json(literal)
            guard let column else {
                values.append(Self.plain(value))
                if kind == .postgresql, value.stringValue != nil { return "CAST(? AS text)" }
                return "?"
            }
            let bound = try ColumnBinding(kind: kind).bind(value, to: column)
            values.append(bound.value)
            return bound.mark
        case .call(let function, let arguments):
            let word: String
            switch function {
            case .tolower: word = "LOWER"
            case .toupper: word = "UPPER"
            case .trim: word = "TRIM"
            case .length: word = kind.length
            default: throw Self.unsupported("the function '\(function.rawValue)' has no form in SQL here")
            }
            return "\(word)(\(try operand(arguments[0], for: nil)))"
        default: throw Self.unsupported("a comparison is between columns, functions and constants")
        }
    }

    private mutating func like(_ function: ODataFunction, _ arguments: [ODataExpression]) throws -> String {
        guard case .literal(let literal) = arguments[1], let text = Self.json(literal).stringValue else {
            throw Self.unsupported("'\(function.rawValue)' takes a constant text")
        }
        let escaped = String(text.flatMap { "!%_[".contains($0) ? ["!", $0] : [$0] })
        let pattern =
            switch function {
            case .contains: "%\(escaped)%"
            case .startswith: "\(escaped)%"
            default: "%\(escaped)"
            }
        let operand = try operand(arguments[0], for: nil)
        values.append(.text(pattern))
        if kind == .postgresql { return "(CAST(\(operand) AS text) LIKE CAST(? AS text) ESCAPE '!')" }
        return "(\(operand) LIKE ? ESCAPE '!')"
    }

    private func column(_ path: ODataPath) throws -> TableDescription.Column {
        guard path.variable == nil, path.segments.count == 1, let name = path.segments.first else {
            throw Self.unsupported("'\(path.description)' is no column")
        }
        return try table.column(name)
    }

    private static func plain(_ value: JSON) -> SQLParameter {
        switch value {
        case .integer(let number): .integer(number)
        case .double(let number): .double(number)
        case .bool(let flag): .boolean(flag)
        case .null: .null
        default: .text(value.stringValue ?? value.text)
        }
    }

    private static func json(_ literal: ODataLiteral) -> JSON {
        switch literal {
        case .null: .null
        case .boolean(let flag): .bool(flag)
        case .integer(let number): .integer(number)
        case .double(let number): .double(number)
        case .string(let text), .guid(let text), .enumeration(_, let text): .string(text)
        case .timestamp(let instant): .string(instant.iso8601)
        case .duration(let span): .string(span.text)
        }
    }

    private static func sign(_ comparison: ODataComparison) -> String {
        switch comparison {
        case .eq: "="
        case .ne: "<>"
        case .gt: ">"
        case .ge: ">="
        case .lt: "<"
        case .le: "<="
        }
    }

    private static func mirrored(_ comparison: ODataComparison) -> ODataComparison {
        switch comparison {
        case .gt: .lt
        case .ge: .le
        case .lt: .gt
        case .le: .ge
        default: comparison
        }
    }

    private static func unsupported(_ reason: String) -> DatabaseFailure {
        DatabaseFailure(400, "InvalidFilter", "The $filter cannot be used: \(reason).")
    }
}
