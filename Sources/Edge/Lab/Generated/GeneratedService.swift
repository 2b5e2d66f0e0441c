import Connectors
import JSONSchema
import JSONTree
import Moments

/// Answers an operation as its definition says, with what was created before.
///
/// A value: state in, answer and state out, so that the same requests at the same instants give the same answers.
struct GeneratedService {
    let connector: ConnectorDefinition
    let operation: OperationDescription
    let request: LabRequest
    /// The address of the request, for links to further pages; empty where there is none.
    let url: String
    let seed: String
    let now: Timestamp

    /// The answer to a request that the definition allows; 400 says what it does not allow.
    func answer(_ memory: inout ResourceMemory) -> LabAnswer {
        if let refusal { return .refusal(400, "InvalidRequest", refusal) }
        switch ResourceRole(operation, in: connector) {
        case .create: return create(&memory)
        case .list: return list(memory)
        case .read: return read(memory)
        case .change: return change(&memory)
        case .delete: return delete(&memory)
        case nil: return LabAnswer(status, echoed(generated()))
        }
    }

    /// What the definition does not allow in the request; nil when all is well.
    var refusal: String? {
        connector.refusal(
            of: operation,
            parameters: request.parameters,
            queries: request.queries,
            headers: request.headers,
            body: request.body
        )
    }

    private var status: Int { operation.answerStatus }

    /// A body by the schema of the answer; nil when there is none.
    func generated(_ variant: String = "") -> JSON? {
        guard let schema = operation.answerSchema else { return nil }
        var maker = SampleValue(
            seed: "\(seed)/\(connector.name)/\(operation.id)/\(request.digest)\(variant)",
            instant: { (now - .seconds($0)).iso8601 },
            resolve: connector.resolved
        )
        if let name = operation.nextLinkName { maker.omitted.insert(name.lowercased()) }
        let value = maker.value(of: schema, name: operation.id)
        return value.isNull ? nil : value
    }

    /// What was sent, as the members of an answer could have it.
    private var sent: JSON {
        var object = JSONObject()
        for (name, value) in request.queries where !Paging.isOwn(name) { object[name] = .string(value) }
        for (name, value) in request.parameters { object[name] = .string(value) }
        for (name, value) in request.body?.objectValue ?? JSONObject() { object[name] = value }
        return .object(object)
    }

    private func echoed(_ body: JSON?) -> JSON? { body.map { Echo.merged($0, with: sent) } }

    // MARK: - Resources

    private func create(_ memory: inout ResourceMemory) -> LabAnswer {
        var collection = memory[connector.name, request.path]
        collection.made += 1
        guard let body = generated("#\(collection.made)")?.objectValue else {
            memory[connector.name, request.path] = collection
            return LabAnswer(status, echoed(generated()))
        }
        let shape = ItemShape(body, parameter: itemParameter)
        var item = shape.item(body)
        if let name = shape.idName, let number = item[name]?.integerValue, number < 1_000_000 {
            item[name] = .integer(number + Int64(collection.made) - 1)
        }
        item = echoed(.object(item))?.objectValue ?? item
        if let name = shape.wrapper, let inner = request.body?[name] {
            item = Echo.merged(.object(item), with: inner).objectValue ?? item
        }
        if let id = shape.id(item) { collection.put(ResourceMemory.Item(id: id, value: kept(item, shape))) }
        memory[connector.name, request.path] = collection
        return LabAnswer(status, .object(shape.body(body, with: item)))
    }

    /// What is remembered of a resource: its own members, and what was sent that its schema does not show.
    private func kept(_ item: JSONObject, _ shape: ItemShape) -> JSONObject {
        var result = item
        let body = shape.wrapper.flatMap { request.body?[$0] } ?? request.body
        for (name, value) in body?.objectValue ?? JSONObject() where result.member(ignoringCase: name) == nil {
            result[name] = value
        }
        return result
    }

