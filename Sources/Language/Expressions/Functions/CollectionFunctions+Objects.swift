import JSONTree

/// Objects with properties changed.
extension CollectionFunctions {
    static func addProperty(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        var object = try arguments.object(0)
        let name = try propertyName(arguments)
        guard object.member(ignoringCase: name) == nil else {
            let text = try evaluation.jsonText(.object(object))
            throw arguments.fail(
                "expects the property to not exist in the object. Unable to add property '\(name)' to '\(text.prefix(1_024))' "
                    + "as it already exists."
            )
        }
        try evaluation.spend(object.count)
        object[name] = arguments[2].json
        return .json(.object(object))
    }

    static func setProperty(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        var object = try arguments.object(0)
        let name = try propertyName(arguments)
        let present = object[name] != nil ? name : object.member(ignoringCase: name)?.name ?? name
        try evaluation.spend(object.count)
        object[present] = arguments[2].json
        return .json(.object(object))
    }

    static func removeProperty(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        var object = try arguments.object(0)
        let name = try propertyName(arguments)
        try evaluation.spend(object.count)
        if let present = object[name] != nil ? name : object.member(ignoringCase: name)?.name {
            _ = object.remove(present)
        }
        return .json(.object(object))
    }

    static func mergeObjects(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        var object = try arguments.object(0)
        let other = try arguments.object(1)
        try evaluation.spend(object.count + other.count)
        for (name, value) in other { object[name] = value }
        return .json(.object(object))
    }

    private static func propertyName(_ arguments: Arguments) throws(ExpressionError) -> String {
        guard case .json(.string(let name)) = arguments[1] else { throw arguments.typeError(1, "to be a string") }
        return name
    }
}
