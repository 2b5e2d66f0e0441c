import JSONTree

/// Places of texts in texts.
extension StringFunctions {
    static func indexOf(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let search = try arguments.string(1)
        try evaluation.spend(text.utf8.count)
        var place = search.isEmpty ? 0 : -1
        if !search.isEmpty {
            TextSearch.forEachIgnoringCase(of: search, in: text) {
                place = $0
                return false
            }
        }
        return .integer(Int64(place))
    }

    static func lastIndexOf(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let search = try arguments.string(1)
        try evaluation.spend(text.utf8.count)
        if search.isEmpty { return .integer(Int64(max(TextUnits.length(text) - 1, 0))) }
        var place = -1
        TextSearch.forEachIgnoringCase(of: search, in: text) {
            place = $0
            return true
        }
        return .integer(Int64(place))
    }

    static func nthIndexOf(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let search = try arguments.string(1)
        let occurrence = try arguments.integer(2)
        try evaluation.spend(text.utf8.count)
        if search.isEmpty || occurrence == 0 { return .integer(-1) }
        var wanted = occurrence
        if occurrence < 0 {
            var count: Int64 = 0
            TextSearch.forEachIgnoringCase(of: search, in: text) { _ in
                count += 1
                return true
            }
            guard occurrence >= -count else { return .integer(-1) }
            wanted = count + occurrence + 1
        }
        var seen: Int64 = 0
        var found = -1
        TextSearch.forEachIgnoringCase(of: search, in: text) { place in
            seen += 1
            if seen == wanted { found = place }
            return seen < wanted
        }
        return .integer(Int64(found))
    }

    static func startsWith(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let search = try arguments.string(1)
        try evaluation.spend(search.utf8.count)
        return .boolean(hasAffix(search, of: text, atEnd: false))
    }

    static func endsWith(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let text = try arguments.string(0)
        let search = try arguments.string(1)
        try evaluation.spend(text.utf8.count)
        return .boolean(hasAffix(search, of: text, atEnd: true))
    }

    private static func hasAffix(_ search: String, of text: String, atEnd: Bool) -> Bool {
        let wanted = Array(search.utf16)
        let units = atEnd ? Array(text.utf16.suffix(wanted.count)) : Array(text.utf16.prefix(wanted.count))
        guard units.count == wanted.count else { return false }
        if units == wanted { return true }
        let left = String(decoding: units, as: UTF16.self)
        return Ordering.compareIgnoringCase(left, search) == 0
    }

    static func length(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.string(let text)): return .integer(Int64(TextUnits.length(text)))
        case .json(.array(let elements)): return .integer(Int64(elements.count))
        default: throw arguments.typeError(0, "to be an array or a string", ordinal: false)
        }
    }
}
