import JSONTree

/// A document of a definition as it was read, with its references.
struct OpenAPIDocument: Sendable {
    let json: JSON
    /// Whether what stands beside a `$ref` counts.
    var joinsSiblings = false

    /// The value that a `$ref` names, or the value itself; references to references are followed 16 times.
    func resolve(_ value: JSON) -> JSON {
        var current = value
        var beside: [JSONObject] = []
        for _ in 0..<16 {
            guard let target = current["$ref"]?.stringValue, target.hasPrefix("#/") else {
                return beside.isEmpty ? current : Self.joined(current, beside)
            }
            if joinsSiblings, let object = current.objectValue, object.count > 1 { beside.append(object) }
            current = lookUp(target.dropFirst(2)) ?? .null
        }
        return .null
    }

    /// A value with what stands beside the references that led to it, the outermost first: members of both are joined where both hold,
    /// else the outer one counts.
    private static func joined(_ value: JSON, _ beside: [JSONObject]) -> JSON {
        guard var result = value.objectValue else { return value }
        for object in beside.reversed() {
            for (name, own) in object where name != "$ref" {
                result[name] = OpenAPI3Schema.joined(own, result[name] ?? own, name)
            }
        }
        return .object(result)
    }

    private func lookUp(_ pointer: Substring) -> JSON? {
        var current = json
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false) {
            let name = Self.name(part)
            if let next = current[name] {
                current = next
            } else if let items = current.arrayValue, let index = Int(name), items.indices.contains(index) {
                current = items[index]
            } else {
                return nil
            }
        }
        return current
    }

    /// The parts that schemas refer to, without the rest.
    func keepingSchemas() -> OpenAPIDocument {
        var object = JSONObject()
        object["definitions"] = json["definitions"]
        if let schemas = json["components"]?["schemas"] { object["components"] = ["schemas": schemas] }
        var kept = JSON.object(object)
        // Schemas may stand anywhere: what is referred to elsewhere stays where it is, the outer before what is in it.
        var targets: Set<String> = []
        Self.references(json, &targets, depth: 0)
        for target in targets.sorted() where !Self.isKept(target) {
            guard let value = lookUp(target.dropFirst(2)) else { continue }
            let path = target.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false).map(Self.name)
            kept = Self.putting(value, at: path[...], into: kept)
        }
        return OpenAPIDocument(json: kept, joinsSiblings: joinsSiblings)
    }

    private static func isKept(_ target: String) -> Bool {
        ["#/definitions/", "#/components/schemas/"].contains { target.hasPrefix($0) }
    }

    private static func references(_ json: JSON, _ targets: inout Set<String>, depth: Int) {
        guard depth < 200 else { return }
        switch json {
        case .object(let object):
            if let target = object["$ref"]?.stringValue, target.hasPrefix("#/") { targets.insert(target) }
            for (_, value) in object { references(value, &targets, depth: depth + 1) }
        case .array(let items): for item in items { references(item, &targets, depth: depth + 1) }
        default: return
        }
    }

    /// A value at a place; where an outer one is there already, it holds it.
    private static func putting(_ value: JSON, at path: ArraySlice<String>, into json: JSON?) -> JSON {
        guard let name = path.first else { return json ?? value }
        guard case .object(var object)? = json ?? .object(JSONObject()) else { return json ?? value }
        object[name] = putting(value, at: path.dropFirst(), into: object[name])
        return .object(object)
    }

    private static func name(_ part: Substring) -> String {
        Percent.decode(part).replacing("~1", with: "/").replacing("~0", with: "~")
    }

    /// The operations in the order of the document; what cannot be an operation is left out.
    ///
    /// - Parameter policies: Those of the connector, which may name the property by which an operation pages.
    /// - Returns: The operations.
    func operations(_ policies: [ConnectorPolicy] = []) -> [OperationDescription] {
        let nextLinks = NextLinkPolicy(policies)
        var operations: [OperationDescription] = []
        for (path, item) in json["paths"]?.objectValue ?? JSONObject() {
            let item = resolve(item)
            for (method, operation) in item.objectValue ?? JSONObject() where Self.methods.contains(method.lowercased())
            {
                guard operation.objectValue != nil else { continue }
                operations.append(
                    OperationDescription(
                        method: method.uppercased(),
                        path: path,
                        operation,
                        item: item,
                        in: self,
                        nextLinks: nextLinks
                    )
                )
            }
        }
        return operations
    }

    /// The parameters of an operation: its own before those of the path.
    func parameters(_ operation: JSON, _ item: JSON) -> [ParameterDescription] {
        var parameters: [ParameterDescription] = []
        let all = (operation["parameters"]?.arrayValue ?? []) + (item["parameters"]?.arrayValue ?? [])
        for json in all {
            guard let parameter = ParameterDescription(resolve(json), in: self) else { continue }
            let isKnown = parameters.contains { $0.name == parameter.name && $0.place == parameter.place }
            if !isKnown { parameters.append(parameter) }
        }
        return parameters
    }

    static let methods: Set<String> = ["get", "put", "post", "delete", "options", "head", "patch"]
}
