import JSONTree

/// A way to sign in that a definition describes: a member of `securityDefinitions` (Swagger 2.0) or of `securitySchemes` (OpenAPI 3).
struct SecurityScheme: Sendable, Hashable {
    /// Where a key goes.
    enum Place: Sendable, Hashable { case header, query, cookie }

    enum Kind: Sendable, Hashable {
        /// A key in a header, a query parameter or a cookie of the name; the prefix stands before it, as `Token `.
        case key(name: String, place: Place, prefix: String)
        case basic
        case bearer
        case oauth2([OAuthFlow])
        /// The client certificate of the connection.
        case certificate
        /// A way that is not taken; why not.
        case unusable(String)

        /// The flows of OAuth 2.0; none for other kinds.
        var flows: [OAuthFlow] { if case .oauth2(let flows) = self { flows } else { [] } }
    }

    let name: String
    let kind: Kind
    /// What users read about it.
    let details: String?

    /// The schemes of a definition, in its order.
    static func read(_ definition: JSON) -> [SecurityScheme] {
        let document = OpenAPIDocument(json: definition)
        var all = definition["securityDefinitions"]?.objectValue ?? JSONObject()
        for (name, scheme) in definition["components"]?["securitySchemes"]?.objectValue ?? JSONObject()
        where all[name] == nil {
            all[name] = scheme
        }
        return all.map { name, scheme in
            let scheme = document.resolve(scheme)
            return SecurityScheme(name: name, kind: kind(scheme), details: scheme["description"]?.stringValue)
        }
    }

    private static func kind(_ json: JSON) -> Kind {
        switch json["type"]?.stringValue?.lowercased() {
        case "apikey": return key(json)
        case "basic": return .basic
        case "http": return http(json["scheme"]?.stringValue ?? "bearer")
        case "bearer", "openidconnect": return .bearer
        case "oauth2":
            let flows = OAuthFlow.read(json)
            return flows.isEmpty ? .unusable("has no flow that a server can use") : .oauth2(flows)
        case "mutualtls": return .certificate
        case let type: return .unusable("is of the type '\(type ?? "")', which is not known")
        }
    }

    // MARK: Keys

    private static func key(_ json: JSON) -> Kind {
        let written = json["name"]?.stringValue ?? ""
        switch json["in"]?.stringValue?.lowercased() {
        case "query" where !written.isEmpty: return .key(name: written, place: .query, prefix: "")
        case "cookie" where isToken(written): return .key(name: written, place: .cookie, prefix: "")
        case "query", "cookie": return .unusable("has no name that its place can have")
        default: return header(written.isEmpty ? "Authorization" : written)
        }
    }

    /// A header; some write what stands before the key into the name, as `Authorization: Bearer`.
    private static func header(_ written: String) -> Kind {
        let text = written.drop(while: \.isWhitespace)
        let name = text.prefix { isTokenCharacter($0) }
        let rest = text[name.endIndex...]
        guard !name.isEmpty, rest.first.map({ $0 == ":" || $0.isWhitespace }) ?? true else {
            return .unusable("has the name '\(written)', which no header can have")
        }
        var prefix = rest.drop { $0 == ":" || $0.isWhitespace }.prefix { !"{<[".contains($0) }
        while prefix.last?.isWhitespace == true { prefix.removeLast() }
        let gap = prefix.isEmpty || prefix.last == "=" ? "" : " "
        return .key(name: String(name), place: .header, prefix: prefix + gap)
    }

    /// Schemes of the HTTP authentication scheme registry that are more than one word before a value.
    private static let answering: Set<String> = [
        "digest", "hoba", "mutual", "negotiate", "ntlm", "scram-sha-1", "scram-sha-256", "dpop", "gnap", "hawk",
        "aws4-hmac-sha256", "vapid",
    ]

    private static func http(_ scheme: String) -> Kind {
        switch scheme.lowercased() {
        case "basic": return .basic
        case "bearer": return .bearer
        case let name where answering.contains(name):
            return .unusable("asks for the HTTP authentication '\(scheme)', which takes more than a value")
        default:
            guard isToken(scheme) else {
                return .unusable("names the HTTP authentication '\(scheme)', which is no word")
            }
            return .key(name: "Authorization", place: .header, prefix: "\(scheme) ")
        }
    }

    private static func isToken(_ text: String) -> Bool { !text.isEmpty && text.allSatisfy(isTokenCharacter) }

    /// What names of headers and cookies are made of (RFC 9110, section 5.6.2).
    private static func isTokenCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "!#$%&'*+-.^_`|~".contains(character))
    }
}

/// What connections are asked for where only the definition says how its service signs in.
extension SecurityScheme {
    /// The parameters of connections; none is required, because a definition may offer several ways.
    static func parameters(_ schemes: [SecurityScheme]) -> JSONObject {
        var result = JSONObject()
        for scheme in schemes {
            for (name, title, isSecret) in scheme.asks where result[name] == nil {
                result[name] = [
                    "type": isSecret ? "securestring" : "string",
                    "uiDefinition": [
                        "displayName": .string(title), "description": .string(scheme.details ?? ""),
                        "constraints": ["required": "false"],
                    ],
                ]
            }
        }
        return result
    }

    /// The names of what it needs, with titles; several ways of one scheme ask for what each of them needs.
    private var asks: [(name: String, title: String, isSecret: Bool)] {
        switch kind {
        case .key, .bearer: return [(name, name, true)]
        case .basic: return [("username", "User name", false), ("password", "Password", true)]
        case .certificate: return [("clientCertificate", "Client certificate with its key", true)]
        case .unusable: return []
        case .oauth2(let flows):
            let app = [
                ("clientId", "Id of an app that is registered with the service", false),
                ("clientSecret", "Secret of the app", true),
            ]
            let person = [("username", "User name", false), ("password", "Password", true)]
            return flows.contains { $0.grant == .password } ? app + person : app
        }
    }

    /// What a connection has to give for it, in words; nil when nothing would do.
    var demand: String? {
        switch kind {
        case .key, .bearer: return "'\(name)'"
        case .basic: return "'username' and 'password'"
        case .certificate: return "'clientCertificate'"
        case .unusable: return nil
        case .oauth2(let flows):
            let ways = flows.map { flow in
                switch flow.grant {
                case .app: "'clientId' and 'clientSecret'"
                case .consent: "'clientId'"
                case .password: "'username' and 'password'"
                }
            }
            return ways.joined(separator: ", or ")
        }
    }

    /// What is to be said about it; nil when it can be used.
    func note(in definition: JSON) -> DefinitionNote? {
        guard case .unusable(let reason) = kind else { return nil }
        let isOld = definition["securityDefinitions"]?[name] != nil
        return DefinitionNote(
            severity: .warning,
            place: isOld ? ["securityDefinitions", name] : ["components", "securitySchemes", name],
            message: "The security scheme '\(name)' \(reason), and is not used.",
            remedy:
                "Connections name their own way to sign in: 'authentication' in Documentation/writing-connectors.md."
        )
    }
}
