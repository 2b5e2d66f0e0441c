import JSONTree
import Outbound
import Secrets

/// How a person's consent becomes tokens: OAuth 2.0 by authorization code with PKCE, or by device code, and refresh.
///
/// Templates are those of `oauth2generic` definitions: texts with `{ClientId}`, `{ClientSecret}`, `{Code}`, `{RefreshToken}`,
/// `{RedirectUrl}`, `{Scopes}`, `{State}` in any case, and the names of the connection's own parameters.
struct ConsentRule: Sendable {
    /// How an app shows itself to the token endpoint.
    enum Style: String, Sendable { case body, basic }

    var authorizationURL: String
    var authorizationQuery: String?
    var tokenURL: String
    /// What is appended to ``tokenURL``.
    var tokenQuery: String?
    var tokenBody: String?
    var refreshURL: String
    /// What is appended to ``refreshURL``.
    var refreshQuery: String?
    var refreshBody: String?
    var deviceURL: String?
    var clientID: String
    var clientSecret: SecretValue?
    var scopes: [String]
    var delimiter = " "
    var style = Style.body
    var usesPKCE = true
    /// Who the answer must say it comes from, where it says so (RFC 9207); nil: the origin of `authorizationURL`.
    var issuer: String?
    /// More fields for the authorization address, such as `audience`.
    var extra: [(String, String)] = []
    /// Values for placeholders, by name in small letters.
    var values: [String: String] = [:]
    /// Secrets for placeholders in what is sent to the token endpoint, never in addresses.
    var secrets: [String: SecretValue] = [:]

    /// What its tokens are kept under.
    ///
    /// The app's secret is not among it: a new one does not end a consent.
    var demand: TokenDemand {
        TokenDemand(.consent(self), identity: ["consent", tokenURL, clientID, scopes.joined(separator: delimiter)])
    }

    // MARK: - Requests

