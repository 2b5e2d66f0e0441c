import JSONTree

/// A document of a definition as it was read, with its references.
struct OpenAPIDocument: Sendable {
    let json: JSON

    /// The value that a `$ref` names, or the value itself; references to references are followed 16 times.
    func resolve(_ value: JSON) -> JSON {
        var current = value
        for _ in 0..<16 {
            guard let target = current["$ref"]?.stringValue, target.hasPrefix("#/") else { return current }
            current = lookUp(target.dropFirst(2)) ?? .null
        }
        return .null
    }

    private func lookUp(_ pointer: Substring) -> JSON? {
        var current = json
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false) {
            let name = Percent.decode(part).replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = current[name] else { return nil }
            current = next
        }
        return current
    }

    /// The parts that schemas refer to, without the rest.
    func keepingSchemas() -> OpenAPIDocument {
        var object = JSONObject()
        object["definitions"] = json["definitions"]
        if let schemas = json["components"]?["schemas"] { object["components"] = ["schemas": schemas] }
        return OpenAPIDocument(json: .object(object))
    }

    /// The operations in the order of the document; what cannot be an operation is left out.
    func operations() -> [OperationDescription] {
        var operations: [OperationDescription] = []
        for (path, item) in json["paths"]?.objectValue ?? JSONObject() {
            for (method, operation) in item.objectValue ?? JSONObject() where Self.methods.contains(method.lowercased())
            {
                guard operation.objectValue != nil else { continue }
                operations.append(
                    OperationDescription(method: method.uppercased(), path: path, operation, item: item, in: self)
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
