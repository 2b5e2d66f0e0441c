import JSONTree
import Secrets

/// Credentials that follow from a public definition alone.
extension CredentialReader {
    /// What the definition's schemes come to, with the parameters of the connection.
    ///
    /// A key is the parameter of the scheme's name, then `api_key`, then the only secret one, and is sent as it was typed. A secret
    /// that no scheme takes is left to policies and to parameters of operations.
    func defined(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> [Credential] {
        let signsInByOAuth =
            set.oauth != nil
            || set.parameters.allSatisfy { !$0.isSecret }
                && !set.parameters.contains { $0.name.lowercased() == "username" }
                && definition.signIn.schemes.contains { if case .oauth2 = $0.kind { true } else { false } }
        if signsInByOAuth { return [try oauth(values, in: set)] }
        var credentials: [Credential] = []
        for scheme in definition.signIn.schemes {
            switch scheme.kind {
            case .key(let name, let inQuery):
                guard let value = try key(scheme.name, values, in: set) else { continue }
                credentials.append(inQuery ? .query(name: name, value: value) : .header(name: name, value: value))
            case .basic: if let basic = try basic(values, in: set) { credentials.append(basic) }
            case .bearer:
                if let value = try key(scheme.name, values, in: set) { credentials.append(.bearer(value)) }
            case .oauth2: continue
            }
        }
        if credentials.isEmpty, let basic = try impliedBasic(values, in: set) { credentials.append(basic) }
        return credentials
    }

    /// The key of a scheme; nil when the connection has none and the connector does not insist.
    private func key(
        _ scheme: String,
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet
    ) throws -> SecretValue? {
        // 'API Key' and 'api_key' are the same name.
        let same = set.parameters.first { Self.plain($0.name) == Self.plain(scheme) }?.name ?? scheme
        for name in [same, "api_key"] where values.has(name) { return values.value(name) }
        let secrets = set.parameters.filter(\.isSecret)
        if secrets.count == 1 {
            if values.has(secrets[0].name) { return values.value(secrets[0].name) }
            if secrets[0].isRequired { throw incomplete("the secret '\(secrets[0].name)'") }
            return nil
        }
        let own = secrets.first { [Self.plain(scheme), "apikey"].contains(Self.plain($0.name)) }
        if let own, own.isRequired { throw incomplete("the secret '\(own.name)'") }
        // The key of a definition whose properties ask for nothing: whatever single secret the connection has.
        let common = Set(Connection.commonSecrets.map { $0.lowercased() })
        let given = values.hidden.filter { !common.contains($0.key) }
        return set.parameters.isEmpty && given.count == 1 ? given.first?.value : nil
    }

    /// User name and password; nil when the connection has none and the connector does not insist.
    private func basic(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> Credential? {
        let user = set.parameters.first { $0.name.lowercased() == "username" }
        if values.has("username") {
            return .basic(
                user: values.text("username") ?? "",
                password: values.value("password") ?? SecretValue("")
            )
        }
        if let user, user.isRequired { throw incomplete("the parameter '\(user.name)'") }
        // Definitions that name them otherwise: the only text beside the only secret.
        let (texts, secrets) = (set.parameters.filter { $0.type == "string" }, set.parameters.filter(\.isSecret))
        guard user == nil, secrets.count == 1, texts.count == 1, values.has(texts[0].name) else { return nil }
        return .basic(
            user: values.text(texts[0].name) ?? "",
            password: values.value(secrets[0].name) ?? SecretValue("")
        )
    }

    /// A choice that asks for user name and password where the definition has no scheme for it.
    private func impliedBasic(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> Credential? {
        let names = Set(set.parameters.map { $0.name.lowercased() })
        guard names.isSuperset(of: ["username", "password"]), !definition.signIn.choices.isEmpty else { return nil }
        return try basic(values, in: set)
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    // MARK: - OAuth 2.0

    private func oauth(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> Credential {
        let oauth = set.oauth
        func custom(_ name: String) -> String? {
            (values.text("token:\(name)") ?? values.text(name) ?? oauth?.custom[name.lowercased()])
                .flatMap { $0.isEmpty ? nil : $0 }
        }
        let grant = custom("grantType")?.lowercased()
        if oauth?.provider == "aadcertificate" || oauth?.provider == "aad" && grant == "client_credentials" {
            guard let tenant = custom("tenantId"), let client = custom("clientId") else {
                throw incomplete("the parameters 'tenantId' and 'clientId'")
            }
            let rule = RuleReader(rule: [:], values: values, reader: self, set: set)
            return .token(
                try rule.directory(
                    tenant: tenant,
                    client: client,
                    audience: custom("resourceUri") ?? "https://management.azure.com",
                    authority: custom("loginUri") ?? custom("loginUriAAD")
                )
            )
        }
        return .token(try definedConsent(values, in: set).demand)
    }

    /// The consent that a definition describes.
    func definedConsent(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> ConsentRule {
        guard let client = values.text("clientId") ?? values.text("token:clientId"), !client.isEmpty else {
            throw incomplete(
                "the parameter 'clientId' of an app that you register with the service (and its 'clientSecret')"
            )
        }
        let secret = values.value("clientSecret") ?? values.value("token:clientSecret")
        let (authorization, token, refresh, scopes) = try addresses(values, set.oauth)
        var rule = ConsentRule(
            authorizationURL: authorization,
            tokenURL: token,
            refreshURL: refresh ?? token,
            clientID: client,
            clientSecret: secret,
            scopes: scopes
        )
        var placeholders = set.defaults
        for (name, value) in values.visible { placeholders[name] = value }
        for (name, value) in set.oauth?.custom ?? [:] where placeholders[name] == nil { placeholders[name] = value }
        for (name, value) in placeholders where name.hasPrefix("token:") {
            placeholders[String(name.dropFirst("token:".count))] = value
        }
        rule.values = placeholders
        for (name, value) in values.hidden {
            rule.secrets[name] = value
            if name.hasPrefix("token:") { rule.secrets[String(name.dropFirst("token:".count))] = value }
        }
        if let oauth = set.oauth, oauth.provider == "oauth2generic" {
            rule.authorizationQuery = oauth.custom["authorizationurlquerystringtemplate"]
            rule.tokenBody = oauth.custom["tokenbodytemplate"]
            rule.refreshBody = oauth.custom["refreshbodytemplate"]
            rule.delimiter = oauth.custom["scopelistdelimiter"] ?? " "
        }
        return rule
    }

    private typealias Addresses = (authorization: String, token: String, refresh: String?, scopes: [String])

    private func addresses(_ values: ConnectionValues, _ oauth: SignInSettings.OAuth?) throws -> Addresses {
        let custom = oauth?.custom ?? [:]
        switch oauth?.provider {
        case "oauth2generic":
            guard let authorization = custom["authorizationurltemplate"], let token = custom["tokenurltemplate"] else {
                break
            }
            return (authorization, token, custom["refreshurltemplate"], oauth?.scopes ?? [])
        case "aad":
            let tenant = values.text("token:TenantId") ?? values.text("tenantId") ?? custom["tenantid"] ?? "common"
            let authority = custom["loginuri"] ?? custom["loginuriaad"] ?? "https://login.microsoftonline.com"
            let base = URLText.join(authority, "\(Percent.encode(tenant.isEmpty ? "common" : tenant))/oauth2/v2.0")
            let resource = values.text("token:ResourceUri") ?? custom["resourceuri"] ?? "https://management.azure.com"
            return ("\(base)/authorize", "\(base)/token", nil, ["\(resource)/.default", "offline_access"])
        case "docusign":
            let base = custom["loginuri"] ?? "https://account.docusign.com"
            // 'all' is the word of the former interface; the present one calls it 'signature'.
            let scopes = (oauth?.scopes ?? []).map { $0 == "all" ? "signature" : $0 }
            return (URLText.join(base, "oauth/auth"), URLText.join(base, "oauth/token"), nil, scopes)
        case "facebook":
            return (
                "https://www.facebook.com/dialog/oauth", "https://graph.facebook.com/oauth/access_token", nil,
                oauth?.scopes ?? []
            )
        default:
            if let authorization = custom["authorizationurl"], let token = custom["tokenurl"] {
                return (authorization, token, custom["refreshurl"], oauth?.scopes ?? [])
            }
        }
        for scheme in definition.signIn.schemes {
            guard case .oauth2(let authorization?, let token?, let refresh, let scopes) = scheme.kind else { continue }
            let asked = oauth?.scopes.isEmpty == false ? oauth?.scopes ?? [] : scopes
            return (authorization, token, custom["refreshurl"] ?? refresh, asked)
        }
        throw ConnectorError(
            .incompleteConnection,
            "The connection '\(connection.name)' needs the member 'authentication', because its connector signs in by OAuth 2.0 and does not say where."
        )
    }
}
