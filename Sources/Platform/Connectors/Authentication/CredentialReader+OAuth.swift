import JSONTree
import Secrets

/// Tokens by OAuth 2.0 that follow from a public definition alone.
extension CredentialReader {
    /// The way that a set of parameters for OAuth 2.0 describes; else the first of the definition's that the connection can go.
    func oauth(_ values: ConnectionValues, in set: SignInSettings.ParameterSet) throws -> Credential {
        let oauth = set.oauth
        if oauth == nil {
            let schemes = definition.signIn.schemes.filter { !$0.kind.flows.isEmpty }
            for scheme in schemes {
                if let token = try token(scheme.kind.flows, values, in: set) { return token }
            }
            let consents = schemes.contains { $0.kind.flows.contains { $0.grant == .consent } }
            if !consents, let demand = SecurityRequirements(eachOf: schemes).demand(schemes) {
                throw incomplete("\(demand) of an app that you register with the service")
            }
        }
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
                    audience: try resource(values, oauth, client: client) ?? oauth?.audience
                        ?? "https://management.azure.com",
                    authority: custom("loginUri") ?? custom("loginUriAAD")
                )
            )
        }
        return .token(try definedConsent(values, in: set).demand)
    }

    /// A token by the first flow of a scheme for which the connection has all; nil when there is none.
    ///
    /// An app's own credentials need nobody and go before a person's consent, a user name that is given before both.
    func token(
        _ flows: [OAuthFlow],
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet
    ) throws -> Credential? {
        let client = text("clientId", values, in: set)
        let secret = value("clientSecret", values, in: set)
        if let flow = flows.first(where: { $0.grant == .password }), values.has("username"), values.has("password") {
            var fields = [
                ("grant_type", "password"), ("username", values.text("username") ?? ""),
                ("password", values.text("password") ?? ""),
            ]
            if let client { fields.append(("client_id", client)) }
            if let secret { fields.append(("client_secret", secret.text)) }
            return .token(try app(flow, fields))
        }
        guard let client else { return nil }
        if let flow = flows.first(where: { $0.grant == .app }), let secret {
            let fields = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret.text)]
            return .token(try app(flow, fields))
        }
        guard let flow = flows.first(where: { $0.grant == .consent }) else { return nil }
        return .token(try definedConsent(values, in: set, flow: flow).demand)
    }

    private func app(_ flow: OAuthFlow, _ fields: [(String, String)]) throws -> TokenDemand {
        let url = try absolute(flow.tokenURL)
        let scope = flow.scopes.joined(separator: " ")
        let form = fields + (scope.isEmpty ? [] : [("scope", scope)])
        return TokenDemand(
            .app(TokenEndpoint(url: url)) { _ in form },
            identity: ["defined", url] + form.map { "\($0.0)=\($0.1)" }
        )
    }

    /// An address of a definition; one that is relative belongs to the main host.
    private func absolute(_ url: String) throws -> String {
        if url.contains("://") { return url }
        guard let main = connection.mainURL(definition), let origin = URLText.origin(main) else {
            throw incomplete("a 'baseUrl' that the address '\(url)' of its sign-in is relative to")
        }
        if url.hasPrefix("//") { return "\(main.prefix { $0 != "/" })\(url)" }
        return URLText.join(url.hasPrefix("/") ? origin : main, url)
    }

    /// A value of an app by its usual name, or by the name that the connector has for it.
    private func value(
        _ name: String,
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet
    ) -> SecretValue? {
        let mine = set.parameters.filter { Self.plain($0.name) == name.lowercased() }.map(\.name)
        return ([name, "token:\(name)"] + mine).first(where: values.has).flatMap(values.value)
    }

    private func text(_ name: String, _ values: ConnectionValues, in set: SignInSettings.ParameterSet) -> String? {
        value(name, values, in: set)?.text
    }

    /// The consent that a definition describes.
    ///
    /// `flow`: where its addresses are, when no parameter says it; nil: the first of the definition's.
    func definedConsent(
        _ values: ConnectionValues,
        in set: SignInSettings.ParameterSet,
        flow: OAuthFlow? = nil
    ) throws -> ConsentRule {
        let names = set.oauth.map(SignInTemplates.namesClient) ?? true
        guard let client = text("clientId", values, in: set) ?? (names ? nil : "") else {
            throw incomplete(
                "the parameter 'clientId' of an app that you register with the service (and its 'clientSecret')"
            )
        }
        let secret = value("clientSecret", values, in: set)
        let (authorization, token, refresh, scopes) = try addresses(values, set.oauth, flow, client: client)
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
            rule.tokenQuery = oauth.custom["tokenurlquerystringtemplate"]
            rule.refreshQuery = oauth.custom["refreshurlquerystringtemplate"]
            rule.tokenBody = oauth.custom["tokenbodytemplate"]
            rule.refreshBody = oauth.custom["refreshbodytemplate"]
            rule.delimiter = oauth.custom["scopelistdelimiter"] ?? " "
        }
        return rule
    }

    /// What a token of a directory is for; where the settings have a placeholder for the app, it is the connection's.
    private func resource(
        _ values: ConnectionValues,
        _ oauth: SignInSettings.OAuth?,
        client: String
    ) throws -> String? {
        if let given = ["token:ResourceUri", "ResourceUri"].first(where: values.has).flatMap(values.text) {
            return given
        }
        guard let written = oauth?.resource else { return nil }
        guard let filled = SignInTemplates.filled(written, client: client) else {
            throw incomplete(
                "the parameter 'token:ResourceUri', for which its connector has the placeholder '\(written)'"
            )
        }
        return filled
    }

    private typealias Addresses = (authorization: String, token: String, refresh: String?, scopes: [String])

    private func addresses(
        _ values: ConnectionValues,
        _ oauth: SignInSettings.OAuth?,
        _ flow: OAuthFlow?,
        client: String
    ) throws -> Addresses {
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
            let scopes: [String]
            if let resource = try resource(values, oauth, client: client) {
                scopes = ["\(resource)/.default"]
            } else {
                scopes =
                    oauth?.scopes.isEmpty == false ? oauth?.scopes ?? [] : ["https://management.azure.com/.default"]
            }
            return (
                "\(base)/authorize", "\(base)/token", nil, scopes.filter { $0 != "offline_access" } + ["offline_access"]
            )
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
        let flows = flow.map { [$0] } ?? definition.signIn.schemes.flatMap(\.kind.flows)
        if let flow = flows.first(where: { $0.grant == .consent }) {
            return (
                try absolute(flow.authorizationURL), try absolute(flow.tokenURL),
                try (custom["refreshurl"] ?? flow.refreshURL).map(absolute),
                oauth?.scopes.isEmpty == false ? oauth?.scopes ?? [] : flow.scopes
            )
        }
        throw ConnectorError(
            .incompleteConnection,
            "The connection '\(connection.name)' needs the member 'authentication', because its connector signs in by OAuth 2.0 and does not say where."
        )
    }
}
