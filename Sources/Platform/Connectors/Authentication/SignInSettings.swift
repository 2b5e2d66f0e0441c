import JSONTree

/// What a connector's definition and properties say about signing in, read once when it is loaded.
///
/// The definition's `security` cannot be trusted; what counts are `securityDefinitions` and what connections are asked for.
struct SignInSettings: Sendable {
    /// The settings of an `oauthSetting` parameter.
    struct OAuth: Sendable, Hashable {
        /// The provider's kind in small letters: `oauth2`, `oauth2generic`, `aad`, `aadcertificate` ….
        let provider: String
        let scopes: [String]
        /// What a token of a directory is for, where the settings say so.
        let resource: String?
        /// The custom parameters, by name in small letters.
        let custom: [String: String]

        /// What a token of a directory is for where only the scopes say it: `https://graph.microsoft.com/Mail.Read`.
        var audience: String? {
            if let resource { return resource }
            guard let scope = scopes.first(where: { $0.contains("://") }), let end = scope.lastIndex(of: "/") else {
                return nil
            }
            let base = String(scope[..<end])
            return base.hasSuffix("/") ? nil : base
        }
    }

    /// The parameters of one way to connect.
    struct ParameterSet: Sendable, Hashable {
        let name: String
        let parameters: [ConnectionParameter]
        let oauth: OAuth?
        /// The defaults of its parameters, by name in small letters.
        let defaults: [String: String]
    }

    let schemes: [SecurityScheme]
    /// Which schemes go with operations that say nothing of their own; nil where the definition does not say.
    let requirements: SecurityRequirements?
    /// Whether connections are asked for what the schemes need, because nothing beside the definition says what to ask for.
    let isDerived: Bool
    /// The operation by which a connection is tried, with its parameters.
    let test: (operation: String, parameters: JSON)?
    /// The parameters when there is no choice.
    let plain: ParameterSet
    /// The ways to choose from; mostly none.
    let choices: [ParameterSet]

    /// Reads `properties` of `apiProperties.json` and the definition; OpenAPI 3 documents as they are or made Swagger 2.0.
    init(_ settings: JSON?, definition: JSON, schemes: [SecurityScheme], isDerived: Bool) {
        self.schemes = schemes
        self.isDerived = isDerived
        let requirements = SecurityRequirements(definition["security"])?.known(to: schemes)
        // An empty list is written by many whose services want a credential all the same.
        self.requirements = requirements?.alternatives.isEmpty == true ? nil : requirements
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

    /// The set that a connection uses: the one that it names, else that of which it gives most; the first of several.
    ///
    /// A choice that the connection gives nothing of, or less than it requires, is not meant. A consent counts only where the
    /// connection has an app for it.
    ///
    /// `has`: whether the connection has a parameter of the name. nil when the connection names a set that is not there.
    func set(_ name: String?, has: (String) -> Bool) -> ParameterSet? {
        guard !choices.isEmpty else { return name == nil ? plain : nil }
        if let name { return choices.first { $0.name.isSame(ignoringCase: name) } }
        func gives(_ name: String) -> Bool {
            has(name) || name.lowercased().hasPrefix("token:") && has(String(name.dropFirst("token:".count)))
        }
        var best: (choice: ParameterSet, rank: Int)?
        for choice in choices {
            let own = choice.parameters.filter { !$0.type.hasSuffix("setting") }
            let isComplete = own.allSatisfy {
                !$0.isRequired || gives($0.name) || choice.defaults[$0.name.lowercased()] != nil
            }
            let count = own.count { gives($0.name) } + (choice.oauth != nil && gives("token:clientId") ? 1 : 0)
            // Of two with as many a consent, which takes a person, is the other one's second.
            let rank = 2 * count + (choice.oauth == nil ? 1 : 0)
            if isComplete, count > 0, rank > best?.rank ?? 0 { best = (choice, rank) }
        }
        return best?.choice ?? choices.first { $0.oauth != nil } ?? choices[0]
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
                resource: (custom["resourceuri"]
                    ?? settings["properties"]?["AzureActiveDirectoryResourceId"]?.stringValue)
                    .flatMap { $0.isEmpty ? nil : $0 },
                custom: custom
            )
        }
        let parameters = ConnectionParameter.read(["connectionParameters": .object(object)])
        return ParameterSet(name: name, parameters: parameters, oauth: oauth, defaults: defaults)
    }
}
