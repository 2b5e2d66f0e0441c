import JSONTree

/// Functions on arrays and objects (section 4.2).
enum CollectionFunctions {
    static let all: [ExpressionFunction] = [
        make(
            "contains",
            ["collection", "value"],
            "Says whether a text, array or object has a part, element or key.",
            contains
        ),
        make("empty", ["collection"], "Says whether a value is null or has nothing in it.", empty),
        make("first", ["collection"], "Gives the first element or character.", first),
        make("last", ["collection"], "Gives the last element or character.", last),
        make("skip", ["collection", "count"], "Leaves out the first elements or characters.", skip),
        make("take", ["collection", "count"], "Gives the first elements or characters.", take),
        make("join", ["array", "delimiter"], "Joins the texts of elements with a delimiter between them.", join),
        make("union", ["collection", "collection…"], "Gives what is in any of the arrays or objects.", union),
        make(
            "intersection",
            ["collection", "collection…"],
            "Gives what is in all of the arrays or objects.",
            intersection
        ),
        make("reverse", ["array"], "Gives the elements from last to first.", reverse),
        make("sort", ["array", "property?"], "Gives the elements in ascending order, by a property if named.", sort),
        make("createArray", ["value…"], "Makes an array of its arguments.", createArray),
        make("array", ["value"], "Makes an array of one element.", array),
        make("range", ["start", "count"], "Gives consecutive integers.", range),
        ExpressionFunction(
            "coalesce",
            .collections,
            ["value…"],
            "Gives the first argument that is not null.",
            body: .lazy(coalesce)
        ),
        make("addProperty", ["object", "name", "value"], "Gives the object with a further property.", addProperty),
        make(
            "setProperty",
            ["object", "name", "value"],
            "Gives the object with a property added or replaced.",
            setProperty
        ),
        make("removeProperty", ["object", "name"], "Gives the object without a property.", removeProperty),
        ExpressionFunction(
            "mergeObjects",
            .collections,
            ["object", "object"],
            "Gives the properties of both objects; those of the second win.",
            isUndocumented: true,
            body: .eager(mergeObjects)
        ),
    ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(name, .collections, parameters, summary, body: .eager(body))
    }
}

// MARK: - Questions and parts

extension CollectionFunctions {
    static func contains(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.string(let text)):
            let search = try evaluation.text(arguments[1])
            try evaluation.spend(text.utf8.count)
            return .boolean(search.isEmpty || TextSearch.contains(search, in: text))
        case .json(.array(let elements)):
            let wanted = arguments[1]
            for element in elements {
                try evaluation.spend(1)
                switch element {
                case .array, .object: try evaluation.spend(try evaluation.measure(element))
                default: break
                }
                if Ordering.equal(.json(element), wanted) { return .boolean(true) }
            }
            return .boolean(false)
        case .json(.object(let object)):
            return .boolean(object[try evaluation.text(arguments[1])] != nil)
        default:
            throw arguments.fail(
                "expects its first argument 'collection' to be a dictionary (object), an array or a string. The provided "
                    + "value is of type '\(arguments[0].typeName)'."
            )
        }
    }

    static func empty(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.null): return .boolean(true)
        case .json(.string(let text)): return .boolean(text.isEmpty)
        case .json(.array(let elements)): return .boolean(elements.isEmpty)
        case .json(.object(let object)): return .boolean(object.isEmpty)
        case .xml: return .boolean(false)
        default: throw arguments.typeError(0, "to be an object, an array or a string", ordinal: false)
        }
    }

    private static func collectionError(_ arguments: Arguments) -> ExpressionError {
        arguments.fail(
            "expects its parameter be an array or a string. The provided value is of type '\(arguments[0].typeName)'.",
            usage: true
        )
    }

    static func first(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.array(let elements)): return .json(elements.first ?? .null)
        case .json(.string(let text)):
            return .string(text.isEmpty ? "" : String(decoding: text.utf16.prefix(1), as: UTF16.self))
        default: throw collectionError(arguments)
        }
    }

    static func last(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .json(.array(let elements)): return .json(elements.last ?? .null)
        case .json(.string(let text)):
            return .string(text.isEmpty ? "" : String(decoding: text.utf16.suffix(1), as: UTF16.self))
        default: throw collectionError(arguments)
        }
    }

    private static func count(_ arguments: Arguments) throws(ExpressionError) -> Int {
        let count: Int64
        switch arguments[0] {
        case .json(.array), .json(.string): count = try arguments.integer(1, named: "count")
        default: throw arguments.typeError(0, named: "collection", "to be an array or a string")
        }
        guard count >= 0 else {
            throw arguments.fail(
                "parameters are out of range: 'count' must be a positive integer. The provided value is '\(count)'.",
                usage: true
            )
        }
        return Int(count)
    }

    static func skip(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let count = try count(arguments)
        switch arguments[0] {
        case .json(.array(let elements)):
            try evaluation.spend(elements.count)
            return .array(Array(elements.dropFirst(count)))
        case .json(.string(let text)):
            try evaluation.spend(text.utf8.count)
            let length = TextUnits.length(text)
            return .string(TextUnits.slice(text, min(count, length), length))
        default: return .null
        }
    }

    static func take(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let count = try count(arguments)
        switch arguments[0] {
        case .json(.array(let elements)):
            try evaluation.spend(min(count, elements.count))
            return .array(Array(elements.prefix(count)))
        case .json(.string(let text)):
            try evaluation.spend(text.utf8.count)
            return .string(TextUnits.slice(text, 0, min(count, TextUnits.length(text))))
        default: return .null
        }
    }

    static func join(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let elements = try arguments.array(0, "to be an array")
        let delimiter = try arguments.string(1)
        var result = ""
        for (index, element) in elements.enumerated() {
            if index > 0 { result += delimiter }
            if case .string(let text) = element { result += text } else { result += try evaluation.text(element) }
            guard result.utf8.count <= evaluation.limits.producedCharacters else {
                throw evaluation.tooLong(result.utf8.count)
            }
        }
        try evaluation.produce(result.utf8.count + elements.count)
        return .string(result)
    }
}

