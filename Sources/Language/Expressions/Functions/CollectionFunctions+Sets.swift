import JSONTree

/// Union and intersection.
extension CollectionFunctions {
    private enum Kind {
        case arrays([[JSON]])
        case objects([JSONObject])
    }

    private static func sameKind(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Kind
    {
        var arrays: [[JSON]] = []
        var objects: [JSONObject] = []
        for index in 0..<arguments.count {
            switch arguments[index] {
            case .json(.array(let elements)): arrays.append(elements)
            case .json(.object(let object)): objects.append(object)
            default: break
            }
            try evaluation.spend(try evaluation.measure(arguments[index].json))
        }
        if arrays.count == arguments.count { return .arrays(arrays) }
        if objects.count == arguments.count { return .objects(objects) }
        var types: [String] = []
        for index in 0..<arguments.count where !types.contains(arguments[index].typeName) {
            types.append(arguments[index].typeName)
        }
        throw ExpressionError(
            phase: .run,
            message: "Template language function '\(arguments.name)' expects parameters of same type, but found "
                + "'\(types.joined(separator: ","))' distinct types.",
            function: arguments.name
        )
    }

    static func union(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch try sameKind(arguments, &evaluation) {
        case .arrays(let arrays):
            var seen: Set<Ordering.Key> = []
            var result: [JSON] = []
            for array in arrays {
                for element in array where seen.insert(Ordering.Key(json: element)).inserted { result.append(element) }
            }
            return .array(result)
        case .objects(let objects):
            var result = JSONObject()
            for object in objects {
                for (name, value) in object { result[name] = value }
            }
            return .json(.object(result))
        }
    }

    static func intersection(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        switch try sameKind(arguments, &evaluation) {
        case .arrays(let arrays):
            let others = arrays.dropFirst().map { Set($0.map { Ordering.Key(json: $0) }) }
            var seen: Set<Ordering.Key> = []
            var result: [JSON] = []
            for element in arrays.first ?? [] {
                let key = Ordering.Key(json: element)
                guard others.allSatisfy({ $0.contains(key) }), seen.insert(key).inserted else { continue }
                result.append(element)
            }
            return .array(result)
        case .objects(let objects):
            var result = JSONObject()
            for (name, value) in objects.first ?? JSONObject() {
                let isInAll = objects.dropFirst().allSatisfy { other in
                    other[name].map { Ordering.equal($0, value) } ?? false
                }
                if isInAll { result[name] = value }
            }
            return .json(.object(result))
        }
    }
}
