public import JSONTree
import Outbound
import Secrets

extension ConnectorRegistry {
    /// How many choices are given at most: 5,000.
    public static let choiceLimit = 5_000
    /// How many pages of a list are read at most: 20.
    public static let choicePageLimit = 20
    /// How long the pages of a list are read at most: 60 seconds; what has come by then is given.
    static let choicePatience = Duration.seconds(60)
    /// The time of one call: 30 seconds.
    static let choiceTimeout = Duration.seconds(30)

    /// What a question has come to before anything is sent.
    private struct Plan {
        let definition: ConnectorDefinition
        let source: DynamicSource
        let inputs: ChoiceInputs
    }

    /// The choices of a field: asks the service by the operation that the definition names, through the question's connection.
    ///
    /// - Parameter question: The question; its place is a parameter.
    /// - Returns: The choices.
    /// - Throws: ``ChoiceFailure``, ``ConnectorError``, or `OutboundError` when the service is not reached.
    public func choices(of question: ChoiceQuestion) async throws -> ChoiceList {
        let plan = try plan(question, isSchema: false)
        var call = plan.source.open
        if question.folder != nil {
            guard let browse = plan.source.browse else {
                throw ChoiceFailure(.nothingDynamic, "This field has no folders to look into. Leave out 'folder'.")
            }
            call = browse
        }
        var list = ChoiceList(choices: [], isComplete: true)
        let target = call.operation
        list.isComplete = try await answers(of: call, plan, question, pages: Self.choicePageLimit) { body in
            list.choices += try call.reading.choices(in: body, of: target, browse: plan.source.browse)
            return list.choices.count < Self.choiceLimit
        }
        if list.choices.count > Self.choiceLimit {
            list.choices = Array(list.choices.prefix(Self.choiceLimit))
            list.isComplete = false
        }
        return list
    }

    /// The schema of a field, of an answer, or of what a service posts.
    ///
    /// - Parameter question: The question.
    /// - Returns: The schema.
    /// - Throws: ``ChoiceFailure``, ``ConnectorError``, or `OutboundError` when the service is not reached.
    public func schema(of question: ChoiceQuestion) async throws -> JSON {
        let plan = try plan(question, isSchema: true)
        let call = plan.source.open
        var schema = JSON.null
        _ = try await answers(of: call, plan, question, pages: 1) { body in
            schema = try SchemaReading.schema(in: body, at: call.reading.value, of: call.operation)
            return false
        }
        return schema
    }

    private func plan(_ question: ChoiceQuestion, isSchema: Bool) throws -> Plan {
        let definition = try definition(of: question.connection)
        guard let operation = definition.operation(id: question.operation) else {
            throw ChoiceFailure(
                .operationNotFound,
                "The connector '\(definition.name)' has no operation '\(question.operation)'."
            )
        }
        let list = definition.fields(of: operation)
        let (field, origin) = try field(question.place, of: operation, list, in: definition)
        let extensions = field.extensions.filter { $0.isSchema == isSchema }
        guard !extensions.isEmpty else {
            throw ChoiceFailure(
                .nothingDynamic,
                "The definition of '\(definition.name)' names no operation for the \(isSchema ? "schema" : "choices") of "
                    + "\(Self.words(question.place)) of '\(operation.id)'."
            )
        }
        let usable = try definition.usable(extensions, at: field).get()
        return Plan(
            definition: definition,
            source: usable.source,
            inputs: ChoiceInputs(
                definition: definition,
                list: list,
                origin: origin,
                values: FieldValues(values: question.values),
                folder: question.folder
            )
        )
    }

