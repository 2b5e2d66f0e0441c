import JSONTree

/// Takes the schema out of an answer.
enum SchemaReading {
    /// The largest schema: 1 MiB (1,048,576 bytes) of JSON.
    static let byteLimit = 1_048_576

    /// The schema of an answer.
    ///
    /// What is at the path is a schema, or the properties of one; a text that holds one counts as well. Where the path ends in
    /// `properties`, the object above says what is required.
    ///
    /// - Parameters:
    ///   - body: The answer's body.
    ///   - path: The path to the schema; nil for the whole answer.
    ///   - source: The operation's name, for messages.
    /// - Returns: The schema.
    /// - Throws: ``ChoiceFailure`` with `.unexpectedAnswer` or `.schemaTooLarge`.
    static func schema(in body: JSON?, at path: String?, of source: String) throws(ChoiceFailure) -> JSON {
        let body = body.map(read) ?? .null
        let path = path ?? ""
        guard let found = ValuePath.value(path, of: body).map(read) else {
            throw ChoiceFailure(
                .unexpectedAnswer,
                "\(place(path, source)) is to be a schema, and is not there."
            )
        }
        guard let object = found.objectValue else {
            throw ChoiceFailure(
                .unexpectedAnswer,
                "\(place(path, source)) is to be a schema, and is \(ItemReading.kind(found))."
            )
        }
        var schema = whole(object, path, in: body)
        guard let schemaObject = schema.objectValue, isSchema(schemaObject) else {
            throw ChoiceFailure(
                .unexpectedAnswer,
                "\(place(path, source)) is to be a schema, and is an object with neither 'type' nor 'properties' in which "
                    + "not every member is a schema."
            )
        }
        schema = withDefinitions(schemaObject, of: body)
        let size = schema.bytes().count
        guard size <= byteLimit else {
            throw ChoiceFailure(
                .schemaTooLarge,
                "The schema that '\(source)' has answered has \(size) bytes; editors take \(byteLimit)."
            )
        }
        return schema
    }

    private static func place(_ path: String, _ source: String) -> String {
        path.isEmpty ? "The answer of '\(source)'" : "'\(path)' in the answer of '\(source)'"
    }

    private static func read(_ json: JSON) -> JSON {
        guard let text = json.stringValue, text.contains("{"), let inner = try? JSON.parse(text) else { return json }
        return inner
    }

    private static func whole(_ found: JSONObject, _ path: String, in body: JSON) -> JSON {
        let steps = path.split(separator: "/")
        let isProperties = steps.last?.lowercased() == "properties"
        if !isProperties, isSchema(found) { return .object(found) }
        // The members themselves.
        guard found.values.allSatisfy({ $0.objectValue != nil }) else { return .object(found) }
        var schema: JSONObject = ["type": "object", "properties": .object(found)]
        if isProperties {
            let above = ValuePath.value(steps.dropLast().joined(separator: "/"), of: body)
            if let required = above?["required"], required.arrayValue != nil { schema["required"] = required }
        }
        return .object(schema)
    }

    /// Whether an object is a schema and not the properties of one, which may be called `type` as well.
    private static func isSchema(_ object: JSONObject) -> Bool {
        if let type = object["type"], type.objectValue == nil { return true }
        if object["$ref"]?.stringValue != nil { return true }
        for name in ["allOf", "anyOf", "oneOf", "enum"] where object[name]?.arrayValue != nil { return true }
        // A member that is called `properties` has a type of its own; those of a schema do not.
        if let properties = object["properties"]?.objectValue { return properties["type"]?.stringValue == nil }
        return object["items"]?.objectValue != nil
            && object.names.allSatisfy { $0 == "items" || object[$0]?.objectValue == nil }
    }

    /// The schema with what it refers to in the answer.
    private static func withDefinitions(_ schema: JSONObject, of body: JSON) -> JSON {
        var schema = schema
        for name in ["definitions", "$defs"] where schema[name] == nil { schema[name] = body[name]?.nonNull }
        return .object(schema)
    }
}
