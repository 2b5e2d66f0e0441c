public import JSONTree
import Moments

/// How values of entities compare with each other and with constants.
public enum ODataValue {
    /// A constant as JSON.
    static func json(_ literal: ODataLiteral) -> JSON {
        switch literal {
        case .null: .null
        case .boolean(let flag): .bool(flag)
        case .integer(let number): .integer(number)
        case .double(let number): .double(number)
        case .string(let text), .guid(let text), .enumeration(_, let text): .string(text)
        case .timestamp(let instant): .string(instant.iso8601)
        case .duration(let span): .string(ISODuration(time: span).text)
        }
    }

    static func compare(_ comparison: ODataComparison, _ value: JSON, _ literal: ODataLiteral) -> Bool {
        if case .string(let text) = literal, text.isEmpty, value.isNull { return comparison.holds(0) }
        if literal == .null || value.isNull {
            let equal = literal == .null && value.isNull
            return comparison == .eq ? equal : comparison == .ne ? !equal : false
        }
        let order: Int? =
            switch literal {
            case .timestamp(let instant):
                value.stringValue.flatMap(ODataLexer.timestamp).map { $0 < instant ? -1 : $0 > instant ? 1 : 0 }
            case .duration(let span):
                value.stringValue.flatMap { ISODuration($0)?.exactSpan }.map { $0 < span ? -1 : $0 > span ? 1 : 0 }
            default: order(value, json(literal))
            }
        guard let order else { return comparison == .ne }
        return comparison.holds(order)
    }

    static func compare(_ comparison: ODataComparison, _ left: JSON, _ right: JSON) -> Bool {
        if left.isNull || right.isNull {
            let equal = left.isNull && right.isNull
            return comparison == .eq ? equal : comparison == .ne ? !equal : false
        }
        guard let order = order(left, right) else { return comparison == .ne }
        return comparison.holds(order)
    }

    /// The order of two values of one kind; nil when they cannot be compared.
    ///
    /// Texts that are both instants compare as such.
    public static func order(_ left: JSON, _ right: JSON) -> Int? {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            if let first = ODataLexer.timestamp(left), let second = ODataLexer.timestamp(right) {
                return first < second ? -1 : first > second ? 1 : 0
            }
            let (first, second) = (left.lowercased(), right.lowercased())
            // Bytes, as the database compares, and not Swift's canonical equivalence.
            if first.utf8.elementsEqual(second.utf8) { return 0 }
            return first.utf8.lexicographicallyPrecedes(second.utf8) ? -1 : 1
        case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
        case (.integer(let left), .integer(let right)): return left < right ? -1 : left > right ? 1 : 0
        default:
            guard let first = left.doubleValue, let second = right.doubleValue else { return nil }
            return first < second ? -1 : first > second ? 1 : 0
        }
    }

    /// The order for `$orderby`: missing and null first, then as ``order(_:_:)``; kinds that do not compare are equal.
    public static func sortOrder(_ left: JSON?, _ right: JSON?) -> Int {
        let (first, second) = (left ?? .null, right ?? .null)
        if first.isNull || second.isNull { return first.isNull == second.isNull ? 0 : first.isNull ? -1 : 1 }
        return order(first, second) ?? 0
    }
}