    private func list(_ memory: ResourceMemory) -> LabAnswer {
        guard let body = generated() else { return LabAnswer(status) }
        let collection = memory[connector.name, request.path]
        let paging = Paging(request)
        let sample = ListShape.items(of: body) ?? []
        var items = sample
        if !collection.items.isEmpty {
            let kept = collection.items.map { item -> JSON in
                .object(Echo.laid(item.value, over: sample.first?.objectValue ?? JSONObject()))
            }
            items = kept.filter(fits)
        }
        let part = paging.part(of: items)
        var result = ListShape.body(body, with: part.items)
        if let next = part.next, !url.isEmpty, let name = operation.nextLinkName, case .object(var object) = result {
            object[name] = .string(LabURL.setting(Paging.mark, String(next), in: url))
            result = .object(object)
        }
        return LabAnswer(status, result)
    }

    /// Whether an item has the values that the query names.
    private func fits(_ item: JSON) -> Bool {
        request.queries.allSatisfy { name, wanted in
            guard !Paging.isOwn(name), let value = item[ignoringCase: name], value.objectValue == nil,
                value.arrayValue == nil, !value.isNull
            else { return true }
            return (value.stringValue ?? value.text).isSame(ignoringCase: wanted)
        }
    }

    private var itemParameter: String? {
        if let own = ResourceRole.itemParameter(operation.path.text) { return own }
        let depth = operation.path.text.split(separator: "/").count + 1
        return connector.operations.lazy.filter { $0.path.text.split(separator: "/").count == depth }
            .compactMap { other -> String? in
                guard other.path.text.lowercased().hasPrefix(operation.path.text.lowercased()) else { return nil }
                return ResourceRole.itemParameter(other.path.text)
            }.first
    }

    /// The collection's path and the item's id.
    private var place: (path: String, id: String) {
        let parts = request.path.split(separator: "/").map(String.init)
        let id = itemParameter.flatMap { request.parameters[$0] } ?? LabURL.decode(parts.last ?? "")
        return ("/" + parts.dropLast().joined(separator: "/"), id)
    }

    private func read(_ memory: ResourceMemory) -> LabAnswer {
        let (path, id) = place
        let collection = memory[connector.name, path]
        guard !collection.deleted.contains(id.lowercased()) else { return missing(id) }
        guard let body = echoed(generated()) else { return LabAnswer(status) }
        guard let object = body.objectValue else { return LabAnswer(status, body) }
        let item =
            collection.item(id)
            ?? ResourceMemory.Item(id: id, value: named(id, ItemShape(object, parameter: itemParameter), object))
        return LabAnswer(status, .object(shown(item, in: object)))
    }

    /// The member with the id that was asked for, where it is one of the same kind.
    private func named(_ id: String, _ shape: ItemShape, _ body: JSONObject) -> JSONObject {
        guard let name = shape.idName, let old = shape.item(body)[name] else { return JSONObject() }
        if old.stringValue != nil { return [name: .string(id)] }
        return Int64(id).map { [name: .integer($0)] } ?? JSONObject()
    }

    private func shown(_ item: ResourceMemory.Item, in body: JSONObject) -> JSONObject {
        let shape = ItemShape(body, parameter: itemParameter)
        return shape.body(body, with: Echo.laid(item.value, over: shape.item(body)))
    }

    private func change(_ memory: inout ResourceMemory) -> LabAnswer {
        let (path, id) = place
        var collection = memory[connector.name, path]
        if collection.deleted.contains(id.lowercased()), operation.method == "PATCH" { return missing(id) }
        let body = echoed(generated())
        let shape = body?.objectValue.map { ItemShape($0, parameter: itemParameter) }
        let changes = shape?.wrapper.flatMap { request.body?[$0] } ?? request.body
        let old = collection.item(id)?.value ?? JSONObject()
        let item = ResourceMemory.Item(id: id, value: Echo.laid(changes?.objectValue ?? JSONObject(), over: old))
        collection.put(item)
        memory[connector.name, path] = collection
        guard let object = body?.objectValue else { return LabAnswer(status, body) }
        return LabAnswer(status, .object(shown(item, in: object)))
    }

    private func delete(_ memory: inout ResourceMemory) -> LabAnswer {
        let (path, id) = place
        var collection = memory[connector.name, path]
        guard !collection.deleted.contains(id.lowercased()) else { return missing(id) }
        collection.delete(id)
        memory[connector.name, path] = collection
        return LabAnswer(status, echoed(generated()))
    }

    private func missing(_ id: String) -> LabAnswer {
        .refusal(404, "NotFound", "There is no '\(id)': it was deleted in this rehearsal.")
    }
}
