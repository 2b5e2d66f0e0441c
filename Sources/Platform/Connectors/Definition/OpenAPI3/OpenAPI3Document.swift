import JSONTree

/// Something about a definition that was understood otherwise than it is written, or not at all.
struct DefinitionNote: Sendable, Hashable {
    let severity: ConnectorRemark.Severity
    /// The way to the place in the document.
    let place: [String]
    let message: String
    var remedy = ""
}

/// An OpenAPI 3.0 or 3.1 document as the Swagger 2.0 document, properties and adapter that say the same.
///
/// Schemas stay where they are (`components/schemas`), so that references to them go on leading there; everything else
/// is written as Swagger 2.0 writes it. What Swagger has no word for is kept beside it: `style` of parameters, and the
/// media types of a body as `consumes`.
struct OpenAPI3Document {
    let definition: JSON
    let properties: JSON?
    let adapter: JSON?
    let notes: [DefinitionNote]

    /// Whether a document is OpenAPI 3.
    static func isMeant(_ json: JSON) -> Bool {
        let version = json["openapi"]?.stringValue ?? ""
        return version.hasPrefix("3.0") || version.hasPrefix("3.1")
    }

    /// Converts a document.
    init(_ source: JSON) {
        let document = OpenAPIDocument(json: source)
        var notes: [DefinitionNote] = []
        let servers = OpenAPI3Servers(document: document)
        let security = OpenAPI3Security(source["components"]?["securitySchemes"], document: document)
        var result: JSONObject = ["swagger": "2.0"]
        result["info"] = source["info"]
        for (name, value) in source.objectValue ?? JSONObject() where name.lowercased().hasPrefix("x-") {
            result[name] = value
        }
        for (name, value) in servers.address { result[name] = value }
        result["components"] = source["components"]
        result["definitions"] = source["definitions"]
        result["securityDefinitions"] = .object(security.definitions)
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
                converted[method] = operation.json
                notes += operation.notes
                if let own = value["servers"] ?? item["servers"] {
                    policies += servers.policies(own, operation: operation.id)
                }
            }
            paths[path] = .object(converted)
        }
        result["paths"] = .object(paths)
        definition = .object(result)
        var settings = JSONObject()
        var parameters = servers.parameters
        parameters.merge(security.parameters)
        settings["connectionParameters"] = .object(parameters)
        settings["policyTemplateInstances"] = .array(policies)
        properties = ["properties": .object(settings)]
        adapter = security.authentication.map { ["authentication": $0] }
        self.notes = notes + security.notes
    }

    /// The properties: those of the file beside it, and in front of its policies those that follow from the servers.
    func properties(with own: JSON?) -> JSON? {
        guard let own = own?["properties"]?.objectValue else { return properties }
        var result = own
        let mine = properties?["properties"]?["connectionParameters"]?.objectValue ?? JSONObject()
        if own["connectionParameters"] == nil, own["connectionParameterSets"] == nil {
            result["connectionParameters"] = .object(mine)
        }
        let policies = properties?["properties"]?["policyTemplateInstances"]?.arrayValue ?? []
        result["policyTemplateInstances"] = .array(policies + (own["policyTemplateInstances"]?.arrayValue ?? []))
        return ["properties": .object(result)]
    }

    /// The adapter: that of the file beside it, with the way to sign in that follows from the document where it has none.
    func adapter(with own: JSON?) -> JSON? {
        guard var object = own?.objectValue else { return adapter }
        if object["authentication"] == nil { object["authentication"] = adapter?["authentication"] }
        return .object(object)
    }
}
