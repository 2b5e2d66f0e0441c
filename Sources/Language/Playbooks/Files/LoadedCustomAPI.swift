public import JSONTree

/// A connector of one's own.
public struct LoadedCustomAPI: Sendable, Hashable {
    /// The name of the resource.
    public let name: String
    /// The resource id.
    public let id: String
    /// `properties.swagger`, its OpenAPI document.
    public let swagger: JSON?
    /// The whole `properties`.
    public let properties: JSON
    /// The JSON pointer of it in the file.
    public let pointer: String
}

extension LoadedCustomAPI {
    /// What `apiProperties.json` would say: connection parameters and policies.
    public var settings: JSON {
        var settings = JSONObject()
        for member in ["connectionParameters", "connectionParameterSets", "policyTemplateInstances", "iconBrandColor"] {
            settings[member] = properties[ignoringCase: member]
        }
        return ["properties": .object(settings)]
    }

    /// Where the definition lies when the resource only links to it.
    public var definitionLink: String? {
        let links = properties[ignoringCase: "apiDefinitions"]
        return links?[ignoringCase: "originalSwaggerUrl"]?.stringValue
            ?? links?[ignoringCase: "modifiedSwaggerUrl"]?.stringValue
    }
}
