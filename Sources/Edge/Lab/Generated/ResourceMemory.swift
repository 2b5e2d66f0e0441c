import JSONTree

/// What stand-ins remember: the resources that were created, changed and deleted, by collection.
struct ResourceMemory: Sendable {
    /// A resource.
    struct Item: Sendable {
        var id: String
        var value: JSONObject
    }

    /// The resources of one path.
    struct Collection: Sendable {
        var items: [Item] = []
        var deleted: Set<String> = []
        /// How many were ever created, so that no id comes twice.
        var made = 0

        func item(_ id: String) -> Item? { items.first { $0.id.isSame(ignoringCase: id) } }

        mutating func put(_ item: Item) {
            deleted.remove(item.id.lowercased())
            if let index = items.firstIndex(where: { $0.id.isSame(ignoringCase: item.id) }) {
                items[index] = item
            } else if items.count < ResourceMemory.itemLimit {
                items.append(item)
            } else {
                items.removeFirst()
                items.append(item)
            }
        }

        mutating func delete(_ id: String) {
            items.removeAll { $0.id.isSame(ignoringCase: id) }
            if deleted.count < ResourceMemory.itemLimit { deleted.insert(id.lowercased()) }
        }
    }

    /// The most resources of a collection: 1,000; the oldest is forgotten then.
    static let itemLimit = 1_000
    /// The most collections: 1,000; nothing is kept of further ones.
    static let collectionLimit = 1_000

    private var collections: [String: Collection] = [:]

    /// The collection of a path.
    subscript(_ connector: String, _ path: String) -> Collection {
        get { collections[Self.key(connector, path)] ?? Collection() }
        set {
            let key = Self.key(connector, path)
            guard collections[key] != nil || collections.count < Self.collectionLimit else { return }
            collections[key] = newValue
        }
    }

    private static func key(_ connector: String, _ path: String) -> String {
        "\(connector.lowercased())\n\(LabURL.decode(path).lowercased().split(separator: "/").joined(separator: "/"))"
    }
}

/// Where the resource is in a body: the body itself, or a member of it (`data`, `result`, `ticket`).
struct ItemShape: Sendable {
    /// The member that holds the resource; nil when the body is it.
    var wrapper: String?
    /// The member that holds its id; nil when it has none.
    var idName: String?

    private static let idNames = ["id", "key", "sys_id", "guid", "uuid", "name", "number", "email", "sid", "value"]

    /// Finds the resource in the body of an answer.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - parameter: The name of the path's parameter that holds the id, when it is known.
    init(_ body: JSONObject, parameter: String?) {
        if let name = Self.idName(body, parameter) {
            (wrapper, idName) = (nil, name)
            return
        }
        for (name, value) in body {
            guard let inner = value.objectValue, let id = Self.idName(inner, parameter) else { continue }
            (wrapper, idName) = (name, id)
            return
        }
        (wrapper, idName) = (nil, nil)
    }

    private static func idName(_ object: JSONObject, _ parameter: String?) -> String? {
        let candidates = (parameter.map { [$0] } ?? []) + idNames
        for candidate in candidates {
            guard let member = object.member(ignoringCase: candidate) else { continue }
            if member.value.stringValue != nil || member.value.integerValue != nil { return member.name }
        }
        return object.first { name, value in
            (name.hasSuffix("Id") || name.hasSuffix("_id"))
                && (value.stringValue ?? value.integerValue?.description) != nil
        }?.name
    }

    func item(_ body: JSONObject) -> JSONObject {
        guard let wrapper else { return body }
        return body[wrapper]?.objectValue ?? JSONObject()
    }

    func body(_ body: JSONObject, with item: JSONObject) -> JSONObject {
        guard let wrapper else { return item }
        var result = body
        result[wrapper] = .object(item)
        return result
    }

    func id(_ item: JSONObject) -> String? {
        idName.flatMap { item[$0] }.map { $0.stringValue ?? $0.text }
    }
}
