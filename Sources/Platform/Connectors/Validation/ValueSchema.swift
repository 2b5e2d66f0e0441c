import JSONTree

/// The schema of a parameter or a body, compiled once: nodes by number, so that recursion is a number, too.
struct ValueSchema: Sendable {
    /// The types that a value may have.
    struct Types: OptionSet, Sendable, Hashable {
        let rawValue: UInt8

        static let string = Types(rawValue: 1)
        static let number = Types(rawValue: 2)
        static let integer = Types(rawValue: 4)
        static let boolean = Types(rawValue: 8)
        static let object = Types(rawValue: 16)
        static let array = Types(rawValue: 32)
        static let null = Types(rawValue: 64)
        static let file = Types(rawValue: 128)

        /// The type of a name; nil for names that are not known, which allow everything.
        static func named(_ name: String) -> Types? {
            switch name.lowercased() {
            case "string": .string
            case "number": .number
            case "integer": .integer
            case "boolean": .boolean
            case "object": .object
            case "array": .array
            case "null": .null
            case "file": .file
            default: nil
            }
        }
    }

    enum Additional: Sendable {
        case allowed
        case refused
        case matching(Int)
    }

    struct Node: Sendable {
        var types: Types = []
        var isNullable = false
        /// Whether it comes from another operation, so that nothing of it is known here.
        var isDynamic = false
        var choices: [JSON] = []
        /// Whether it is a whole number of 32 bits.
        var isShort = false
        var pattern: LinearPattern?
        var minimum: Double?
        var maximum: Double?
        var isMinimumExclusive = false
        var isMaximumExclusive = false
        var multipleOf: Double?
        var minimumLength: Int?
        var maximumLength: Int?
        var minimumItems: Int?
        var maximumItems: Int?
        var minimumMembers: Int?
        var maximumMembers: Int?
        var hasUniqueItems = false
        var items: Int?
        var properties: [String: Int] = [:]
        var required: [String] = []
        var readOnly: Set<String> = []
        /// The schemas of members whose names match a pattern; no pattern where it is not understood.
        var patterns: [(pattern: LinearPattern?, rule: Int)] = []
        var additional = Additional.allowed
        var allOf: [Int] = []
        var anyOf: [Int] = []
        var oneOf: [Int] = []
        var discriminator: String?
        /// The nodes by the values of the discriminator.
        var variants: [String: Int] = [:]
        /// The value where none is given.
        var defaultValue: JSON?
        /// Whether users do not see it, so that its default is always meant.
        var isInternal = false
        /// Whether it is the address at which the service calls back.
        var isNotificationURL = false
    }

    /// The greatest number of nodes of one schema: 20,000; beyond, nothing is checked.
    static let nodeLimit = 20_000

    private(set) var nodes: [Node] = []

    /// Compiles a schema; what cannot be understood allows everything.
    init(_ schema: JSON, in document: OpenAPIDocument) {
        var compiler = ValueSchemaCompiler(document: document)
        nodes = compiler.compile(schema)
    }
}

/// Turns the JSON of a schema into nodes, a reference's target once however often it is named.
private struct ValueSchemaCompiler {
    let document: OpenAPIDocument
    private var nodes: [ValueSchema.Node] = []
    private var numbers: [String: Int] = [:]
    private var waiting: [(number: Int, schema: JSON)] = []

    init(document: OpenAPIDocument) { self.document = document }

    mutating func compile(_ schema: JSON) -> [ValueSchema.Node] {
        _ = number(of: schema)
        while let next = waiting.popLast() {
            guard nodes.count <= ValueSchema.nodeLimit else { return [ValueSchema.Node()] }
            nodes[next.number] = node(next.schema)
        }
        return nodes
    }

    private mutating func number(of schema: JSON) -> Int {
        if let target = schema["$ref"]?.stringValue {
            // What stands beside a reference may make it another schema.
            let key = document.joinsSiblings && (schema.objectValue?.count ?? 0) > 1 ? schema.text : target
            if let known = numbers[key] { return known }
            let number = add(document.resolve(schema))
            numbers[key] = number
            return number
        }
        return add(schema)
    }

