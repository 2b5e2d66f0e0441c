import JSONTree

/// One way to get tokens that an OAuth 2.0 scheme describes.
struct OAuthFlow: Sendable, Hashable {
    enum Grant: Sendable, Hashable {
        /// An app in its own name: client credentials.
        case app
        /// A person's consent: authorization code.
        case consent
        /// A person's name and password.
        case password
    }

    let grant: Grant
    /// Where a person consents; only for ``Grant/consent``.
    let authorizationURL: String
    let tokenURL: String
    let refreshURL: String?
    let scopes: [String]

    /// The flows of a scheme that a server can use; those go first that need nobody at a browser.
    static func read(_ json: JSON) -> [OAuthFlow] {
        if let flows = json["flows"]?.objectValue {
            let grants: [(String, Grant)] = [
                ("clientCredentials", .app), ("authorizationCode", .consent), ("implicit", .consent),
                ("password", .password),
            ]
            return grants.compactMap { name, grant in
                flows.member(ignoringCase: name).flatMap { OAuthFlow($0.value, grant) }
            }
        }
        // Swagger 2.0 has one flow; some leave out which.
        let grant: Grant =
            switch json["flow"]?.stringValue?.lowercased() {
            case "application", "clientcredentials": .app
            case "password": .password
            case nil where json["authorizationUrl"] == nil: .app
            default: .consent
            }
        return OAuthFlow(json, grant).map { [$0] } ?? []
    }

    private init?(_ json: JSON, _ grant: Grant) {
        func text(_ name: String) -> String? { json[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        // An implicit flow has no token endpoint, and hands tokens to browsers only.
        guard let token = text("tokenUrl"), grant != .consent || text("authorizationUrl") != nil else { return nil }
        self.grant = grant
        authorizationURL = text("authorizationUrl") ?? ""
        tokenURL = token
        refreshURL = text("refreshUrl")
        scopes = json["scopes"]?.objectValue?.names ?? json["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
