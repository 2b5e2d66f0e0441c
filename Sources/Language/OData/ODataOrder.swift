public import JSONTree

/// One key of an `$orderby`.
public struct ODataOrder: Sendable, Hashable {
    /// The property.
    public let path: ODataPath
    /// Whether the greatest comes first.
    public let descending: Bool

    /// Makes a key.
    public init(path: ODataPath, descending: Bool = false) {
        self.path = path
        self.descending = descending
    }

    static func parse(_ text: String, limits: ODataLimits) throws(ODataError) -> [ODataOrder] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= limits.properties else {
            throw ODataError(
                code: .tooComplex,
                message: "The $orderby names more than \(limits.properties) properties.",
                option: "$orderby"
            )
        }
        var orders: [ODataOrder] = []
        for part in parts {
            let words = part.split(whereSeparator: \.isWhitespace)
            guard let name = words.first, words.count <= 2, let path = ODataSelection.path(name) else {
                throw invalid(part, text)
            }
            let direction = words.count == 2 ? words[1].lowercased() : "asc"
            guard direction == "asc" || direction == "desc" else { throw invalid(part, text) }
            orders.append(ODataOrder(path: path, descending: direction == "desc"))
        }
        return orders
    }

    private static func invalid(_ part: Substring, _ text: String) -> ODataError {
        let position = text.distance(from: text.startIndex, to: part.startIndex)
        return ODataError(
            code: .invalidOrderBy,
            message: "Invalid orderby clause: '\(part)' at position \(position) in '\(text)' is not a property name "
                + "with an optional 'asc' or 'desc'.",
            option: "$orderby",
            position: position
        )
    }

    /// Whether the left entity comes before the right one; entities that are equal in every key are not ordered.
    public static func precedes(_ left: JSON, _ right: JSON, by orders: [ODataOrder]) -> Bool {
        for order in orders {
            let result = ODataValue.sortOrder(left[order.path], right[order.path])
            if result != 0 { return order.descending ? result > 0 : result < 0 }
        }
        return false
    }
}

extension JSON {
    /// The value at a path, names matched without regard to case; nil when a part of it is missing.
    subscript(path: ODataPath) -> JSON? {
        var current = self
        for segment in path.segments {
            guard let next = current[ignoringCase: segment] else { return nil }
            current = next
        }
        return current
    }
}
