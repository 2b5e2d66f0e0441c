public import JSONTree

/// One thing that a connection asks its user for.
public struct ConnectionParameter: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The type in lower case: `securestring`, `string`, `oauthsetting`, `gatewaysetting`.
    public let type: String
    /// Whether a connection cannot be made without it.
    public let isRequired: Bool
    /// What users read.
    public let displayName: String?
    /// What users read beside it.
    public let details: String?
    /// The value when a connection gives none.
    public let defaultValue: JSON?

    /// Whether its value is a secret.
    public var isSecret: Bool { type == "securestring" }

    private static func isTrue(_ json: JSON?) -> Bool {
        json?.boolValue == true || json?.stringValue?.lowercased() == "true"
    }

    static func read(_ settings: JSON?) -> [ConnectionParameter] {
        // Of several ways to connect one is chosen, so a parameter that only some of them have can be left out.
        let plain = settings?["connectionParameters"]?.objectValue ?? JSONObject()
        let sets = settings?["connectionParameterSets"]?["values"]?.arrayValue ?? []
        let ways = sets.compactMap { $0["parameters"]?.objectValue }
        var all: [ConnectionParameter] = []
        for object in [plain] + ways {
            for (name, json) in object where !all.contains(where: { $0.name == name }) {
                let interface = json["uiDefinition"]
                let isShared = plain[name] != nil || ways.allSatisfy { $0[name] != nil }
                all.append(
                    ConnectionParameter(
                        name: name,
                        type: json["type"]?.stringValue?.lowercased() ?? "string",
                        isRequired: isShared && isTrue(interface?["constraints"]?["required"]),
                        displayName: interface?["displayName"]?.stringValue,
                        details: interface?["description"]?.stringValue,
                        defaultValue: json["default"] ?? interface?["constraints"]?["default"]
                    )
                )
            }
        }
        return all
    }
}
