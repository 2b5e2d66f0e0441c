extension JSON {
    /// The member of that name, or nil when this is no object or has no such member.
    public subscript(_ name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The element at that index, or nil when this is no array or the index lies outside of it.
    public subscript(_ index: Int) -> JSON? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// The member of that name without regard to case; an exact match goes first.
    public subscript(ignoringCase name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object.member(ignoringCase: name)?.value
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The text, or nil for any other kind of value.
    public var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer, or nil for any other kind of value, numbers with a fraction included.
    public var integerValue: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The nearest double of any kind of number, or nil when this is no number.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .digits(let text): Double(text)
        default: nil
        }
    }

    /// The boolean, or nil for any other kind of value.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, or nil when this is no array.
    public var arrayValue: [JSON]? {
        if case .array(let items) = self { items } else { nil }
    }

    /// The object, or nil for any other kind of value.
    public var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// Whether this is a number of any kind.
    public var isNumber: Bool {
        switch self {
        case .integer, .double, .digits: true
        default: false
        }
    }

    /// Tells whether arrays and objects nest deeper than a limit, without walking further than that.
    ///
    /// A scalar has depth 0, `[]` has depth 1. Values that are built step by step can become deeper than what
    /// ``JSONLimits/depth`` lets a parser read back; check before storing them.
    public func nests(deeperThan limit: Int) -> Bool {
        switch self {
        case .array(let items):
            limit <= 0 || items.contains { $0.nests(deeperThan: limit - 1) }
        case .object(let object):
            limit <= 0 || object.contains { $0.value.nests(deeperThan: limit - 1) }
        default:
            false
        }
    }
}