    private mutating func add(_ schema: JSON) -> Int {
        nodes.append(ValueSchema.Node())
        waiting.append((nodes.count - 1, schema))
        return nodes.count - 1
    }

    private mutating func node(_ schema: JSON) -> ValueSchema.Node {
        guard let object = schema.objectValue else { return ValueSchema.Node() }
        var node = ValueSchema.Node()
        node.isDynamic = object["x-ms-dynamic-schema"] != nil || object["x-ms-dynamic-properties"] != nil
        node.isNullable =
            object["x-nullable"]?.boolValue == true || object["nullable"]?.boolValue == true
            || object["x-nullable"]?.stringValue == "true"
        types(object, &node)
        numbers(object, &node)
        members(object, &node)
        // What another operation lists is not all that there is.
        if object["x-ms-dynamic-values"] == nil, object["x-ms-dynamic-list"] == nil {
            node.choices = Self.choices(object)
            // An expression among them stands for values that are known only when a playbook runs.
            if node.choices.contains(where: { $0.stringValue?.contains("@{") == true }) { node.choices = [] }
        }
        node.isShort = object["format"]?.stringValue?.lowercased() == "int32"
        node.pattern = object["pattern"]?.stringValue.flatMap { LinearPattern(Self.bare($0)) }
        node.allOf = list(object["allOf"])
        node.anyOf = list(object["anyOf"])
        node.oneOf = list(object["oneOf"])
        discriminate(object, &node)
        node.defaultValue = object["default"]
        // What is sent where nothing is given cannot be wrong, whatever the list says.
        if let value = node.defaultValue?.nonNull, !node.choices.isEmpty, !node.choices.contains(value) {
            node.choices.append(value)
        }
        node.isNotificationURL = ParameterDescription.isTrue(object["x-ms-notification-url"])
        node.isInternal = object["x-ms-visibility"]?.stringValue?.lowercased() == "internal"
        return node
    }

    /// The values that are allowed; editors show some by titles, which then stand in `enum`, and send values that stand elsewhere.
    private static func choices(_ object: JSONObject) -> [JSON] {
        guard let listed = object["enum"]?.arrayValue else { return object["const"].map { [$0] } ?? [] }
        // Its author says that there are more.
        if object["x-ms-enum"]?["modelAsString"]?.boolValue == true { return [] }
        let elsewhere = [
            object["x-ms-editor-options"]?["items"], object["x-ms-enum-values"], object["x-ms-enum"]?["values"],
        ]
        let values = elsewhere.flatMap { $0?.arrayValue ?? [] }.compactMap { $0["value"]?.nonNull }
        return listed + values.filter { !listed.contains($0) }
    }

    /// A pattern without the slashes around it that JavaScript writes.
    private static func bare(_ pattern: String) -> String {
        guard pattern.count > 2, pattern.hasPrefix("/"), pattern.hasSuffix("/"),
            pattern.hasPrefix("/^") || pattern.hasSuffix("$/")
        else { return pattern }
        return String(pattern.dropFirst().dropLast())
    }

    private mutating func list(_ json: JSON?) -> [Int] {
        var result: [Int] = []
        for schema in json?.arrayValue ?? [] { result.append(number(of: schema)) }
        return result
    }

    private func types(_ object: JSONObject, _ node: inout ValueSchema.Node) {
        let names =
            object["type"]?.stringValue.map { [$0] } ?? object["type"]?.arrayValue?.compactMap(\.stringValue) ?? []
        for name in names {
            guard let type = ValueSchema.Types.named(name) else {
                node.types = []
                return
            }
            node.types.insert(type)
        }
        if node.types.contains(.null) { node.isNullable = true }
        if names.isEmpty, object["properties"]?.objectValue != nil, object["allOf"] == nil { node.types = .object }
    }

