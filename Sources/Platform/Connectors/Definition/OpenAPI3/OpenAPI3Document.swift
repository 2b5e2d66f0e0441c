import JSONTree

/// Something about a definition that was understood otherwise than it is written, or not at all.
struct DefinitionNote: Sendable, Hashable {
    let severity: ConnectorRemark.Severity
    /// The way to the place in the document.
    let place: [String]
    let message: String
    var remedy = ""
}

/// An OpenAPI 3 document as the Swagger 2.0 document and the properties that say the same.
///
/// Schemas stay where they are (`components/schemas`), so that references to them go on leading there, and so do security schemes;
/// everything else is written as Swagger 2.0 writes it. What Swagger has no word for is kept beside it: `style` of parameters, and the
/// media types of a body as `consumes`.
struct OpenAPI3Document {
    let definition: JSON
    /// What `properties` of `apiProperties.json` would say.
    let settings: JSON
    let notes: [DefinitionNote]

    /// Converts a document; `joinsSiblings`: whether what stands beside a `$ref` counts.
    init(_ source: JSON, joinsSiblings: Bool = false) {
        let document = OpenAPIDocument(json: source, joinsSiblings: joinsSiblings)
        var notes: [DefinitionNote] = []
        let servers = OpenAPI3Servers(document: document)
        var result: JSONObject = ["swagger": "2.0"]
        result["info"] = source["info"]
        for (name, value) in source.objectValue ?? JSONObject() where name.lowercased().hasPrefix("x-") {
            result[name] = value
        }
        for (name, value) in servers.address { result[name] = value }
        if result["host"] == nil, source["host"]?.stringValue?.isEmpty == false {
            // No server says where, but the members of Swagger 2.0 do.
            for name in ["host", "basePath", "schemes"] { result[name] = source[name] }
        }
        result["components"] = source["components"]
        result["definitions"] = source["definitions"]
        for name in ["security", "securityDefinitions"] { result[name] = source[name] }
        var paths = JSONObject()
        var policies = servers.policies
        for (path, item) in source["paths"]?.objectValue ?? JSONObject() {
            let item = document.resolve(item)
            var converted = JSONObject()
            for (name, value) in item.objectValue ?? JSONObject() {
                let method = name.lowercased()
                guard OpenAPIDocument.methods.contains(method) else {
                    if name.hasPrefix("x-") { converted[name] = value }
                    continue
                }
                let operation = OpenAPI3Operation(
                    value,
                    item: item,
                    path: path,
                    method: method,
                    document: document
                )
                var json = operation.json.objectValue ?? JSONObject()
                notes += operation.notes
                if let own = value["servers"] ?? item["servers"] {
                    policies += servers.policies(own, operation: operation.id)
                    json["basePath"] = servers.basePath(own).map(JSON.string)
                }
                converted[method] = .object(json)
            }
            paths[path] = .object(converted)
        }
        result["paths"] = .object(paths)
        definition = .object(result)
        var settings = JSONObject()
        settings["connectionParameters"] = .object(servers.parameters)
        settings["policyTemplateInstances"] = .array(policies)
        self.settings = .object(settings)
        self.notes = notes
    }

    /// The settings: those of the file beside it, and in front of its policies those that follow from the servers.
    func settings(with own: JSON?) -> JSON {
        guard var result = own?.objectValue else { return settings }
        var parameters = result["connectionParameters"]?.objectValue ?? JSONObject()
        for (name, value) in settings["connectionParameters"]?.objectValue ?? JSONObject()
        where parameters.member(ignoringCase: name) == nil { parameters[name] = value }
        if !parameters.isEmpty { result["connectionParameters"] = .object(parameters) }
        let policies = settings["policyTemplateInstances"]?.arrayValue ?? []
        result["policyTemplateInstances"] = .array(policies + (own?["policyTemplateInstances"]?.arrayValue ?? []))
        return .object(result)
    }
}
