import JSONTree

/// What a connector's definition and properties say about signing in, read once when it is loaded.
///
/// The definition's `security` cannot be trusted; what counts are `securityDefinitions` and what connections are asked for.
struct SignInSettings: Sendable {
    /// A way that the definition knows.
    struct Scheme: Sendable, Hashable {
        enum Kind: Sendable, Hashable {
            case key(String, inQuery: Bool)
            case basic
            case bearer
            case oauth2(authorizationURL: String?, tokenURL: String?, refreshURL: String?, scopes: [String])
        }

        let name: String
        let kind: Kind
    }

    /// The settings of an `oauthSetting` parameter.
    struct OAuth: Sendable, Hashable {
        /// The provider's kind in small letters: `oauth2`, `oauth2generic`, `aad`, `aadcertificate` ….
        let provider: String
        let scopes: [String]
        /// The custom parameters, by name in small letters.
        let custom: [String: String]
    }

    /// The parameters of one way to connect.
    struct ParameterSet: Sendable, Hashable {
        let name: String
        let parameters: [ConnectionParameter]
        let oauth: OAuth?
        /// The defaults of its parameters, by name in small letters.
        let defaults: [String: String]
    }

    let schemes: [Scheme]
    /// The operation by which a connection is tried, with its parameters.
    let test: (operation: String, parameters: JSON)?
    /// The parameters when there is no choice.
    let plain: ParameterSet
    /// The ways to choose from; mostly none.
    let choices: [ParameterSet]

    /// Reads `properties` of `apiProperties.json` and the definition; OpenAPI 3 documents as they are or made Swagger 2.0.
    init(_ settings: JSON?, definition: JSON) {
        schemes = Self.schemes(definition)
        let trial = definition["x-ms-capabilities"]?["testConnection"]
        test = trial?["operationId"]?.stringValue.map {
            (operation: $0, parameters: trial?["parameters"]?.nonNull ?? .object(JSONObject()))
        }
        plain = Self.set("", settings?["connectionParameters"]?.objectValue ?? JSONObject())
        choices = (settings?["connectionParameterSets"]?["values"]?.arrayValue ?? []).compactMap { value in
            guard let name = value["name"]?.stringValue else { return nil }
            return Self.set(name, value["parameters"]?.objectValue ?? JSONObject())
        }
    }

    /// The set that a connection uses: the one that it names, else the first choice all of whose required parameters it has.
    ///
    /// `has`: whether the connection has a parameter of the name. nil when the connection names a set that is not there.
    func set(_ name: String?, has: (String) -> Bool) -> ParameterSet? {
        guard !choices.isEmpty else { return name == nil ? plain : nil }
        if let name { return choices.first { $0.name.lowercased() == name.lowercased() } }
        return choices.first { choice in
            choice.parameters.allSatisfy {
                !$0.isRequired || has($0.name) || choice.defaults[$0.name.lowercased()] != nil
            }
                && (choice.oauth != nil || choice.parameters.contains { has($0.name) })
        } ?? choices.first { $0.oauth != nil } ?? choices[0]
    }

    private static func set(_ name: String, _ object: JSONObject) -> ParameterSet {
        var oauth: OAuth?
        var defaults: [String: String] = [:]
        for (key, json) in object {
            if let value = json["defaultValue"]?.stringValue { defaults[key.lowercased()] = value }
            guard json["type"]?.stringValue?.lowercased() == "oauthsetting", oauth == nil else { continue }
            let settings = json["oAuthSettings"] ?? json["oauthSettings"] ?? .null
            var custom: [String: String] = [:]
            for (key, value) in settings["customParameters"]?.objectValue ?? JSONObject() {
                custom[key.lowercased()] = value["value"]?.stringValue
            }
            oauth = OAuth(
                provider: settings["identityProvider"]?.stringValue?.lowercased() ?? "oauth2",
                scopes: (settings["scopes"]?.arrayValue ?? []).compactMap(\.stringValue).filter { !$0.isEmpty },
                custom: custom
            )
        }
        let parameters = ConnectionParameter.read(["connectionParameters": .object(object)])
        return ParameterSet(name: name, parameters: parameters, oauth: oauth, defaults: defaults)
    }

    private static func schemes(_ definition: JSON) -> [Scheme] {
        let all = definition["securityDefinitions"] ?? definition["components"]?["securitySchemes"]
        return (all?.objectValue ?? JSONObject()).compactMap { name, json in
            kind(json).map { Scheme(name: name, kind: $0) }
        }
    }

    private static func kind(_ json: JSON) -> Scheme.Kind? {
        switch json["type"]?.stringValue?.lowercased() {
        case "apikey":
            return .key(
                json["name"]?.stringValue ?? "Authorization",
                inQuery: json["in"]?.stringValue?.lowercased() == "query"
            )
        case "basic": return .basic
        case "http": return json["scheme"]?.stringValue?.lowercased() == "basic" ? .basic : .bearer
        case "oauth2":
            let flow = json["flows"].flatMap { $0["authorizationCode"] ?? $0["clientCredentials"] } ?? json
            return .oauth2(
                authorizationURL: flow["authorizationUrl"]?.stringValue,
                tokenURL: flow["tokenUrl"]?.stringValue,
                refreshURL: flow["refreshUrl"]?.stringValue,
                scopes: (flow["scopes"]?.objectValue ?? JSONObject()).map(\.name)
            )
        default: return nil
        }
    }
}
