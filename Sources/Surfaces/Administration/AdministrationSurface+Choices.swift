import Connectors
import Identity
import JSONTree
import Serving

/// What an editor of workflows asks: the operations of a connector, the choices of their fields, and schemas that only the service
/// knows.
extension AdministrationSurface {
    /// The operations that an editor offers: their titles, and what kind of step each makes.
    func listOperations(_ request: Request) async throws -> Response {
        try Access.require(.readWorkflows, .administer, of: request)
        return try await answering {
            .json(["value": .array(try definition(request).offered.map { .object($0.summary) })])
        }
    }

    /// An operation with its fields in the order of an editor's page, and what it answers.
    func operation(_ request: Request) async throws -> Response {
        try Access.require(.readWorkflows, .administer, of: request)
        return try await answering {
            let definition = try definition(request)
            let id = request.parameters["operationId"]
            guard let form = definition.form(of: id) else {
                throw Problem.notFound("The connector '\(definition.name)' has no operation '\(id)'.")
            }
            return .json(form.json)
        }
    }

    /// The choices of a field, from the service: `{"operation", "parameter", "parameters", "folder"}`.
    func choices(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let body = try object(request)
        try refuseOthers(body, than: ["operation", "parameter", "parameters", "folder"])
        guard let parameter = try text(body, "parameter") else {
            throw Problem(status: 400, message: "Name the field whose choices are wanted in 'parameter'.")
        }
        var question = try question(body, about: .parameter(parameter), over: try await found(request, caller))
        question.folder = body["folder"]?.nonNull
        return try await answering { .json(try await connectors.choices(of: question).json) }
    }

    /// A schema, from the service: `{"operation", "parameter" or "answer" or "notification", "parameters"}`.
    func schema(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, .administer, of: request)
        let body = try object(request)
        try refuseOthers(body, than: ["operation", "parameter", "answer", "notification", "parameters"])
        let places = [
            try text(body, "parameter").map(ChoiceQuestion.Place.parameter),
            try text(body, "answer").map(ChoiceQuestion.Place.answer),
            try text(body, "notification").map(ChoiceQuestion.Place.notification),
        ].compactMap(\.self)
        guard places.count == 1 else {
            throw Problem(
                status: 400,
                message:
                    "Say with one of 'parameter', 'answer' and 'notification' which schema is wanted; the last two take a "
                    + "place such as 'value/*', or the empty text for the whole."
            )
        }
        let question = try question(body, about: places[0], over: try await found(request, caller))
        return try await answering { .json(["schema": try await connectors.schema(of: question)]) }
    }

    private func question(
        _ body: JSONObject,
        about place: ChoiceQuestion.Place,
        over connection: Connection
    ) throws(Problem) -> ChoiceQuestion {
        guard let operation = try text(body, "operation") else {
            throw Problem(status: 400, message: "Name the operation that is being edited in 'operation'.")
        }
        let values = body["parameters"]?.nonNull ?? .object(JSONObject())
        guard let values = values.objectValue else {
            throw Problem(
                status: 400,
                message: "The member 'parameters' must be an object: the values so far, by name."
            )
        }
        return ChoiceQuestion(
            connection: connection,
            operation: operation,
            place: place,
            values: values,
            networks: networks
        )
    }

    private func definition(_ request: Request) throws -> ConnectorDefinition {
        let name = request.parameters["name"]
        guard let definition = try connectors.connector(name) else {
            throw Problem.notFound("There is no connector '\(name)'.")
        }
        return definition
    }
}
