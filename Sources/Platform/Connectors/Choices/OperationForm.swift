public import JSONTree

/// An operation as an editor shows it: its fields in the order of an editor's page, what kind of step it makes, what it answers.
public struct OperationForm: Sendable {
    /// How a trigger, or an action that waits, hears from the service.
    public enum Mode: String, Sendable, Hashable {
        /// It asks again and again.
        case polling
        /// The service calls an address.
        case webhook
    }

    /// The operation.
    public let operation: OperationDescription
    private let definition: ConnectorDefinition
    private let list: FieldList

    init(_ operation: OperationDescription, in definition: ConnectorDefinition) {
        self.operation = operation
        self.definition = definition
        list = definition.fields(of: operation)
    }

    /// The fields that people see: required ones first, then by how prominent they are, else as in the definition.
    public var fields: [OperationField] {
        let shown = list.fields.enumerated().filter { entry in
            let field = entry.element
            guard field.visibility != .internal else { return false }
            // A group is shown by its members, and plain items by their list, unless the service knows more of them.
            return !field.extensions.isEmpty || !(field.isGroup || field.path.last == "*")
        }
        func rank(_ field: OperationField) -> Int {
            if field.isRequired { return 0 }
            switch field.visibility {
            case .important: return 1
            case .normal: return 2
            case .advanced, .internal: return 3
            }
        }
        return shown.sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    /// How it hears from the service; nil for an action that is answered at once.
    public var mode: Mode? {
        if operation.notificationSchema != nil || list.fields.contains(where: \.isCallback) { return .webhook }
        return operation.trigger == nil ? nil : .polling
    }

    /// What an editor shows of it in a list.
    public var summary: JSONObject {
        var object: JSONObject = [
            "operationId": .string(operation.id), "kind": operation.trigger == nil ? "action" : "trigger",
            "type": mode == .webhook ? "ApiConnectionWebhook" : "ApiConnection",
            "method": .string(operation.method), "path": .string(operation.path.text),
            "visibility": .string(OperationField.Visibility(operation.visibility.map(JSON.string)).rawValue),
            "effect": .string(definition.effect(of: operation).rawValue),
            "isDeprecated": .bool(operation.isDeprecated),
        ]
        object["title"] = operation.summary.map(JSON.string)
        object["description"] = operation.details.map(JSON.string)
        object["batch"] = operation.trigger.map(JSON.string)
        object["mode"] = mode.map { .string($0.rawValue) }
        object["hint"] = operation.triggerHint.map(JSON.string)
        object["refused"] = definition.refusal(of: operation).map(JSON.string)
        return object
    }

    /// All that an editor shows of it.
    public var json: JSON {
        var object = summary
        object["parameters"] = .array(
            fields.map { field in
                var json = field.json
                json["choices"] = dynamic(field, isSchema: false, origin: field.path)
                json["schema"] = dynamic(field, isSchema: true, origin: field.path)
                return .object(json)
            }
        )
        object["answer"] = answer(operation.answerSchema, status: operation.answerStatus)
        if let schema = operation.notificationSchema { object["notification"] = answer(schema, status: nil) }
        return .object(object)
    }

    private func answer(_ schema: JSON?, status: Int?) -> JSON {
        var object = JSONObject()
        object["statusCode"] = status.map { .integer(Int64($0)) }
        guard let schema else { return .object(object) }
        object["schema"] = SchemaBundle.make(schema, in: definition.document)
        let places = FieldReader.fields(ofAnswer: schema, in: definition.document, picker: nil)
        let dynamic = places.compactMap { place -> JSON? in
            guard case .object(var json)? = self.dynamic(place, isSchema: true, origin: nil) else { return nil }
            json["place"] = .string(place.name)
            return .object(json)
        }
        if !dynamic.isEmpty { object["dynamic"] = .array(dynamic) }
        return .object(object)
    }

    /// What can be asked for at a field; nil when there is nothing.
    private func dynamic(_ field: OperationField, isSchema: Bool, origin: [String]?) -> JSON? {
        let matching = field.extensions.filter { $0.isSchema == isSchema }
        guard !matching.isEmpty else { return nil }
        let usable = definition.usable(matching, at: field)
        guard case .success(let source) = usable else {
            guard case .failure(let failure) = usable else { return nil }
            return ["extension": .string(matching[0].name), "unusable": .string(failure.message)]
        }
        var object: JSONObject = [
            "extension": .string(source.name), "operationId": .string(source.source.open.operation),
            "dependsOn": .array(list.dependencies(of: source.source, origin: origin).map(JSON.string)),
        ]
        if !isSchema { object["kind"] = .string(source.source.kind.rawValue) }
        return .object(object)
    }
}

extension ConnectorDefinition {
    /// An operation as an editor shows it.
    ///
    /// - Parameter id: The operation's name, in any case.
    /// - Returns: The form; nil when there is no such operation.
    public func form(of id: String) -> OperationForm? { operation(id: id).map { OperationForm($0, in: self) } }

    /// The operations that an editor offers, in the order of the definition; hidden ones are there for others only.
    public var offered: [OperationForm] {
        operations.filter { !$0.isInternal }.map { OperationForm($0, in: self) }
    }

    /// The fields of an operation, hidden ones among them.
    func fields(of operation: OperationDescription) -> FieldList {
        FieldList(fields: FieldReader.fields(of: operation, in: document, picker: filePicker))
    }
}
