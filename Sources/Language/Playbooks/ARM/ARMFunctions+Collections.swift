internal import JSONTree

extension ARMFunctions {
    /// Functions over arrays and objects.
    static let collections: [String: ARMFunction] = [
        "array": ARMFunction(1) { _, values throws(ARMError) in values[0].arrayValue == nil ? .array(values) : values[0]
        },
        "createarray": ARMFunction(atLeast: 0) { _, values throws(ARMError) in .array(values) },
        "createobject": ARMFunction(atLeast: 0) { _, values throws(ARMError) in
            guard values.count % 2 == 0 else {
                throw ARMError("The template function 'createObject' takes pairs of names and values.")
            }
            var result = JSONObject()
            for index in stride(from: 0, to: values.count, by: 2) {
                result[try text(values[index], "createObject")] = values[index + 1]
            }
            return .object(result)
        },
        "length": ARMFunction(1) { _, values throws(ARMError) in
            switch values[0] {
            case .string(let text): return .integer(Int64(text.utf16.count))
            case .array(let array): return .integer(Int64(array.count))
            case .object(let object): return .integer(Int64(object.count))
            default: throw wrongType("length", "a text, an array or an object", values[0])
            }
        },
        "empty": ARMFunction(1) { _, values throws(ARMError) in
            switch values[0] {
            case .null: return true
            case .string(let text): return .bool(text.isEmpty)
            case .array(let array): return .bool(array.isEmpty)
            case .object(let object): return .bool(object.isEmpty)
            default: throw wrongType("empty", "a text, an array or an object", values[0])
            }
        },
        "contains": ARMFunction(2) { _, values throws(ARMError) in
            switch values[0] {
            case .string(let whole): return .bool(whole.contains(try text(values[1], "contains")))
            case .array(let array): return .bool(array.contains(values[1]))
            case .object(let object): return .bool(object.member(ignoringCase: try text(values[1], "contains")) != nil)
            default: throw wrongType("contains", "a text, an array or an object", values[0])
            }
        },
        "first": ARMFunction(1) { _, values throws(ARMError) in try end(values[0], "first", isFirst: true) },
        "last": ARMFunction(1) { _, values throws(ARMError) in try end(values[0], "last", isFirst: false) },
        "skip": ARMFunction(2) { _, values throws(ARMError) in
            let count = Int(clamping: max(0, try integer(values[1], "skip")))
            if case .string(let text) = values[0] {
                return .string(String(decoding: Array(text.utf16.dropFirst(count)), as: UTF16.self))
            }
            return .array(Array(try elements(values[0], "skip").dropFirst(count)))
        },
        "take": ARMFunction(2) { _, values throws(ARMError) in
            let count = Int(clamping: max(0, try integer(values[1], "take")))
            if case .string(let text) = values[0] {
                return .string(String(decoding: Array(text.utf16.prefix(count)), as: UTF16.self))
            }
            return .array(Array(try elements(values[0], "take").prefix(count)))
        },
        "union": ARMFunction(atLeast: 2) { _, values throws(ARMError) in
            if values[0].objectValue != nil {
                var result = JSONObject()
                for value in values {
                    merge(&result, try object(value, "union"))
                }
                return .object(result)
            }
            var result: [JSON] = []
            for value in values {
                for element in try elements(value, "union") where !result.contains(element) {
                    result.append(element)
                }
            }
            return .array(result)
        },
        "intersection": ARMFunction(atLeast: 2) { _, values throws(ARMError) in
            if var result = values[0].objectValue {
                for value in values.dropFirst() {
                    let other = try object(value, "intersection")
                    for name in result.names where other[name] != result[name] {
                        result[name] = nil
                    }
                }
                return .object(result)
            }
            var result: [JSON] = []
            let others = try values.dropFirst().map { value throws(ARMError) in try elements(value, "intersection") }
            for element in try elements(values[0], "intersection")
            where !result.contains(element) && others.allSatisfy({ $0.contains(element) }) {
                result.append(element)
            }
            return .array(result)
        },
        "range": ARMFunction(2) { _, values throws(ARMError) in
            let start = try integer(values[0], "range")
            let count = try integer(values[1], "range")
            guard (0...10_000).contains(count), start <= Int64(Int32.max) - count, start >= Int64(Int32.min) else {
                throw ARMError("The template function 'range' expects a count from 0 to 10000.")
            }
            return .array((start..<(start + count)).map { .integer($0) })
        },
        "flatten": ARMFunction(1) { _, values throws(ARMError) in
            var result: [JSON] = []
            for value in try elements(values[0], "flatten") {
                result += try elements(value, "flatten")
            }
            return .array(result)
        },
        "items": ARMFunction(1) { _, values throws(ARMError) in
            let pairs = try object(values[0], "items").sorted { $0.name.lowercased() < $1.name.lowercased() }
            return .array(pairs.map { ["key": .string($0.name), "value": $0.value] })
        },
        "objectkeys": ARMFunction(1) { _, values throws(ARMError) in
            .array(try object(values[0], "objectKeys").names.sorted().map { .string($0) })
        },
        "shallowmerge": ARMFunction(1) { _, values throws(ARMError) in
            var result = JSONObject()
            for value in try elements(values[0], "shallowMerge") {
                for (name, member) in try object(value, "shallowMerge") {
                    result[name] = member
                }
            }
            return .object(result)
        },
        "indexfromend": ARMFunction(2) { _, values throws(ARMError) in
            let index = try integer(values[1], "indexFromEnd")
            guard let element = try fromEnd(values[0], index, "indexFromEnd") else {
                throw ARMError(
                    "The template function 'indexFromEnd' has no element \(index) of \(values[0].arrayValue?.count ?? 0)."
                )
            }
            return element
        },
        "tryindexfromend": ARMFunction(2) { _, values throws(ARMError) in
            try fromEnd(values[0], integer(values[1], "tryIndexFromEnd"), "tryIndexFromEnd") ?? .null
        },
    ]

    /// The element counted from the end, the last one is 1; nil if there is none.
    private static func fromEnd(_ json: JSON, _ index: Int64, _ function: String) throws(ARMError) -> JSON? {
        let array = try elements(json, function)
        guard index >= 1, index <= Int64(array.count) else {
            return nil
        }
        return array[array.count - Int(index)]
    }

    private static func end(_ json: JSON, _ function: String, isFirst: Bool) throws(ARMError) -> JSON {
        switch json {
        case .string(let text): return .string((isFirst ? text.first : text.last).map { String($0) } ?? "")
        case .array(let array): return (isFirst ? array.first : array.last) ?? .null
        default: throw wrongType(function, "a text or an array", json)
        }
    }

    /// Objects are merged at every depth, arrays are replaced.
    private static func merge(_ result: inout JSONObject, _ other: JSONObject) {
        for (name, value) in other {
            if var inner = result[name]?.objectValue, let more = value.objectValue {
                merge(&inner, more)
                result[name] = .object(inner)
            } else {
                result[name] = value
            }
        }
    }
}
