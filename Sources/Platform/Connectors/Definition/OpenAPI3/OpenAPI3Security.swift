import JSONTree

/// The security schemes of an OpenAPI 3 document: what a connection asks for, and how it signs in.
struct OpenAPI3Security {
    /// `securityDefinitions` of Swagger 2.0.
    private(set) var definitions = JSONObject()
    /// Connection parameters for what has to be known.
    private(set) var parameters = JSONObject()
    /// The adapter's `authentication`, where Swagger 2.0 has no word for it.
    private(set) var authentication: JSON?
    private(set) var notes: [DefinitionNote] = []

    init(_ schemes: JSON?, document: OpenAPIDocument) {
        for (name, scheme) in schemes?.objectValue ?? JSONObject() { add(name, document.resolve(scheme)) }
    }

    private mutating func add(_ name: String, _ scheme: JSON) {
        switch scheme["type"]?.stringValue?.lowercased() {
        case "apikey":
            if scheme["in"]?.stringValue?.lowercased() == "cookie" {
                note(
                    name,
                    "The scheme '\(name)' sends its key in a cookie; give connections a header 'Cookie' instead."
                )
                return
            }
            definitions[name] = scheme
            secret(name, scheme)
        case "http" where scheme["scheme"]?.stringValue?.lowercased() == "basic":
            definitions[name] = ["type": "basic"]
            parameters["username"] = Self.parameter("string", "User name", scheme)
            parameters["password"] = Self.parameter("securestring", "Password", scheme)
        case "http" where scheme["scheme"]?.stringValue?.lowercased() == "bearer":
            secret(name, scheme)
            authentication = authentication ?? ["type": "Bearer", "parameter": .string(name)]
        case "oauth2": oauth(name, scheme)
        case let type:
            note(name, "The scheme '\(name)' of the type '\(type ?? "?")' is not known; connections name theirs.")
        }
    }

    /// A flow as Swagger 2.0 writes it; client credentials need nobody's consent and go first where both are offered.
    private mutating func oauth(_ name: String, _ scheme: JSON) {
        let flows = scheme["flows"]
        if let flow = flows?["authorizationCode"] ?? flows?["implicit"] {
            var definition: JSONObject = ["type": "oauth2"]
            definition["flow"] = flows?["authorizationCode"] == nil ? "implicit" : "accessCode"
            for member in ["authorizationUrl", "tokenUrl", "refreshUrl", "scopes"] { definition[member] = flow[member] }
            definitions[name] = .object(definition)
            parameters["token"] = ["type": "oauthSetting", "oAuthSettings": ["identityProvider": "oauth2"]]
        } else if let flow = flows?["clientCredentials"] {
            let scopes = (flow["scopes"]?.objectValue ?? JSONObject()).names.joined(separator: " ")
            authentication =
                authentication
                ?? [
                    "type": "ClientCredentials", "tokenUrl": flow["tokenUrl"] ?? "", "clientId": "clientId",
                    "clientSecret": "clientSecret", "scope": .string(scopes),
                ]
            parameters["clientId"] = Self.parameter("string", "Client id", scheme)
            parameters["clientSecret"] = Self.parameter("securestring", "Client secret", scheme)
        } else {
            note(
                name,
                "The scheme '\(name)' has no flow that a server can use; connections name their own way to sign in."
            )
        }
    }

    private mutating func secret(_ name: String, _ scheme: JSON) {
        parameters[name] = Self.parameter("securestring", name, scheme)
    }

    private mutating func note(_ name: String, _ message: String) {
        notes.append(
            DefinitionNote(
                severity: .warning,
                place: ["components", "securitySchemes", name],
                message: message,
                remedy: "See 'authentication' in Documentation/writing-connectors.md."
            )
        )
    }

    /// None is required: a document may offer several ways, of which a connection uses one.
    private static func parameter(_ type: String, _ title: String, _ scheme: JSON) -> JSON {
        [
            "type": .string(type),
            "uiDefinition": [
                "displayName": .string(title), "description": scheme["description"] ?? "",
                "constraints": ["required": "false"],
            ],
        ]
    }
}