    private func field(
        _ place: ChoiceQuestion.Place,
        of operation: OperationDescription,
        _ list: FieldList,
        in definition: ConnectorDefinition
    ) throws(ChoiceFailure) -> (OperationField, origin: [String]?) {
        let schema: JSON?
        let path: String
        switch place {
        case .parameter(let name):
            guard let found = list.named(name) else {
                throw ChoiceFailure(
                    .parameterNotFound,
                    "The operation '\(operation.id)' has no parameter '\(name)'."
                )
            }
            return (found.field, found.path)
        case .answer(let name): (schema, path) = (operation.answerSchema, name)
        case .notification(let name): (schema, path) = (operation.notificationSchema, name)
        }
        let fields = schema.map { FieldReader.fields(ofAnswer: $0, in: definition.document, picker: nil) } ?? []
        guard let found = FieldList(fields: fields).named(path) else {
            throw ChoiceFailure(
                .parameterNotFound,
                "The definition describes \(schema == nil ? "nothing" : "no '\(path)'") in "
                    + "\(Self.words(place)) of '\(operation.id)'."
            )
        }
        return (found.field, nil)
    }

    private static func words(_ place: ChoiceQuestion.Place) -> String {
        switch place {
        case .parameter(let name): "'\(name)'"
        case .answer(let path): "the answer\(path.isEmpty ? "" : " at '\(path)'")"
        case .notification(let path): "the notification\(path.isEmpty ? "" : " at '\(path)'")"
        }
    }

    /// Makes a call and reads its pages.
    ///
    /// - Returns: Whether there is nothing more to read.
    private func answers(
        of call: DynamicSource.Call,
        _ plan: Plan,
        _ question: ChoiceQuestion,
        pages: Int,
        take: (JSON?) throws -> Bool
    ) async throws -> Bool {
        guard let target = plan.definition.operation(id: call.operation) else {
            throw ChoiceFailure(.operationNotFound, "There is no operation '\(call.operation)'.")
        }
        let parameters = try plan.inputs.parameters(of: call, target, skipsUnknown: plan.source.skipsUnknownParameters)
        var start = ConnectorCall(
            tenant: question.connection.tenant,
            connection: question.connection.name,
            method: "GET",
            path: "/",
            executionKey: "choices",
            timeout: Self.choiceTimeout,
            networks: question.networks,
            tag: "choices"
        )
        start.ownValues = Set(
            call.bindings.compactMap { binding in if case .literal = binding.value { binding.target } else { nil } }
        )
        start = try await resolving(start, operation: target.id, parameters: parameters)
        let prepared = try await prepare(start)
        let end = ContinuousClock.now + Self.choicePatience
        var request = prepared.request
        for page in 1...pages {
            let outputs = prepared.interpret(try await prepared.transport.send(request))
            guard outputs.isSuccess, !outputs.isPending else {
                throw try await refusal(outputs, target, request, question.connection)
            }
            let wantsMore = try take(outputs.body)
            guard let next = prepared.nextPage(after: outputs) else { return true }
            guard wantsMore, page < pages, ContinuousClock.now < end else { return false }
            request = next
        }
        return false
    }

    private func refusal(
        _ outputs: ConnectorOutputs,
        _ target: OperationDescription,
        _ request: OutboundRequest,
        _ connection: Connection
    ) async throws -> ChoiceFailure {
        guard !outputs.isSuccess else {
            return ChoiceFailure(
                .unexpectedAnswer,
                "The service has not answered '\(target.id)' yet: it works on it (202)."
            )
        }
        let hint =
            switch outputs.statusCode {
            case 401: ": it refuses the credential of the connection '\(connection.name)'"
            case 403: ": the account of the connection '\(connection.name)' may not do it"
            case 404: ": there is no such thing, or the account may not see it"
            case 429: ": it asks for a pause"
            default: ""
            }
        var secrets = ServiceWords.credentials(of: request)
        for name in try await connections.secretNames(of: connection) {
            if let secret = try await connections.secret(name, of: connection) { secrets.append(secret.text) }
        }
        let words = ServiceWords.message(in: outputs.body, without: secrets).map { " It says: \($0)" } ?? ""
        return ChoiceFailure(
            .serviceRefused,
            "The service has answered '\(target.id)' with \(outputs.statusCode)\(hint).\(words)"
        )
    }
}
