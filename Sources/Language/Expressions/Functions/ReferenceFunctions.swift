import JSONTree

/// What the workflow knows (sections 3 and 4.7).
enum ReferenceFunctions {
    static let all: [ExpressionFunction] = [
        make("parameters", ["name"], "Gives the value of a workflow parameter.", .parameter, parameters),
        make("variables", ["name"], "Gives the present value of a variable.", .variable, variables),
        make("trigger", [], "Gives the trigger's record.", .trigger, trigger),
        make("triggerOutputs", [], "Gives the trigger's outputs.", .trigger, triggerOutputs),
        make("triggerBody", [], "Gives the body of the trigger's outputs.", .trigger, triggerBody),
        make("actions", ["name"], "Gives an action's record.", .action, actions),
        make("outputs", ["name"], "Gives an action's outputs.", .action, outputs),
        make("body", ["name"], "Gives the body of an action's outputs.", .action, body),
        make("actionOutputs", ["name"], "Gives an action's outputs; the older name of outputs.", .action, outputs),
        make("actionBody", ["name"], "Gives the body of an action's outputs; the older name of body.", .action, body),
        make("action", [], "Gives the record of the current action.", .currentAction, action),
        make("item", [], "Gives the current element of the loop or of the array operation.", .item, item),
        make("items", ["loop"], "Gives the current element of a named loop.", .loop, items),
        make("iterationIndexes", ["loop"], "Gives the zero-based index of a named loop.", .loop, iterationIndexes),
        make("result", ["scope"], "Gives the records of the actions in a scope or loop.", .scope, result),
        make("workflow", [], "Gives the workflow's and the run's identity.", .workflow, workflow),
        make(
            "listCallbackUrl",
            [],
            "Gives the URL that calls the trigger or the waiting action.",
            .callback,
            listCallbackURL
        ),
        make(
            "appsetting",
            ["name"],
            "Gives the value of an app setting, in Standard workflows.",
            .appSetting,
            appSetting
        ),
        make(
            "repeatItems",
            ["loop?"],
            "Gives the current element; the older name of item and items.",
            .item,
            repeatItems
        ),
        make("agentParameters", ["name"], "Gives a parameter of an agent's tool.", .parameter, agentParameters),
    ]

    private static func make(
        _ name: String,
        _ parameters: [String],
        _ summary: String,
        _ reference: ExpressionFunction.Reference,
        _ body: @escaping ExpressionFunction.Eager
    ) -> ExpressionFunction {
        ExpressionFunction(name, .references, parameters, summary, reference: reference, body: .eager(body))
    }

    private static func notFound(_ kind: String, _ name: String) -> ExpressionError {
        ExpressionError(
            phase: .run,
            message: "Template language expression cannot be evaluated: the template \(kind) '\(name)' cannot be found."
        )
    }

    private static func notHere(_ arguments: Arguments) -> ExpressionError {
        ExpressionError(
            phase: .run,
            message: "The template function '\(arguments.name)' is not expected at this location.",
            function: arguments.name
        )
    }

    /// The name that a reference function is given.
    private static func name(_ arguments: Arguments) throws(ExpressionError) -> String {
        guard case .json(.string(let name)) = arguments[0] else {
            throw arguments.typeError(0, "to be a string", ordinal: false)
        }
        return name
    }

    /// The `body` of outputs; null when there is none.
    static func body(of outputs: JSON?) -> JSON {
        guard case .object(let object)? = outputs else { return .null }
        return object["body"] ?? object.member(ignoringCase: "body")?.value ?? .null
    }

    /// The outputs of an action by its name.
    static func outputs(ofAction name: String, _ evaluation: Evaluation) throws(ExpressionError) -> JSON? {
        guard let outputs = evaluation.context.outputs(ofAction: name) else { throw notFound("action", name) }
        return outputs
    }

    static func parameters(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(arguments)
        guard let value = evaluation.context.parameter(name) else { throw notFound("parameter", name) }
        return .json(value)
    }

    static func variables(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(arguments)
        guard let value = evaluation.context.variable(name) else { throw notFound("variable", name) }
        return .json(value)
    }

    static func trigger(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .json(evaluation.context.trigger() ?? .null)
    }

    static func triggerOutputs(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        .json(evaluation.context.triggerOutputs() ?? .null)
    }

    static func triggerBody(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .json(body(of: evaluation.context.triggerOutputs()))
    }

    static func actions(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(arguments)
        guard let record = evaluation.context.action(name) else { throw notFound("action", name) }
        return .json(record)
    }

    static func outputs(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .json(try outputs(ofAction: try name(arguments), evaluation) ?? .null)
    }

    static func body(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .json(body(of: try outputs(ofAction: try name(arguments), evaluation)))
    }

    static func action(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard let record = evaluation.context.currentAction() else { throw notHere(arguments) }
        return .json(record)
    }

    static func item(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        if let item = evaluation.itemOverride { return .json(item) }
        guard let item = evaluation.context.item() else { throw notHere(arguments) }
        return .json(item)
    }

    static func items(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(arguments)
        guard let item = evaluation.context.items(name) else { throw notFound("loop", name) }
        return .json(item)
    }

    static func repeatItems(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        arguments.has(0) ? try items(arguments, &evaluation) : try item(arguments, &evaluation)
    }

    static func iterationIndexes(
        _ arguments: Arguments,
        _ evaluation: inout Evaluation
    ) throws(ExpressionError) -> Value {
        let name = try name(arguments)
        guard let index = evaluation.context.iterationIndex(name) else { throw notFound("loop", name) }
        return .integer(Int64(index))
    }

    static func result(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(arguments)
        guard let records = evaluation.context.result(name) else { throw notFound("scope", name) }
        return .json(records)
    }

    static func workflow(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard let identity = evaluation.context.workflow() else { throw notHere(arguments) }
        return .json(identity)
    }

    static func listCallbackURL(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        guard let url = evaluation.context.callbackURL() else { throw notHere(arguments) }
        return .string(url)
    }

    static func appSetting(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard let value = evaluation.context.appSetting(try name(arguments)) else { throw notHere(arguments) }
        return .json(value)
    }

    static func agentParameters(_ arguments: Arguments, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value
    {
        throw notHere(arguments)
    }
}