    private func numbers(_ object: JSONObject, _ node: inout ValueSchema.Node) {
        node.minimum = object["minimum"]?.doubleValue
        node.maximum = object["maximum"]?.doubleValue
        node.isMinimumExclusive = object["exclusiveMinimum"]?.boolValue == true
        node.isMaximumExclusive = object["exclusiveMaximum"]?.boolValue == true
        if let bound = object["exclusiveMinimum"]?.doubleValue {
            (node.minimum, node.isMinimumExclusive) = (bound, true)
        }
        if let bound = object["exclusiveMaximum"]?.doubleValue {
            (node.maximum, node.isMaximumExclusive) = (bound, true)
        }
        node.multipleOf = object["multipleOf"]?.doubleValue.flatMap { $0 > 0 ? $0 : nil }
        func count(_ name: String) -> Int? { object[name]?.integerValue.map { Int(clamping: $0) } }
        (node.minimumLength, node.maximumLength) = (count("minLength"), count("maxLength"))
        (node.minimumItems, node.maximumItems) = (count("minItems"), count("maxItems"))
        (node.minimumMembers, node.maximumMembers) = (count("minProperties"), count("maxProperties"))
        node.hasUniqueItems = object["uniqueItems"]?.boolValue == true
    }

    private mutating func members(_ object: JSONObject, _ node: inout ValueSchema.Node) {
        if let items = object["items"], items.objectValue != nil { node.items = number(of: items) }
        for (name, schema) in object["properties"]?.objectValue ?? JSONObject() {
            node.properties[name] = number(of: schema)
            if document.resolve(schema)["readOnly"]?.boolValue == true { node.readOnly.insert(name) }
        }
        for part in object["allOf"]?.arrayValue ?? [] { node.readOnly.formUnion(readOnlyNames(part, depth: 0)) }
        for (pattern, schema) in object["patternProperties"]?.objectValue ?? JSONObject() {
            node.patterns.append((LinearPattern(pattern), number(of: schema)))
        }
        node.required = object["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        switch object["additionalProperties"] {
        case .bool(false)?: node.additional = .refused
        case let schema? where schema.objectValue?.isEmpty == false: node.additional = .matching(number(of: schema))
        default: node.additional = .allowed
        }
    }

    /// The members that a part of a schema calls read-only: what is required of them counts for answers alone.
    private func readOnlyNames(_ schema: JSON, depth: Int) -> Set<String> {
        guard depth < 8 else { return [] }
        let schema = document.resolve(schema)
        var names: Set<String> = []
        for (name, property) in schema["properties"]?.objectValue ?? JSONObject()
        where document.resolve(property)["readOnly"]?.boolValue == true {
            names.insert(name)
        }
        for part in schema["allOf"]?.arrayValue ?? [] { names.formUnion(readOnlyNames(part, depth: depth + 1)) }
        return names
    }

    /// The schemas that a discriminator's values name: the definitions of those names, or as its mapping says.
    private mutating func discriminate(_ object: JSONObject, _ node: inout ValueSchema.Node) {
        guard let rule = object["discriminator"], !rule.isNull else { return }
        node.discriminator = rule.stringValue ?? rule["propertyName"]?.stringValue
        if let mapping = rule["mapping"]?.objectValue {
            for (value, target) in mapping {
                guard let target = target.stringValue else { continue }
                let pointer = target.hasPrefix("#") ? target : "#/components/schemas/\(target)"
                node.variants[value] = number(of: ["$ref": .string(pointer)])
            }
        }
        let alternatives = (object["oneOf"]?.arrayValue ?? []) + (object["anyOf"]?.arrayValue ?? [])
        for target in alternatives.compactMap({ $0["$ref"]?.stringValue }) {
            guard let name = target.split(separator: "/").last.map(String.init), node.variants[name] == nil else {
                continue
            }
            node.variants[name] = number(of: ["$ref": .string(target)])
        }
        guard rule.stringValue != nil else { return }
        for (name, schema) in document.json["definitions"]?.objectValue ?? JSONObject() {
            // Only those that build on a base are variants of it.
            guard schema["allOf"]?.arrayValue?.contains(where: { $0["$ref"] != nil }) == true else { continue }
            let value = schema["x-ms-discriminator-value"]?.stringValue ?? name
            node.variants[value] = number(of: ["$ref": .string("#/definitions/\(JSONPointer.escaped(name))")])
        }
    }
}
