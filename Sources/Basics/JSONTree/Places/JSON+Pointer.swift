extension JSON {
    /// The value that a pointer leads to, or nil when there is none.
    public subscript(_ pointer: JSONPointer) -> JSON? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let next = object[token] else { return nil }
                value = next
            case .array(let items):
                guard let index = JSONPointer.index(token), items.indices.contains(index) else { return nil }
                value = items[index]
            default:
                return nil
            }
        }
        return value
    }

    /// Sets the value that a pointer leads to.
    ///
    /// Missing members on the way are made as objects. In an array, the index after the last one and `-` append.
    /// What this value alone holds is changed in place.
    ///
    /// - Parameters:
    ///   - value: The new value.
    ///   - pointer: Where it goes; an empty pointer replaces everything.
    /// - Throws: ``JSONError`` with the code `badPointer` when the way leads through a scalar or past an array's end;
    ///   nothing is changed then.
    public mutating func set(_ value: JSON, at pointer: JSONPointer) throws(JSONError) {
        try set(value, pointer.tokens[...])
    }

    private mutating func set(_ value: JSON, _ tokens: ArraySlice<String>) throws(JSONError) {
        guard let token = tokens.first else {
            self = value
            return
        }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var object):
            self = .null
            defer { self = .object(object) }
            if rest.isEmpty {
                object[token] = value
            } else if object[token] != nil {
                try object[token, default: .null].set(value, rest)
            } else {
                var made = JSON.object([:])
                try made.set(value, rest)
                object[token] = made
            }
        case .array(var items):
            self = .null
            defer { self = .array(items) }
            if let index = JSONPointer.index(token), items.indices.contains(index) {
                try items[index].set(value, rest)
            } else if token == "-" || JSONPointer.index(token) == items.count {
                var made = JSON.object([:])
                try made.set(value, rest)
                items.append(made)
            } else {
                throw JSONError(code: .badPointer, message: "There is no element '\(token)' to set in the array.")
            }
        default:
            throw JSONError(code: .badPointer, message: "A scalar has no member '\(token)' to set.")
        }
    }

    /// Removes the value that a pointer leads to and gives it, or nil when there is none.
    @discardableResult
    public mutating func remove(at pointer: JSONPointer) -> JSON? {
        guard let last = pointer.tokens.last, self[pointer] != nil else { return nil }
        return change(pointer.tokens.dropLast()) { parent in
            switch parent {
            case .object(var object):
                parent = .null
                defer { parent = .object(object) }
                return object.remove(last)
            case .array(var items):
                guard let index = JSONPointer.index(last) else { return nil }
                parent = .null
                defer { parent = .array(items) }
                return items.remove(at: index)
            default:
                return nil
            }
        }
    }

    /// Changes the value at the end of a way that is known to exist.
    private mutating func change(_ tokens: ArraySlice<String>, _ body: (inout JSON) -> JSON?) -> JSON? {
        guard let token = tokens.first else { return body(&self) }
        switch self {
        case .object(var object):
            self = .null
            defer { self = .object(object) }
            return object[token, default: .null].change(tokens.dropFirst(), body)
        case .array(var items):
            guard let index = JSONPointer.index(token), items.indices.contains(index) else { return nil }
            self = .null
            defer { self = .array(items) }
            return items[index].change(tokens.dropFirst(), body)
        default:
            return nil
        }
    }
}
