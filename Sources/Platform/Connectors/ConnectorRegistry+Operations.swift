public import JSONTree
import Moments

extension ConnectorRegistry {
    /// The call of an operation that is named by its id, with its parameters by name, as `OpenApiConnection` writes it.
    ///
    /// Members of a body may be given one by one: `body/subject` is the member `subject` of the parameter `body`.
    ///
    /// - Parameters:
    ///   - call: Tenant, connection, key and limits; its method, path and content are replaced.
    ///   - operation: The operation's id, in any case.
    ///   - parameters: The values by name.
    /// - Returns: The call by method and path.
    /// - Throws: ``ConnectorError``; nothing was sent.
    public func resolving(_ call: ConnectorCall, operation: String, parameters: JSON) async throws -> ConnectorCall {
        let definition = try await definition(of: call)
        guard let description = definition.operation(id: operation) else {
            throw Self.unknown(operation, definition)
        }
        let now = clock.now
        let named = Self.nested(parameters, names: Set(description.parameters.map(\.name)))
        var given = Self.namingBody(named, of: description)
        try Self.checkNames(given, of: description)
        if let callback = call.callback { given = definition.filling(given, of: description, callback: callback) }
        let complete = try definition.filling(given, of: description, now: now)
        let draft = try CallDraft(description, parameters: complete, now: now)
        var result = call
        result.method = draft.method
        result.path = draft.path + (draft.rawQuery.map { "?\($0)" } ?? "")
        result.operation = description.place
        result.queries = draft.queries.map { (name: $0.name, value: .string($0.value)) }
        result.headers = call.headers + draft.headers.map { (name: $0.name, value: .string($0.value)) }
        result.body = draft.body
        return result
    }

    private static func unknown(_ name: String, _ definition: ConnectorDefinition) -> ConnectorError {
        let same = definition.index.operations(id: name).map { "'\($0.place)'" }
        return ConnectorError(
            .notSupported,
            same.isEmpty
                ? "The connector '\(definition.name)' has no operation '\(name)'."
                : "The connector '\(definition.name)' has \(same.count) operations named '\(name)'. Name the one that is meant by method and path: \(same.joined(separator: ", "))."
        )
    }

    /// Throws when a parameter is given that the operation does not have, instead of leaving its value out.
    ///
    /// `body` is what an operation takes as a whole: its form, or the body that has another name.
    private static func checkNames(_ given: JSON, of operation: OperationDescription) throws {
        let known = operation.parameters.map(\.name)
        let takesWhole =
            !operation.consumes.isEmpty || operation.parameters.contains { $0.place == .formData || $0.place == .body }
        for (name, value) in given.objectValue ?? JSONObject()
        where !value.isNull && !known.contains(name) && !(name == "body" && takesWhole) {
            let near = known.first { $0.isSame(ignoringCase: name) }.map { " Is '\($0)' meant?" } ?? ""
            let names = operation.parameters.filter { !$0.isInternal }.map { "'\($0.name)'" }
            let list = names.isEmpty ? "It has none" : "It has \(names.joined(separator: ", "))"
            throw ConnectorError(
                .invalidParameter,
                "The operation '\(operation.id)' (\(operation.method) \(operation.path.text)) has no parameter '\(name)'.\(near) \(list)."
            )
        }
    }

    /// The parameters with the body under the name that the operation has for it.
    ///
    /// What people see of a body is its members; its own name differs between definitions of one service (`item`, `emailMessage`).
    /// So `body`, or the only object or array that no parameter bears, is the body where none is given.
    private static func namingBody(_ given: JSON, of operation: OperationDescription) -> JSON {
        guard var object = given.objectValue,
            let name = operation.parameters.first(where: { $0.place == .body })?.name, object[name] == nil
        else { return given }
        let others = object.names.filter { other in !operation.parameters.contains { $0.name == other } }
        guard others.count == 1, let whole = object[others[0]],
            others[0] == "body" || whole.objectValue != nil || whole.arrayValue != nil
        else { return given }
        object[others[0]] = nil
        object[name] = whole
        return .object(object)
    }

    /// The parameters with `a/b` as the member `b` of `a`; what is the name of a parameter is one, slash or not.
    static func nested(_ parameters: JSON, names: Set<String> = []) -> JSON {
        var result = JSONObject()
        for (name, value) in parameters.objectValue ?? JSONObject() {
            if names.contains(name) {
                result[name] = value
                continue
            }
            result = setting(value, at: name.split(separator: "/").map(String.init)[...], in: result)
        }
        return .object(result)
    }

    private static func setting(_ value: JSON, at path: ArraySlice<String>, in object: JSONObject) -> JSONObject {
        guard let name = path.first else { return object }
        var result = object
        let rest = path.dropFirst()
        result[name] =
            rest.isEmpty ? value : .object(setting(value, at: rest, in: object[name]?.objectValue ?? JSONObject()))
        return result
    }
}
