import JSONTree

/// Tells a node what a schema demands of it.
struct SchemaDemands {
    /// How many schemas are looked at: 20,000.
    static let limit = 20_000

    /// Follows references of the schema.
    var resolve: (JSON) -> JSON = { $0 }
    private var count = 0

    init(resolve: @escaping (JSON) -> JSON = { $0 }) { self.resolve = resolve }

    /// Takes up the schema of what is parsed.
    ///
    /// - Parameters:
    ///   - unresolved: The schema.
    ///   - node: The value that must fit it.
    ///   - isRequest: Whether it is what a service wants to be sent, which says less of the value than how it is read.
    ///   - depth: How deep it lies.
    mutating func add(_ unresolved: JSON, to node: ShapeNode, isRequest: Bool = false, depth: Int = 0) {
        count += 1
        let schema = resolve(unresolved)
        guard depth < ShapeNode.depthLimit, count < Self.limit, let object = schema.objectValue, !object.isEmpty else {
            return
        }
        var facts = ShapeFacts()
        if isRequest {
            facts.wanted = Self.kinds(schema)
            facts.requests = [schema]
        } else {
            facts.declared = Self.kinds(schema)
            facts.schemas = [schema]
        }
        node.facts.merge(facts)
        let format = schema["format"]?.stringValue?.lowercased()
        if format == "date-time" || format == "date" { node.facts.isInstant = true }
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for (written, inner) in schema["properties"]?.objectValue ?? JSONObject() {
            // In definitions `@@odata.type` stands for `@odata.type`.
            let name = written.hasPrefix("@@") ? String(written.dropFirst()) : written
            // What may be left out of a request is not wanted.
            if isRequest, !required.contains(written) { continue }
            let member = node.member(name, isExact: !isRequest)
            add(inner, to: member, isRequest: isRequest, depth: depth + 1)
            if required.contains(written) || required.contains(name) { member.need() }
        }
        if let items = schema["items"], items.objectValue != nil {
            add(items, to: node.item, isRequest: isRequest, depth: depth + 1)
        }
        node.facts.least = max(node.facts.least, min(100, Int(clamping: schema["minItems"]?.integerValue ?? 0)))
    }

    /// The kinds that a schema allows.
    static func kinds(_ schema: JSON) -> [ExpectedShape.Kind] {
        let names =
            schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue].compactMap(\.self)
        let kinds = names.compactMap { kind(of: $0.lowercased()) }
        if kinds.isEmpty, schema["properties"]?.objectValue != nil { return [.object] }
        if kinds.isEmpty, schema["items"]?.objectValue != nil { return [.array] }
        return kinds
    }

    private static func kind(of type: String) -> ExpectedShape.Kind? {
        switch type {
        case "object": .object
        case "array": .array
        case "string": .text
        case "integer": .integer
        case "number": .number
        case "boolean": .boolean
        case "null": .null
        default: nil
        }
    }
}
