import Expressions
import JSONTree
import Moments
import Playbooks

/// Actions that have no effect outside: they compute from what the run knows.
enum PlainActions {
    /// What one came to.
    enum Outcome {
        case outputs(JSON, code: String)
        case variables(RunEvent.VariableChange, outputs: JSON?)
        case failed(code: String, RunError, outputs: JSON?, keepsInputs: Bool)
        case respond(ResponseContent)
        case terminate(ActionStatus, RunError?)
    }

    static func run(_ node: ActionNode, inputs: JSON, context: RunContext, state: RunState) -> Outcome {
        switch node.type {
        case .compose: .outputs(inputs, code: "OK")
        case .parseJSON: ParseJSONAction.run(node, inputs)
        case .query: QueryAction.run(node, inputs, context)
        case .select: SelectAction.run(node, inputs, context)
        case .table: TableAction.run(node, inputs, context)
        case .join: JoinAction.run(node, inputs)
        case .initializeVariable, .setVariable, .incrementVariable, .decrementVariable, .appendToArrayVariable,
            .appendToStringVariable:
            VariableActions.run(node, inputs, state)
        case .expression: ExpressionActions.run(node, inputs, context)
        case .response: ResponseAction.run(node, inputs)
        case .terminate: TerminateAction.run(inputs)
        case .xmlParse: XMLActions.parse(node, inputs, context)
        case .xmlValidation: XMLActions.validate(node, inputs, context)
        case .xslt: XMLActions.transform(node, inputs, context)
        default: unsupported(node)
        }
    }

    /// A type that this server does not run: the definition is taken, the action fails clearly when it is reached.
    private static func unsupported(_ node: ActionNode) -> Outcome {
        .failed(
            code: "NotSupported",
            .unsupported(node),
            outputs: nil,
            keepsInputs: true
        )
    }

    /// A failure of a data action: code `BadRequest`.
    static func badRequest(_ code: String, _ message: String, outputs: JSON? = nil) -> Outcome {
        .failed(code: "BadRequest", RunError(code, message), outputs: outputs, keepsInputs: true)
    }

    /// The `from` array of a data operation, or the failure that Azure shows.
    static func from(_ inputs: JSON, _ kind: String) -> Result<[JSON], FromError> {
        let value = inputs[ignoringCase: "from"] ?? .null
        if let items = value.arrayValue { return .success(items) }
        return .failure(FromError(kind: kind, type: JSONTypeName.of(value)))
    }

    struct FromError: Error {
        let kind: String
        let type: String

        var message: String {
            kind == "table"
                ? "The 'from' property value in the 'table' action inputs is of type '\(type)'. The value must be of type 'Array'."
                : "The 'from' property value in the '\(kind)' action inputs is of type '\(type)'. The value must be an array."
        }
    }
}
