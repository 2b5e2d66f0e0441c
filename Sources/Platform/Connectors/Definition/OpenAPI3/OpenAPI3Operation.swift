import Content
import JSONTree

/// One operation of an OpenAPI 3 document as Swagger 2.0 writes it.
struct OpenAPI3Operation {
    private(set) var json: JSON = .null
    let id: String
    private(set) var notes: [DefinitionNote] = []
    private let document: OpenAPIDocument
    private let place: [String]

    init(_ source: JSON, item: JSON, path: String, method: String, document: OpenAPIDocument) {
        self.document = document
        place = ["paths", path, method]
        id = source["operationId"]?.stringValue ?? "\(method.uppercased()) \(path)"
        var result = JSONObject()
        let replaced: Set = ["parameters", "requestBody", "responses", "callbacks", "servers"]
        for (name, value) in source.objectValue ?? JSONObject() where !replaced.contains(name) { result[name] = value }
        result["operationId"] = .string(id)
        var parameters: [JSON] = []
        var known: Set<String> = []
        for parameter in (source["parameters"]?.arrayValue ?? []) + (item["parameters"]?.arrayValue ?? []) {
            let parameter = document.resolve(parameter)
            let key = "\(parameter["in"]?.stringValue ?? "") \(parameter["name"]?.stringValue ?? "")"
            if known.insert(key).inserted, let converted = converted(parameter) { parameters.append(converted) }
        }
        if let body = source["requestBody"].map(document.resolve) {
            let (more, consumes) = self.body(body)
            parameters += more
            result["consumes"] = .array(consumes.map(JSON.string))
        }
        result["parameters"] = .array(parameters)
        let (responses, produces) = responses(source["responses"])
        result["responses"] = .object(responses)
        result["produces"] = .array(produces.map(JSON.string))
        json = .object(result)
    }

    // MARK: Parameters

    private mutating func converted(_ source: JSON) -> JSON? {
        guard let object = source.objectValue, let place = source["in"]?.stringValue?.lowercased() else { return nil }
        var result = JSONObject()
        for (name, value) in object where !["schema", "content", "style", "explode"].contains(name) {
            result[name] = value
        }
        if let type = source["content"]?.objectValue?.names.first {
            // The value is a document of its own, such as JSON in a query.
            result["type"] = "string"
            result["style"] = ContentType(parsing: type)?.isJSON == true ? "json" : nil
            return .object(result)
        }
        let schema = OpenAPI3Schema.effective(source["schema"] ?? [:], in: document)
        let (type, isNullable) = Self.type(schema)
        for (name, value) in schema.objectValue ?? JSONObject() where result[name] == nil { result[name] = value }
        result["type"] = type.map(JSON.string)
        if isNullable { result["x-nullable"] = true }
        let style = source["style"]?.stringValue ?? (["query", "cookie"].contains(place) ? "form" : "simple")
        let isExploded = source["explode"]?.boolValue ?? (style == "form")
        result["style"] = .string(style)
        result["explode"] = .bool(isExploded)
        if type == "array" || OpenAPI3Schema.allowsArray(schema) {
            result["collectionFormat"] = Self.collectionFormat(style, isExploded)
        }
        return .object(result)
    }

    private static func collectionFormat(_ style: String?, _ isExploded: Bool) -> JSON {
        switch style {
        case "form" where isExploded: "multi"
        case "spaceDelimited": isExploded ? "multi" : "ssv"
        case "pipeDelimited": isExploded ? "multi" : "pipes"
        default: "csv"
        }
    }

    /// The type of a schema; 3.1 writes a list of types, of which the first that is not null counts.
    private static func type(_ schema: JSON) -> (String?, isNullable: Bool) {
        if let text = schema["type"]?.stringValue { return (text, schema["nullable"]?.boolValue == true) }
        let types = schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return (types.first { $0 != "null" }, types.contains("null"))
    }

    // MARK: Bodies

    private func body(_ body: JSON) -> (parameters: [JSON], consumes: [String]) {
        let content = body["content"]?.objectValue ?? JSONObject()
        let types = content.names
        let json = types.first { ContentType(parsing: $0)?.isJSON == true }
        guard let chosen = json ?? types.first else { return ([], []) }
        let schema = content[chosen]?["schema"] ?? [:]
        let lower = chosen.lowercased()
        if lower.hasPrefix("multipart/") || lower.hasPrefix("application/x-www-form-urlencoded") {
            return (fields(schema, encoding: content[chosen]?["encoding"], isRequired: body["required"] == true), types)
        }
        var parameter: JSONObject = ["name": "body", "in": "body"]
        parameter["required"] = body["required"]
        parameter["description"] = body["description"]
        for (name, value) in body.objectValue ?? JSONObject() where name.hasPrefix("x-") { parameter[name] = value }
        parameter["schema"] = schema
        // JSON goes first, whatever else is taken.
        return ([.object(parameter)], [chosen] + types.filter { $0 != chosen })
    }

    /// The fields of a form, a parameter each.
    private func fields(_ schema: JSON, encoding: JSON?, isRequired: Bool) -> [JSON] {
        let schema = OpenAPI3Schema.members(schema, in: document)
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        return (schema["properties"]?.objectValue ?? JSONObject()).map { name, property in
            let property = OpenAPI3Schema.effective(property, in: document)
            var parameter = property.objectValue ?? JSONObject()
            let (type, _) = Self.type(property)
            let isFile =
                property["format"] == "binary" || property["contentMediaType"] != nil
                || property["items"].map(document.resolve)?["format"] == "binary"
                || encoding?[name]?["contentType"]?.stringValue?.contains("octet-stream") == true
            parameter["type"] = .string(isFile ? "file" : type ?? "string")
            parameter["name"] = .string(name)
            parameter["in"] = "formData"
            parameter["required"] = .bool(isRequired && required.contains(name))
            let usual: JSON? = type == "array" ? "form" : nil
            let style: JSON? = encoding?[name]?["style"] ?? usual
            let isExploded = encoding?[name]?["explode"]?.boolValue ?? true
            parameter["style"] = style
            parameter["explode"] = .bool(isExploded)
            if type == "array" || OpenAPI3Schema.allowsArray(property) {
                parameter["collectionFormat"] = Self.collectionFormat(style?.stringValue, isExploded)
            }
            return .object(parameter)
        }
    }

    // MARK: Answers

    private func responses(_ responses: JSON?) -> (JSONObject, produces: [String]) {
        var result = JSONObject()
        var produces: [String] = []
        for (code, response) in responses?.objectValue ?? JSONObject() {
            let response = document.resolve(response)
            var converted = response.objectValue ?? JSONObject()
            let content = response["content"]?.objectValue ?? JSONObject()
            converted["content"] = nil
            let chosen = content.names.first { ContentType(parsing: $0)?.isJSON == true } ?? content.names.first
            // Some describe answers as Swagger 2.0 does.
            if let chosen { converted["schema"] = content[chosen]?["schema"] }
            let number = code.uppercased() == "2XX" ? "200" : code
            result[number] = .object(converted)
            if number.hasPrefix("2") { produces += content.names.filter { !produces.contains($0) } }
        }
        return (result, produces)
    }
}
