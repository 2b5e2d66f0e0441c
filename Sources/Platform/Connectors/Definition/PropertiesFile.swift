import JSONTree

/// `apiProperties.json` as people write it.
enum PropertiesFile {
    /// What stands in its object `properties`; some files have the members of that at the top.
    static func settings(_ json: JSON?) -> JSON? {
        guard let json else { return nil }
        return isBare(json) ? json : json["properties"]
    }

    /// Whether the members of `properties` stand at the top.
    static func isBare(_ json: JSON) -> Bool {
        json["properties"]?.objectValue == nil
            && [
                "connectionParameters", "connectionParameterSets", "policyTemplateInstances", "scriptOperations",
                "script",
            ].contains { json[$0]?.nonNull != nil }
    }
}
