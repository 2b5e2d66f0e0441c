internal import JSONTree

/// `lambda('x', …)`: names of its variables, and a body evaluated with values for them.
struct ARMLambda {
    let names: [String]
    let body: ARMSyntax

    init(_ syntax: ARMSyntax, _ evaluator: ARMEvaluator) throws(ARMError) {
        guard case .call(let name, let arguments, _) = syntax, name.lowercased() == "lambda", let body = arguments.last
        else {
            throw ARMError("A parameter must be a lambda, written lambda('name', …).")
        }
        var names: [String] = []
        for argument in arguments.dropLast() {
            names.append(try ARMFunctions.text(evaluator.evaluate(argument), "lambda").lowercased())
        }
        self.names = names
        self.body = body
    }

    func callAsFunction(_ evaluator: ARMEvaluator, _ values: JSON...) throws(ARMError) -> JSON {
        guard evaluator.lambdaVariables.count < 1_000 else {
            throw ARMError("Lambdas nest too deep.")
        }
        for (name, value) in zip(names, values) {
            evaluator.lambdaVariables.append((name, value))
        }
        defer { evaluator.lambdaVariables.removeLast(min(names.count, values.count)) }
        return try evaluator.evaluate(body)
    }
}

extension ARMFunctions {
    private static func operands(
        _ evaluator: ARMEvaluator,
        _ arguments: [ARMSyntax],
        _ function: String
    ) throws(ARMError) -> (elements: [JSON], lambda: ARMLambda) {
        guard arguments.count >= 2 else {
            throw ARMError("The template function '\(function)' takes an array and a lambda.")
        }
        let array = try elements(evaluator.evaluate(arguments[0]), function)
        return (array, try ARMLambda(arguments[1], evaluator))
    }

    static let map: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        let (array, lambda) = try operands(evaluator, arguments, "map")
        var result: [JSON] = []
        for (index, element) in array.enumerated() {
            result.append(try lambda(evaluator, element, .integer(Int64(index))))
        }
        return .array(result)
    }

    static let filter: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        let (array, lambda) = try operands(evaluator, arguments, "filter")
        var result: [JSON] = []
        for (index, element) in array.enumerated() {
            if try boolean(lambda(evaluator, element, .integer(Int64(index))), "filter") {
                result.append(element)
            }
        }
        return .array(result)
    }

    static let reduce: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        guard arguments.count == 3 else {
            throw ARMError("The template function 'reduce' takes an array, a first value and a lambda.")
        }
        let array = try elements(evaluator.evaluate(arguments[0]), "reduce")
        var value = try evaluator.evaluate(arguments[1])
        let lambda = try ARMLambda(arguments[2], evaluator)
        for (index, element) in array.enumerated() {
            value = try lambda(evaluator, value, element, .integer(Int64(index)))
        }
        return value
    }

    static let sort: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        let (array, lambda) = try operands(evaluator, arguments, "sort")
        // Insertion keeps equal elements in order and bears a comparison that contradicts itself.
        var result: [JSON] = []
        for element in array {
            var place = result.count
            while place > 0, try boolean(lambda(evaluator, element, result[place - 1]), "sort") {
                place -= 1
            }
            result.insert(element, at: place)
        }
        return .array(result)
    }

    static let toObject: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        let (array, key) = try operands(evaluator, arguments, "toObject")
        let value: ARMLambda? = arguments.count > 2 ? try ARMLambda(arguments[2], evaluator) : nil
        var result = JSONObject()
        for element in array {
            let name = try text(key(evaluator, element), "toObject")
            result[name] = try value.map { lambda throws(ARMError) in try lambda(evaluator, element) } ?? element
        }
        return .object(result)
    }

    static let groupBy: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        let (array, key) = try operands(evaluator, arguments, "groupBy")
        var result = JSONObject()
        for element in array {
            let name = try text(key(evaluator, element), "groupBy")
            result[name] = .array((result[name]?.arrayValue ?? []) + [element])
        }
        return .object(result)
    }

    static let mapValues: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        guard arguments.count == 2 else {
            throw ARMError("The template function 'mapValues' takes an object and a lambda.")
        }
        let members = try object(evaluator.evaluate(arguments[0]), "mapValues")
        let lambda = try ARMLambda(arguments[1], evaluator)
        return .object(try members.mapValues { value throws(ARMError) in try lambda(evaluator, value) })
    }

    /// The first value that is there, walking the keys; null where one is absent.
    static let tryGet: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        guard arguments.count >= 2 else {
            throw ARMError("The template function 'tryGet' takes a value and at least one key.")
        }
        var value = try evaluator.evaluate(arguments[0])
        for argument in arguments.dropFirst() {
            switch (value, try evaluator.evaluate(argument)) {
            case (.object(let object), .string(let name)): value = object.member(ignoringCase: name)?.value ?? .null
            case (.array(let array), .integer(let index)):
                value = index >= 0 && index < array.count ? array[Int(index)] : .null
            default: return .null
            }
        }
        return value
    }
}
