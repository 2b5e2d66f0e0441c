import JSONTree

extension ConnectorDefinition {
    /// The parameters of a call by name, with the address at which the service calls back where the definition wants it
    /// (`x-ms-notification-url`) and the call gives none.
    func filling(_ parameters: JSON, of operation: OperationDescription, callback: String) -> JSON {
        guard case .object(var object) = parameters else { return parameters }
        for parameter in operation.parameters {
            let given = object[parameter.name]?.nonNull
            if parameter.place == .body {
                guard let schema = requestChecks.check(of: operation, in: document).body else { continue }
                if let made = CallbackFilling(schema, callback).filled(given) { object[parameter.name] = made }
            } else if parameter.isNotificationURL, given == nil || given == "" {
                object[parameter.name] = .string(callback)
            }
        }
        return .object(object)
    }
}

/// Puts the callback address into members of a body that are marked for it.
private struct CallbackFilling {
    private let schema: ValueSchema
    private let callback: String
    /// The nodes inside of which there is a place for the address.
    private let leading: Set<Int>

    init(_ schema: ValueSchema, _ callback: String) {
        self.schema = schema
        self.callback = callback
        var leading = Set(schema.nodes.indices.filter { schema.nodes[$0].isNotificationURL })
        var count = -1
        while count != leading.count, !leading.isEmpty {
            count = leading.count
            for (number, node) in schema.nodes.enumerated() where !leading.contains(number) {
                let inside = Array(node.properties.values) + node.allOf
                if inside.contains(where: leading.contains) { leading.insert(number) }
            }
        }
        self.leading = leading
    }

    /// The value with the address at the places that lie least deep, so that a schema that contains itself gets it once.
    ///
    /// - Returns: The value; nil when there is no place for the address, or one is taken already.
    func filled(_ value: JSON?) -> JSON? {
        for depth in 0..<Self.depthLimit {
            switch filled(value, 0, depth) {
            case .nowhere: continue
            case .given: return nil
            case .made(let json): return json
            }
        }
        return nil
    }

    /// How deep bodies are looked into: 20.
    private static let depthLimit = 20

    private enum Place {
        case nowhere
        /// The call gives an address.
        case given
        case made(JSON)
    }

    private func filled(_ value: JSON?, _ number: Int, _ depth: Int, parts: Int = 0) -> Place {
        guard leading.contains(number), parts < Self.depthLimit else { return .nowhere }
        let node = schema.nodes[number]
        if node.isNotificationURL { return value == nil || value == "" ? .made(.string(callback)) : .given }
        guard depth > 0 else { return .nowhere }
        var object: JSONObject
        switch value?.nonNull {
        case .object(let given)?: object = given
        case nil: object = JSONObject()
        default: return .nowhere
        }
        var result = Place.nowhere
        for (name, rule) in node.properties.sorted(by: { $0.key < $1.key }) {
            switch filled(object[name]?.nonNull, rule, depth - 1) {
            case .nowhere: continue
            case .given: if case .nowhere = result { result = .given }
            case .made(let made):
                object[name] = made
                result = .made(.object(object))
            }
        }
        // A part says more of the same object: it is no deeper.
        for part in node.allOf {
            switch filled(.object(object), part, depth, parts: parts + 1) {
            case .nowhere: continue
            case .given: if case .nowhere = result { result = .given }
            case .made(let made):
                object = made.objectValue ?? object
                result = .made(.object(object))
            }
        }
        return result
    }
}