    /// The address to which the person's browser goes.
    func authorizationAddress(state: String, challenge: String, redirect: String, connection: String) throws -> String {
        let filler = Filler(rule: self, connection: connection, more: ["state": state, "redirecturl": redirect])
        var address = try filler.address(authorizationURL)
        if let query = authorizationQuery {
            address = try filler.adding(query, to: address)
        } else {
            for (name, value) in [
                ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirect), ("state", state),
            ] { address = URLText.adding(name, value, to: address) }
            if !scopes.isEmpty { address = URLText.adding("scope", scopes.joined(separator: delimiter), to: address) }
        }
        if usesPKCE {
            address = URLText.adding("code_challenge", challenge, to: address)
            address = URLText.adding("code_challenge_method", "S256", to: address)
        }
        for (name, value) in extra { address = URLText.adding(name, value, to: address) }
        guard address.lowercased().hasPrefix("https://") || Self.isLoopback(address) else {
            throw ConnectorError(
                .incompleteConnection,
                "The authorization address of '\(connection)' must be an https address."
            )
        }
        return address
    }

    /// The exchange of a code for tokens.
    func exchange(
        code: String,
        verifier: String,
        redirect: String,
        connection: String
    ) throws -> (TokenEndpoint, form: String) {
        let filler = Filler(rule: self, connection: connection, more: ["code": code, "redirecturl": redirect])
        var form = try tokenBody.map(filler.form)
        if form == nil {
            form = TokenEndpoint.form(
                [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect)] + clientFields
            )
        }
        if usesPKCE { form = "\(form ?? "")&code_verifier=\(Percent.encode(verifier))" }
        let url = try filler.adding(tokenQuery ?? "", to: try filler.address(tokenURL))
        return (endpoint(url, isTemplated: tokenBody != nil), form ?? "")
    }

    /// The exchange of a refresh token for the next tokens.
    func refresh(_ token: SecretValue, connection: String) throws -> (TokenEndpoint, form: String) {
        let filler = Filler(rule: self, connection: connection, more: ["refreshtoken": token.text])
        let form =
            try refreshBody.map(filler.form)
            ?? TokenEndpoint.form([("grant_type", "refresh_token"), ("refresh_token", token.text)] + clientFields)
        let url = try filler.adding(refreshQuery ?? "", to: try filler.address(refreshURL))
        return (endpoint(url, isTemplated: refreshBody != nil), form)
    }

    /// The request for a device code (RFC 8628).
    func device(connection: String) throws -> (TokenEndpoint, form: String) {
        guard let deviceURL else {
            throw ConnectorError(
                .notSupported,
                "The connector of '\(connection)' names no 'deviceAuthorizationUrl'; sign in with a browser instead."
            )
        }
        var fields = clientFields
        if style == .basic { fields.append(("client_id", clientID)) }
        if !scopes.isEmpty { fields.append(("scope", scopes.joined(separator: delimiter))) }
        let filler = Filler(rule: self, connection: connection, more: [:])
        return (endpoint(try filler.address(deviceURL), isTemplated: false), TokenEndpoint.form(fields))
    }

    /// The question whether the person has finished with a device code.
    func deviceExchange(_ code: String, connection: String) throws -> (TokenEndpoint, form: String) {
        var fields = [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code)]
        fields += clientFields
        if style == .basic { fields.append(("client_id", clientID)) }
        let filler = Filler(rule: self, connection: connection, more: [:])
        return (endpoint(try filler.address(tokenURL), isTemplated: false), TokenEndpoint.form(fields))
    }

    /// Whether an answer that names its issuer comes from where the person was sent.
    func isIssuer(_ claimed: String) -> Bool {
        if let issuer { return claimed == issuer }
        return URLText.origin(claimed) == URLText.origin(authorizationURL)
    }

    private var clientFields: [(String, String)] {
        guard style == .body else { return [] }
        return [("client_id", clientID)] + (clientSecret.map { [("client_secret", $0.text)] } ?? [])
    }

    private func endpoint(_ url: String, isTemplated: Bool) -> TokenEndpoint {
        guard style == .basic, !isTemplated, let clientSecret else { return TokenEndpoint(url: url) }
        return TokenEndpoint(url: url, basic: (clientID, clientSecret))
    }

    /// Providers on this machine, in tests and demonstrations, speak plain http.
    private static func isLoopback(_ address: String) -> Bool {
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains {
            address.hasPrefix($0) && [":", "/", "?", nil].contains(address.dropFirst($0.count).first)
        }
    }

    /// Fills in placeholders.
    private struct Filler {
        let rule: ConsentRule
        let connection: String
        let more: [String: String]

        /// Fields of a form, with secrets.
        func form(_ template: String) throws -> String {
            try fill(template, allowsSecrets: true) { Percent.encode($0) }
        }

        /// An address with fields of a query, which browsers and logs see.
        func adding(_ template: String, to address: String) throws -> String {
            let query = try fill(template) { Percent.encode($0) }.drop { $0 == "?" || $0 == "&" }
            return query.isEmpty ? address : "\(address)\(address.contains("?") ? "&" : "?")\(query)"
        }

        /// A value of an address may be a host or a whole base, but nothing that makes it mean something else.
        func address(_ template: String) throws -> String {
            try fill(template) { value in
                guard !value.contains(where: { $0.isWhitespace || "@\\?#".contains($0) }) else {
                    throw ConnectorError(
                        .incompleteConnection,
                        "A parameter of the connection '\(connection)' that stands in an address holds a character that has no place there."
                    )
                }
                return value
            }
        }

        private func fill(
            _ template: String,
            allowsSecrets: Bool = false,
            _ encode: (String) throws -> String
        ) throws -> String {
            var result = ""
            var rest = template[...]
            while let (name, range) = SignInTemplates.first(in: rest) {
                result += rest[..<range.lowerBound]
                let own = allowsSecrets && name == "clientsecret" ? rule.clientSecret?.text ?? "" : nil
                guard let value = own ?? value(name) ?? (allowsSecrets ? rule.secrets[name]?.text : nil) else {
                    throw ConnectorError(
                        .incompleteConnection,
                        "The connection '\(connection)' lacks the parameter '\(name)', which its sign-in needs."
                    )
                }
                result += try encode(value)
                rest = rest[range.upperBound...]
            }
            return result + rest
        }

        private func value(_ name: String) -> String? {
            switch name {
            case "clientid": return rule.clientID
            case "scopes": return rule.scopes.joined(separator: rule.delimiter)
            // Some refresh templates carry the code, which is spent by then.
            case "code", "refreshtoken", "state", "redirecturl": return more[name] ?? ""
            default: return rule.values[name]
            }
        }
    }
}
