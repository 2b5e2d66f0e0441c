import JSONTree

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

    /// Whether its value is a secret.
    public var isSecret: Bool { type == "securestring" }

    static func read(_ settings: JSON?) -> [ConnectionParameter] {
        let plain = settings?["connectionParameters"]?.objectValue ?? JSONObject()
        let sets = settings?["connectionParameterSets"]?["values"]?.arrayValue ?? []
        var all: [ConnectionParameter] = []
        for object in [plain] + sets.compactMap({ $0["parameters"]?.objectValue }) {
            for (name, json) in object where !all.contains(where: { $0.name == name }) {
                let interface = json["uiDefinition"]
                all.append(
                    ConnectionParameter(
                        name: name,
                        type: json["type"]?.stringValue?.lowercased() ?? "string",
                        isRequired: interface?["constraints"]?["required"]?.stringValue?.lowercased() == "true",
                        displayName: interface?["displayName"]?.stringValue
                    )
                )
            }
        }
        return all
    }
}

/// One entry of `securityDefinitions`.
struct SecurityScheme: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case keyInHeader(String)
        case keyInQuery(String)
        case basic
        case oauth2
    }

    let name: String
    let kind: Kind

    static func read(_ json: JSON?) -> [SecurityScheme] {
        (json?.objectValue ?? JSONObject()).compactMap { name, scheme in
            let field = scheme["name"]?.stringValue ?? "Authorization"
            switch scheme["type"]?.stringValue?.lowercased() {
            case "apikey":
                let inQuery = scheme["in"]?.stringValue?.lowercased() == "query"
                return SecurityScheme(name: name, kind: inQuery ? .keyInQuery(field) : .keyInHeader(field))
            case "basic": return SecurityScheme(name: name, kind: .basic)
            case "oauth2": return SecurityScheme(name: name, kind: .oauth2)
            default: return nil
            }
        }
    }
}
