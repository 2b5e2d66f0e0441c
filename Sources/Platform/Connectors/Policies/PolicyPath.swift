import JSONTree

/// Ways into a body as policies write them: `.a.b`, `['@odata.id']`, `[0]`.
enum PolicyPath {
    enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
    }

    /// The steps of a way that stands alone, such as `a.b` or `['@odata.type']`.
    static func steps(_ text: String) -> [Step] {
        let text = text.trimmed
        guard !text.isEmpty else { return [] }
        // A name such as `@odata.nextLink` is one member, whatever its dots say.
        if text.hasPrefix("@") { return [.member(text)] }
        let (steps, end) = read(Array(text.hasPrefix("[") || text.hasPrefix(".") ? text : ".\(text)"), from: 0)
        let isWhole = end == (text.hasPrefix("[") || text.hasPrefix(".") ? text.count : text.count + 1)
        return isWhole ? steps : [.member(text)]
    }

    /// Reads the steps that follow a call, and says where they end.
    static func read(_ characters: [Character], from start: Int) -> ([Step], end: Int) {
        var steps: [Step] = []
        var at = start
        func character(_ index: Int) -> Character? { index < characters.count ? characters[index] : nil }
        while let next = character(at) {
            let mark = next == "?" ? at + 1 : at
            if character(mark) == "." {
                let name = characters[(mark + 1)...].prefix { $0.isLetter || $0.isNumber || "_-$@".contains($0) }
                guard !name.isEmpty else { break }
                steps.append(.member(String(name)))
                at = name.endIndex
            } else if character(mark) == "[", let close = characters[mark...].firstIndex(of: "]") {
                let inner = String(characters[(mark + 1)..<close]).trimmed
                if let index = Int(inner) {
                    steps.append(.index(index))
                } else if inner.count >= 2, let quote = inner.first, quote == inner.last, "'\"".contains(quote) {
                    steps.append(.member(String(inner.dropFirst().dropLast())))
                } else {
                    break
                }
                at = close + 1
            } else {
                break
            }
        }
        return (steps, at)
    }

    /// The value at the end of the way; nil when it leads nowhere.
    static func value(in json: JSON?, _ steps: some Collection<Step>) -> JSON? {
        var current = json
        for step in steps {
            switch step {
            case .member(let name): current = current?[name]
            case .index(let index): current = current?[index]
            }
        }
        return current
    }

    /// The value with the end of the way changed; what leads nowhere stays as it is.
    ///
    /// - Parameters:
    ///   - json: The value.
    ///   - steps: The way; an array that a name meets is gone through item by item.
    ///   - isMaking: Whether objects that are missing on the way are made.
    ///   - change: The new value at the end; nil removes it.
    /// - Returns: The changed value.
    static func changing(
        _ json: JSON?,
        _ steps: ArraySlice<Step>,
        isMaking: Bool = false,
        _ change: (JSON?) throws -> JSON?
    ) rethrows -> JSON? {
        guard let step = steps.first else { return try change(json) }
        let rest = steps.dropFirst()
        switch (step, json) {
        case (.member, .array(let items)):
            return .array(try items.compactMap { try changing($0, steps, isMaking: isMaking, change) })
        case (.member(let name), .object(var object)):
            if object[name] == nil, !rest.isEmpty, !isMaking { return json }
            object[name] = try changing(object[name], rest, isMaking: isMaking, change)
            return .object(object)
        case (.member(let name), nil), (.member(let name), .null):
            guard isMaking else { return json }
            var object = JSONObject()
            object[name] = try changing(nil, rest, isMaking: true, change)
            return .object(object)
        case (.index(let index), .array(var items)):
            guard items.indices.contains(index) else { return json }
            items[index] = try changing(items[index], rest, isMaking: isMaking, change) ?? .null
            return .array(items)
        default: return json
        }
    }
}
