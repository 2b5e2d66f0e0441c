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
        _ body: @escaping ExpressionFunction.Lazy
    ) -> ExpressionFunction {
        ExpressionFunction(name, .references, parameters, summary, reference: reference, body: .lazy(body))
    }

    private static func notFound(_ kind: String, _ name: String) -> ExpressionError {
        ExpressionError(
            phase: .run,
            message: "Template language expression cannot be evaluated: the template \(kind) '\(name)' cannot be found."
        )
    }

    private static func notHere(_ call: CallNode) -> ExpressionError {
        ExpressionError(
            phase: .run,
            message: "The template function '\(call.name)' is not expected at this location.",
            function: call.name
        )
    }

    /// The name that a reference function is given; mostly a literal, for which nothing is copied.
    private static func name(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> String {
        if let literal = call.arguments[0].constantString { return literal }
        let value = try call.arguments[0].evaluate(&evaluation)
        guard case .json(.string(let name)) = value else {
            var arguments = Arguments(call)
            arguments.append(value)
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

    static func parameters(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        guard let value = evaluation.context.parameter(name) else {
            throw ExpressionError(phase: .run, message: "The workflow parameter '\(name)' is not found.")
        }
        return .json(value)
    }

    static func variables(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        guard let value = evaluation.context.variable(name) else { throw notFound("variable", name) }
        return .json(value)
    }

    static func trigger(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .json(evaluation.context.trigger() ?? .null)
    }

    static func triggerOutputs(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .json(evaluation.context.triggerOutputs() ?? .null)
    }

    static func triggerBody(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        .json(body(of: evaluation.context.triggerOutputs()))
    }

    static func actions(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        guard let record = evaluation.context.action(name) else { throw notFound("action", name) }
        return .json(record)
    }

    static func outputs(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        return .json(try outputs(ofAction: name, evaluation) ?? .null)
    }

    static func body(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        return .json(body(of: try outputs(ofAction: name, evaluation)))
    }

    static func action(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard let record = evaluation.context.currentAction() else { throw notHere(call) }
        return .json(record)
    }

    static func item(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        if let item = evaluation.itemOverride { return .json(item) }
        guard let item = evaluation.context.item() else { throw notHere(call) }
        return .json(item)
    }

    static func items(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        guard let item = evaluation.context.items(name) else { throw notFound("loop", name) }
        return .json(item)
    }

    static func repeatItems(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        call.arguments.isEmpty ? try item(call, &evaluation) : try items(call, &evaluation)
    }

    static func iterationIndexes(
        _ call: CallNode,
        _ evaluation: inout Evaluation
    ) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        guard let index = evaluation.context.iterationIndex(name) else { throw notFound("loop", name) }
        return .integer(Int64(index))
    }

    static func result(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        let name = try name(call, &evaluation)
        guard let records = evaluation.context.result(name) else { throw notFound("scope", name) }
        return .json(records)
    }

    static func workflow(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard let identity = evaluation.context.workflow() else { throw notHere(call) }
        return .json(identity)
    }

    static func listCallbackURL(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard let url = evaluation.context.callbackURL() else { throw notHere(call) }
        return .string(url)
    }

    static func appSetting(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        guard let value = evaluation.context.appSetting(try name(call, &evaluation)) else { throw notHere(call) }
        return .json(value)
    }

    static func agentParameters(_ call: CallNode, _ evaluation: inout Evaluation) throws(ExpressionError) -> Value {
        throw notHere(call)
    }
}
