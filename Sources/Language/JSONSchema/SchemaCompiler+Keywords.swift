import JSONTree

extension SchemaCompiler {
    /// Reads the keywords of one subschema into its node; unknown keywords are ignored.
    mutating func filled(
        _ node: SchemaNode,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) -> SchemaNode {
        var node = node
        if let type = object["type"] { node.types = try types(type, pointer.appending("type")) }
        if let values = object["enum"] {
            guard case .array(let values) = values else {
                throw failure(.malformed, "'enum' must be an array.", pointer)
            }
            node.enumeration = values
            if values.count > 8 { node.enumerationSet = Set(values) }
        }
        try fillNumbers(&node, object, pointer)
        try fillArrays(&node, object, pointer)
        try fillObjects(&node, object, pointer)
        node.allOf = try list("allOf", object, pointer)
        node.anyOf = try list("anyOf", object, pointer)
        node.oneOf = try list("oneOf", object, pointer)
        if object["not"] != nil { node.not = try self.node(pointer.appending("not")) }
        if case .object(let definitions)? = object["definitions"] {
            // Compiled also when nothing names them, so that faults and unsupported keywords in them are found.
            for (name, value) in definitions where value.objectValue != nil {
                _ = try self.node(pointer.appending("definitions").appending(name))
            }
        }
        for keyword in ["pattern", "patternProperties"] where object[keyword] != nil {
            if !unsupported.contains(keyword) { unsupported.append(keyword) }
        }
        return node
    }

    private func types(_ json: JSON, _ pointer: JSONPointer) throws(SchemaError) -> SchemaTypes? {
        let names: [JSON]
        switch json {
        case .array(let items): names = items
        default: names = [json]
        }
        var result: SchemaTypes = []
        for name in names {
            guard let text = name.stringValue else {
                throw failure(.malformed, "'type' must be a text or an array of texts.", pointer)
            }
            if text == "any" { return nil }
            guard let type = SchemaTypes(keyword: text) else {
                throw failure(
                    .malformed,
                    "'\(text)' is no type; use string, number, integer, boolean, object, array or null.",
                    pointer
                )
            }
            result.insert(type)
        }
        return result.isEmpty ? nil : result
    }

    private func fillNumbers(
        _ node: inout SchemaNode,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) {
        node.multipleOf = try number("multipleOf", object, pointer)
        if let factor = node.multipleOf?.doubleValue, factor <= 0 {
            throw failure(.malformed, "'multipleOf' must be greater than 0.", pointer)
        }
        node.maximum = try number("maximum", object, pointer)
        node.minimum = try number("minimum", object, pointer)
        // Draft 4 has a boolean beside the bound; later drafts make the bound itself exclusive.
        switch object["exclusiveMaximum"] {
        case .bool(let value)?: node.isMaximumExclusive = value
        case let bound? where bound.isNumber:
            node.maximum = bound
            node.isMaximumExclusive = true
        default: break
        }
        switch object["exclusiveMinimum"] {
        case .bool(let value)?: node.isMinimumExclusive = value
        case let bound? where bound.isNumber:
            node.minimum = bound
            node.isMinimumExclusive = true
        default: break
        }
        node.maximumLength = try count("maxLength", object, pointer)
        node.minimumLength = try count("minLength", object, pointer)
        node.isDateTime = object["format"] == "date-time"
    }

    private mutating func fillArrays(
        _ node: inout SchemaNode,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) {
        node.maximumItems = try count("maxItems", object, pointer)
        node.minimumItems = try count("minItems", object, pointer)
        node.hasUniqueItems = object["uniqueItems"]?.boolValue ?? false
        switch object["items"] {
        case nil: break
        case .array(let items)?:
            var numbers: [Int] = []
            for index in items.indices {
                numbers.append(try self.node(pointer.appending("items").appending(index)))
            }
            node.items = .each(numbers, rest: try rest("additionalItems", object, pointer))
        default:
            node.items = .every(try self.node(pointer.appending("items")))
        }
    }

    private mutating func fillObjects(
        _ node: inout SchemaNode,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) {
        node.maximumProperties = try count("maxProperties", object, pointer)
        node.minimumProperties = try count("minProperties", object, pointer)
        if case .array(let names)? = object["required"] { node.required = names.compactMap(\.stringValue) }
        if let properties = object["properties"] {
            guard case .object(let properties) = properties else {
                throw failure(.malformed, "'properties' must be an object.", pointer.appending("properties"))
            }
            for (name, schema) in properties {
                let number = try self.node(pointer.appending("properties").appending(name))
                node.properties[name] = .integer(Int64(number))
                // Draft 3 says it at the property.
                if schema["required"] == true, !node.required.contains(name) { node.required.append(name) }
            }
        }
        node.restOfProperties = try rest("additionalProperties", object, pointer)
        // Patterns are not evaluated, so which members are left over cannot be told.
        if object["patternProperties"] != nil { node.restOfProperties = .allowed }
        if case .object(let dependencies)? = object["dependencies"] {
            for (name, needs) in dependencies {
                switch needs {
                case .array(let names):
                    node.dependencies.append((name, .names(names.compactMap(\.stringValue))))
                case .string(let other):
                    node.dependencies.append((name, .names([other])))
                default:
                    let number = try self.node(pointer.appending("dependencies").appending(name))
                    node.dependencies.append((name, .schema(number)))
                }
            }
        }
    }

    private mutating func rest(
        _ keyword: String,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) -> SchemaNode.Rest {
        switch object[keyword] {
        case nil, .bool(true)?: .allowed
        case .bool(false)?: .refused
        default: .matching(try node(pointer.appending(keyword)))
        }
    }

    private mutating func list(
        _ keyword: String,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) -> [Int] {
        guard let value = object[keyword] else { return [] }
        guard case .array(let items) = value, !items.isEmpty else {
            throw failure(.malformed, "'\(keyword)' must be an array with at least one schema.", pointer)
        }
        var numbers: [Int] = []
        for index in items.indices {
            numbers.append(try node(pointer.appending(keyword).appending(index)))
        }
        return numbers
    }

    private func number(
        _ keyword: String,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) -> JSON? {
        guard let value = object[keyword] else { return nil }
        guard value.isNumber else { throw failure(.malformed, "'\(keyword)' must be a number.", pointer) }
        return value
    }

    private func count(
        _ keyword: String,
        _ object: JSONObject,
        _ pointer: JSONPointer
    ) throws(SchemaError) -> Int? {
        guard let value = try number(keyword, object, pointer) else { return nil }
        guard let size = value.doubleValue, size >= 0, size.rounded() == size else {
            throw failure(.malformed, "'\(keyword)' must be a whole number of at least 0.", pointer)
        }
        return size < 1e15 ? Int(size) : Int.max
    }
}