// MARK: - New arrays

extension CollectionFunctions {
    static func reverse(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let elements = try arguments.array(0)
        try evaluation.spend(elements.count)
        return .array(elements.reversed())
    }

    static func sort(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let elements = try arguments.array(0)
        let property = arguments.has(1) ? try arguments.string(1) : nil
        try evaluation.spend(elements.count * 20)
        var keyed: [(key: SortKey, place: Int)] = []
        keyed.reserveCapacity(elements.count)
        for (place, element) in elements.enumerated() {
            var key = element
            if let property {
                guard case .object(let object) = element else {
                    if element.isNull {
                        keyed.append((.null, place))
                        continue
                    }
                    throw arguments.fail(
                        "expects an array of objects when a property is named. The array has an element of type "
                            + "'\(Value.typeName(element))'.",
                        usage: true
                    )
                }
                key = object[property] ?? object.member(ignoringCase: property)?.value ?? .null
            }
            guard let sortKey = SortKey(key) else {
                throw arguments.fail(
                    "can only compare strings, numbers and booleans. The array has a value of type "
                        + "'\(Value.typeName(key))' to sort by.",
                    usage: true
                )
            }
            keyed.append((sortKey, place))
        }
        keyed.sort { left, right in
            let order = left.key.compare(right.key)
            return order != 0 ? order < 0 : left.place < right.place
        }
        return .array(keyed.map { elements[$0.place] })
    }

    /// What elements are sorted by: null before booleans before numbers before texts.
    private enum SortKey {
        case null
        case boolean(Bool)
        case number(Number)
        case text(String)

        init?(_ json: JSON) {
            switch json {
            case .null: self = .null
            case .bool(let value): self = .boolean(value)
            case .string(let text): self = .text(text)
            default:
                guard let number = Number(.json(json)) else { return nil }
                self = .number(number)
            }
        }

        private var rank: Int {
            switch self {
            case .null: 0
            case .boolean: 1
            case .number: 2
            case .text: 3
            }
        }

        func compare(_ other: SortKey) -> Int {
            switch (self, other) {
            case (.boolean(let a), .boolean(let b)): a == b ? 0 : a ? 1 : -1
            case (.number(let a), .number(let b)): a.compare(b)
            case (.text(let a), .text(let b)): Ordering.compareOrdinal(a, b)
            default: rank - other.rank
            }
        }
    }

    static func createArray(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        var elements: [JSON] = []
        elements.reserveCapacity(arguments.count)
        for index in 0..<arguments.count { elements.append(arguments[index].json) }
        return .array(elements)
    }

    static func array(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .array([arguments[0].json])
    }

    static func range(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let start = try arguments.integer(0)
        let count = try arguments.integer(1)
        let end = start.addingReportingOverflow(count)
        guard count >= 0, count <= Int64(evaluation.limits.rangeCount), !end.overflow,
            end.partialValue <= Int64(Int32.max), start >= Int64(Int32.min)
        else {
            throw arguments.fail(
                "parameters are out of range: 'count' must be a positive integer no larger than "
                    + "'\(evaluation.limits.rangeCount)' and the sum of 'start index' and 'count' must be no larger than "
                    + "'\(Int32.max)'.",
                usage: true
            )
        }
        try evaluation.spend(Int(count))
        return .array((start..<end.partialValue).map { .integer($0) })
    }

    static func coalesce(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        for argument in call.arguments {
            let value = try argument.evaluate(&evaluation)
            if !value.isNull { return value }
        }
        return .null
    }
}
