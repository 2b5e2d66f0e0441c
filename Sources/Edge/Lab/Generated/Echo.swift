import JSONTree

/// Puts what was sent into what is answered, where names and types agree, so that things look as they were made.
enum Echo {
    /// How deep it looks: 12.
    static let depthLimit = 12

    static func merged(_ answer: JSON, with request: JSON, depth: Int = 0) -> JSON {
        guard depth < depthLimit, let object = answer.objectValue, let sent = request.objectValue else { return answer }
        var result = object
        for (name, value) in object {
            guard let given = sent.member(ignoringCase: name)?.value, !given.isNull else { continue }
            if let echoed = echoed(value, given, depth) { result[name] = echoed }
        }
        return .object(result)
    }

    private static func echoed(_ value: JSON, _ given: JSON, _ depth: Int) -> JSON? {
        switch (value, given) {
        case (.object(let own), .object): return own.isEmpty ? given : merged(value, with: given, depth: depth + 1)
        case (.array(let own), .array(let items)):
            guard let first = own.first, !items.isEmpty else { return given }
            if first.objectValue == nil { return items.allSatisfy { isSameKind($0, first) } ? given : nil }
            guard items.allSatisfy({ $0.objectValue != nil }) else { return nil }
            return .array(items.map { merged(first, with: $0, depth: depth + 1) })
        case (.null, _): return given
        default: return isSameKind(value, given) ? given : nil
        }
    }

    private static func isSameKind(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.string, .string), (.bool, .bool): true
        default: left.isNumber && right.isNumber
        }
    }

    /// Lays kept members over generated ones.
    static func laid(_ kept: JSONObject, over value: JSONObject) -> JSONObject {
        var result = value
        for (name, member) in kept {
            if let inner = member.objectValue, let own = result[name]?.objectValue {
                result[name] = .object(laid(inner, over: own))
            } else {
                result[name] = member
            }
        }
        return result
    }
}
