import JSONTree

/// A schema with all that it refers to, so that it can be read without the document it comes from.
struct SchemaBundle {
    /// How many schemas are taken along: 1,000.
    static let countLimit = 1_000

    private let document: OpenAPIDocument
    private var definitions = JSONObject()
    private var waiting: [(name: String, schema: JSON)] = []

    private init(_ document: OpenAPIDocument) { self.document = document }

    /// The schema with its references leading to its own member `definitions`.
    static func make(_ schema: JSON, in document: OpenAPIDocument) -> JSON {
        var bundle = SchemaBundle(document)
        guard var object = bundle.rewritten(schema).objectValue else { return schema }
        while let next = bundle.waiting.popLast() { bundle.definitions[next.name] = bundle.rewritten(next.schema) }
        if !bundle.definitions.isEmpty { object["definitions"] = .object(bundle.definitions) }
        return .object(object)
    }

    private mutating func rewritten(_ json: JSON) -> JSON {
        switch json {
        case .array(let items):
            var result: [JSON] = []
            for item in items { result.append(rewritten(item)) }
            return .array(result)
        case .object(let object):
            var result = JSONObject()
            for (name, value) in object {
                if name == "$ref", let reference = value.stringValue {
                    result[name] = .string(take(reference))
                } else {
                    result[name] = rewritten(value)
                }
            }
            return .object(result)
        default: return json
        }
    }

    private mutating func take(_ reference: String) -> String {
        let name = reference.split(separator: "/").last.map(String.init) ?? reference
        guard reference.hasPrefix("#/"), definitions[name] != nil || definitions.count < Self.countLimit else {
            return reference
        }
        if definitions[name] == nil {
            // In place of the schema until its turn comes: one that holds itself is taken once.
            definitions[name] = .object(JSONObject())
            waiting.append((name, document.resolve(["$ref": .string(reference)])))
        }
        return "#/definitions/\(name)"
    }
}
