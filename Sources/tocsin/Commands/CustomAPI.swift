import Connectors
import JSONTree
import Playbooks

/// A connector of one's own as a deployment template brings it (`Microsoft.Web/customApis`).
struct CustomAPI {
    let name: String
    /// The definition.
    let definition: JSON
    /// What `apiProperties.json` would say.
    let properties: JSON

    /// Takes the definition out of the resource.
    ///
    /// - Throws: `CommandFailure` when the resource only links to it.
    init(_ resource: LoadedCustomAPI) throws(CommandFailure) {
        name = resource.name
        guard let swagger = resource.swagger, swagger.objectValue != nil else {
            let link =
                resource.properties[ignoringCase: "apiDefinitions"]?[ignoringCase: "originalSwaggerUrl"]?.stringValue
                ?? resource.properties[ignoringCase: "apiDefinitions"]?[ignoringCase: "modifiedSwaggerUrl"]?.stringValue
            throw CommandFailure(
                code: "NoDefinition",
                place: resource.pointer,
                message: link.map { "The connector '\(resource.name)' has its definition behind a link: \($0)" }
                    ?? "The connector '\(resource.name)' has no 'properties.swagger'.",
                remedy:
                    "Download the definition and add it as a file: tocsin connectors add FILE --name \(resource.name)."
            )
        }
        var document = swagger.objectValue ?? JSONObject()
        if let url = resource.properties[ignoringCase: "backendService"]?[ignoringCase: "serviceUrl"]?.stringValue,
            document["host"] == nil, document["openapi"] == nil
        {
            for (member, value) in Self.address(url) { document[member] = value }
        }
        definition = .object(document)
        var settings = JSONObject()
        for member in ["connectionParameters", "connectionParameterSets", "policyTemplateInstances", "iconBrandColor"] {
            settings[member] = resource.properties[ignoringCase: member]
        }
        properties = ["properties": .object(settings)]
    }

    /// The connector itself.
    func connector(named name: String) throws -> ConnectorDefinition {
        try ConnectorDefinition(name: name, definition: definition, properties: properties)
    }

    private static func address(_ url: String) -> JSONObject {
        guard let mark = url.firstRange(of: "://") else { return JSONObject() }
        let rest = url[mark.upperBound...]
        let host = rest.prefix { $0 != "/" }
        return [
            "schemes": [.string(url[..<mark.lowerBound].lowercased())], "host": .string(String(host)),
            "basePath": .string(host.endIndex == rest.endIndex ? "/" : String(rest[host.endIndex...])),
        ]
    }
}
