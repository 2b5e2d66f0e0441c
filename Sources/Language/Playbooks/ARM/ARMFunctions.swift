internal import JSONTree

/// A function of deployment templates.
struct ARMFunction: Sendable {
    typealias Body = @Sendable (ARMEvaluator, [JSON]) throws(ARMError) -> JSON
    typealias Special = @Sendable (ARMEvaluator, [ARMSyntax], String) throws(ARMError) -> JSON

    /// How many parameters it takes.
    let arity: ClosedRange<Int>
    let body: Body

    init(_ arity: ClosedRange<Int>, _ body: @escaping Body) {
        self.arity = arity
        self.body = body
    }

    init(_ count: Int, _ body: @escaping Body) {
        self.init(count...count, body)
    }

    init(atLeast count: Int, _ body: @escaping Body) {
        self.init(count...10_000, body)
    }
}

/// The functions of deployment templates, by their names in lower case.
enum ARMFunctions {
    /// Those that take evaluated parameters.
    static let all: [String: ARMFunction] = texts.merging(collections) { first, _ in first }
        .merging(numbers) { first, _ in first }
        .merging(logic) { first, _ in first }
        .merging(dates) { first, _ in first }
        .merging(resources) { first, _ in first }
        .merging(addresses) { first, _ in first }

    /// Those that look at their parameters unevaluated.
    static let special: [String: ARMFunction.Special] = lazy.merging(unresolved) { first, _ in first }

    private static let lazy: [String: ARMFunction.Special] = [
        "if": conditional,
        "coalesce": coalesce,
        "parameters": { evaluator, arguments, _ throws(ARMError) in
            try evaluator.parameter(name(of: arguments, evaluator, "parameters"))
        },
        "variables": { evaluator, arguments, _ throws(ARMError) in
            try evaluator.variable(name(of: arguments, evaluator, "variables"))
        },
        "copyindex": copyIndex,
        "reference": reference,
        "lambda": { _, _, _ throws(ARMError) in
            throw ARMError(
                "The template function 'lambda' is only valid as a parameter of map, filter, sort and their kin."
            )
        },
        "lambdavariables": { evaluator, arguments, _ throws(ARMError) in
            let name = try name(of: arguments, evaluator, "lambdaVariables").lowercased()
            guard let found = evaluator.lambdaVariables.last(where: { $0.name == name }) else {
                throw ARMError("The lambda variable '\(name)' is not found.")
            }
            return found.value
        },
        "map": map,
        "filter": filter,
        "reduce": reduce,
        "sort": sort,
        "toobject": toObject,
        "groupby": groupBy,
        "mapvalues": mapValues,
        "tryget": tryGet,
    ]

    /// Those whose answer only the cloud has.
    private static let unresolved: [String: ARMFunction.Special] = {
        let answer: ARMFunction.Special = { _, _, text throws(ARMError) in ARMUnresolved.marker(text) }
        return Dictionary(uniqueKeysWithValues: cloudFunctions.map { ($0, answer) })
    }()

    private static let cloudFunctions = [
        "references", "providers", "pickzones", "getsecret", "deployer", "tologicalzone", "tologicalzones",
        "tophysicalzone", "tophysicalzones",
    ]

    private static let conditional: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        guard arguments.count == 3 else {
            throw ARMError("The template function 'if' does not take \(arguments.count) parameters.")
        }
        let condition = try evaluator.evaluate(arguments[0])
        if ARMUnresolved.isMarker(condition) {
            return condition
        }
        return try evaluator.evaluate(arguments[boolean(condition, "if") ? 1 : 2])
    }

    /// The first value that is not null; what follows it is not evaluated, so that it may fail.
    private static let coalesce: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        guard !arguments.isEmpty else {
            throw ARMError("The template function 'coalesce' takes at least one value.")
        }
        for argument in arguments {
            let value = try evaluator.evaluate(argument)
            if !value.isNull {
                return value
            }
        }
        return .null
    }

    /// The outputs of a deployment in the file; of all else only the cloud knows the state.
    private static let reference: ARMFunction.Special = { evaluator, arguments, text throws(ARMError) in
        guard let first = arguments.first else {
            throw ARMError("The template function 'reference' needs the name or the id of a resource.")
        }
        do throws(ARMError) {
            let name = try evaluator.evaluate(first)
            return name.stringValue.flatMap(evaluator.deployment) ?? ARMUnresolved.marker(text)
        } catch {
            return ARMUnresolved.marker(text)
        }
    }

    private static let copyIndex: ARMFunction.Special = { evaluator, arguments, _ throws(ARMError) in
        var name: String?
        var offset: Int64 = 0
        for argument in arguments {
            switch try evaluator.evaluate(argument) {
            case .string(let text): name = text.lowercased()
            case .integer(let number): offset = number
            default: throw ARMError("The template function 'copyIndex' takes a loop's name and an offset.")
            }
        }
        let loop = name.map { name in evaluator.copyLoops.last { $0.name == name } } ?? evaluator.copyLoops.last
        guard let loop else {
            throw ARMError(
                "The template function 'copyIndex' is not expected at this location: there is no copy loop around it."
            )
        }
        return .integer(loop.index &+ offset)
    }

    static func name(
        of arguments: [ARMSyntax],
        _ evaluator: ARMEvaluator,
        _ function: String
    ) throws(ARMError) -> String {
        guard arguments.count == 1 else {
            throw ARMError("The template function '\(function)' takes one name.")
        }
        return try text(evaluator.evaluate(arguments[0]), function)
    }

    // MARK: Parameters by type

    static func text(_ json: JSON, _ function: String) throws(ARMError) -> String {
        guard let text = json.stringValue else {
            throw wrongType(function, "a text", json)
        }
        return text
    }

    static func integer(_ json: JSON, _ function: String) throws(ARMError) -> Int64 {
        guard let number = json.integerValue else {
            throw wrongType(function, "an integer", json)
        }
        return number
    }

    static func boolean(_ json: JSON, _ function: String) throws(ARMError) -> Bool {
        guard let value = json.boolValue else {
            throw wrongType(function, "a boolean", json)
        }
        return value
    }

    static func elements(_ json: JSON, _ function: String) throws(ARMError) -> [JSON] {
        guard let elements = json.arrayValue else {
            throw wrongType(function, "an array", json)
        }
        return elements
    }

    static func object(_ json: JSON, _ function: String) throws(ARMError) -> JSONObject {
        guard let object = json.objectValue else {
            throw wrongType(function, "an object", json)
        }
        return object
    }

    static func wrongType(_ function: String, _ wanted: String, _ json: JSON) -> ARMError {
        ARMError("The template function '\(function)' expects \(wanted), the value is of type '\(json.typeWord)'.")
    }

    /// The text that `string` and `concat` make of a value.
    static func display(_ json: JSON) -> String {
        switch json {
        case .string(let text): text
        case .bool(let value): value ? "True" : "False"
        case .null: ""
        default: json.text
        }
    }

    static func limited(_ text: String) throws(ARMError) -> JSON {
        guard text.utf8.count <= ARMEvaluator.textLimit else {
            throw ARMError(
                "The expression produces more than \(ARMEvaluator.textLimit) characters.",
                remedy: "Shorten it."
            )
        }
        return .string(text)
    }
}
