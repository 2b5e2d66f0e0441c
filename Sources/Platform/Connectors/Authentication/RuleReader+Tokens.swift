import Content
import JSONTree
import Moments
import Outbound
import Secrets

/// The rules that end in a token of an endpoint.
extension RuleReader {
    /// `ClientCredentials`: `tokenUrl`, `clientId`, `clientSecret`, `scope`, `audience`, `style`.
    func clientCredentials() throws -> TokenDemand {
        guard let url = try address("tokenUrl") else { throw reader.incomplete("'tokenUrl' in its 'authentication'") }
        let client = try named("clientId")
        let secret = try required(text("clientSecret") ?? "clientSecret")
        let (scope, audience) = (try filled("scope"), try filled("audience"))
        let isBasic = try style() == .basic
        var fields = [("grant_type", "client_credentials")]
        if !isBasic { fields += [("client_id", client), ("client_secret", secret.text)] }
        if let scope { fields.append(("scope", scope)) }
        if let audience { fields.append(("audience", audience)) }
        let form = fields
        return TokenDemand(
            .app(TokenEndpoint(url: url, basic: isBasic ? (client, secret) : nil)) { _ in form },
            identity: ["client", url, client, secret.text, scope ?? "", audience ?? ""]
        )
    }

    /// `AzureAD`: an app of a directory with secret or certificate; else the managed identity of this server.
    func directory() throws -> Credential {
        let audience = try filled("audience") ?? "https://graph.microsoft.com"
        guard let client = values.text("clientId"), !client.isEmpty else {
            return .managedIdentity(audience: audience)
        }
        guard let tenant = values.text("tenantId"), !tenant.isEmpty else {
            throw reader.incomplete("the parameter 'tenantId'")
        }
        return .token(try directory(tenant: tenant, client: client, audience: audience))
    }

    /// A token of a directory's app for an audience.
    func directory(
        tenant: String,
        client: String,
        audience: String,
        authority given: String? = nil
    ) throws -> TokenDemand {
        let authority = values.text("authority") ?? given ?? "https://login.microsoftonline.com"
        let endpoint = URLText.join(authority, "\(Percent.encode(tenant))/oauth2/v2.0/token")
        let scope = audience.hasSuffix("/.default") ? audience : "\(audience)/.default"
        let plain = [("grant_type", "client_credentials"), ("client_id", client), ("scope", scope)]
        if let secret = values.value("clientSecret"), secret.count > 0 {
            return TokenDemand(
                .app(TokenEndpoint(url: endpoint)) { _ in plain + [("client_secret", secret.text)] },
                identity: ["azure", endpoint, client, scope, secret.text]
            )
        }
        guard let file = values.value("certificate"), file.count > 0 else {
            throw reader.incomplete("the secret 'clientSecret' or 'certificate'")
        }
        let certificate = try CertificateText.certificate(
            file,
            password: values.text("certificatePassword"),
            connection: connection
        )
        let name = connection
        return TokenDemand(
            .app(TokenEndpoint(url: endpoint)) { now in
                let assertion = try SignedAssertion.make(
                    certificate,
                    clientID: client,
                    endpoint: endpoint,
                    connection: name,
                    now: now
                )
                return plain + [
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    ("client_assertion", assertion),
                ]
            },
            identity: ["azure", endpoint, client, scope, file.text]
        )
    }

    /// `GoogleServiceAccount`: `scope`, and the connection's key file.
    func google() throws -> TokenDemand {
        let file = try required("serviceAccountKey")
        let key = try GoogleKey(file.text, connection: connection)
        let scope = try filled("scope") ?? "https://www.googleapis.com/auth/cloud-platform"
        let name = connection
        return TokenDemand(
            .app(TokenEndpoint(url: key.tokenURL)) { now in
                [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    ("assertion", try key.assertion(scope: scope, connection: name, now: now)),
                ]
            },
            identity: ["google", key.tokenURL, scope, file.text]
        )
    }

    /// `AuthorizationCode`: `authorizationUrl`, `tokenUrl`, `refreshUrl`, `deviceAuthorizationUrl`, `scopes`, `style`, `pkce`,
    /// `issuer`, `audience`; what is left out comes from the definition.
    func consent(_ settings: SignInSettings) throws -> ConsentRule {
        let defined: ConsentRule? =
            text("authorizationUrl") == nil || text("tokenUrl") == nil
            ? try reader.definedConsent(values, in: set) : nil
        guard let authorization = try address("authorizationUrl") ?? defined?.authorizationURL,
            let token = try address("tokenUrl") ?? defined?.tokenURL
        else { throw reader.incomplete("'authorizationUrl' and 'tokenUrl' in its 'authentication'") }
        let refresh = try address("refreshUrl") ?? (text("tokenUrl") == nil ? defined?.refreshURL : nil) ?? token
        var rule = ConsentRule(
            authorizationURL: authorization,
            tokenURL: token,
            refreshURL: refresh,
            clientID: try named("clientId"),
            clientSecret: values.value(text("clientSecret") ?? "clientSecret"),
            scopes: try scopes() ?? defined?.scopes ?? []
        )
        if text("authorizationUrl") == nil { rule.authorizationQuery = defined?.authorizationQuery }
        if text("tokenUrl") == nil {
            (rule.tokenBody, rule.refreshBody) = (defined?.tokenBody, defined?.refreshBody)
            (rule.tokenQuery, rule.refreshQuery) = (defined?.tokenQuery, defined?.refreshQuery)
        }
        rule.delimiter = defined?.delimiter ?? rule.delimiter
        rule.deviceURL = try address("deviceAuthorizationUrl")
        rule.style = try style()
        rule.usesPKCE = rule.usesPKCE && self.rule["pkce"]?.boolValue != false
        rule.issuer = try filled("issuer")
        if let audience = try filled("audience") { rule.extra.append(("audience", audience)) }
        rule.values = values.visible
        rule.secrets = values.hidden
        return rule
    }

    private func style() throws -> ConsentRule.Style {
        guard let word = text("style") else { return .body }
        guard let style = ConsentRule.Style(rawValue: word.lowercased()) else {
            throw ConnectorError(
                .incompleteConnection,
                "The 'style' of the authentication of '\(connection)' is body or basic, not '\(word)'."
            )
        }
        return style
    }

    private func scopes() throws -> [String]? {
        if let list = rule["scopes"]?.arrayValue { return list.compactMap(\.stringValue) }
        return try filled("scopes")?.split(separator: " ").map(String.init)
    }
}

/// The rules that end in a signature.
extension RuleReader {
    /// `AwsSigV4`: `service` and `region`, and the connection's keys.
    func awsSignature() throws -> AwsSignature {
        AwsSignature(
            accessKeyID: try required("accessKeyId").text,
            secretAccessKey: try required("secretAccessKey"),
            sessionToken: values.value("sessionToken").flatMap { $0.count > 0 ? $0 : nil },
            region: try requiredMember("region"),
            service: try requiredMember("service"),
            clock: reader.clock
        )
    }

    /// `LogAnalyticsSharedKey`: the connection's `workspaceId` and `workspaceKey`.
    func sharedKey() throws -> SharedKeySignature {
        SharedKeySignature(
            workspaceID: try required("workspaceId").text,
            key: try base64Key("workspaceKey", "the primary or secondary key of the workspace"),
            clock: reader.clock
        )
    }

    /// `AzureStorageKey`: the account's name and key, in the parameters that `account` and `key` name; `service` is `table` for tables.
    func storageKey() throws -> StorageSignature {
        let key = try base64Key(text("key") ?? "accessKey", "a key of the storage account")
        // The account may be given as its endpoint.
        let given = try required(text("account") ?? "accountName").text
        let host = given.split(separator: "/").first { $0 != "https:" && $0 != "http:" } ?? ""
        return StorageSignature(
            account: String(host.prefix { $0 != "." }),
            key: key,
            isForTables: text("service")?.lowercased() == "table",
            clock: reader.clock
        )
    }

    /// `CosmosKey`: the account's key, in the parameter that `key` names.
    func cosmosKey() throws -> CosmosSignature {
        let key = try base64Key(text("key") ?? "accessKey", "a key of the Cosmos DB account")
        return CosmosSignature(key: key, clock: reader.clock)
    }

    /// The bytes of a secret in base64.
    private func base64Key(_ parameter: String, _ what: String) throws -> SecretValue {
        guard let key = Base64.decode(try required(parameter).text), !key.isEmpty else {
            throw ConnectorError(
                .incompleteConnection,
                "The secret '\(parameter)' of '\(connection)' must be \(what), in base64."
            )
        }
        return SecretValue(bytes: key)
    }

    /// `ServiceBusKey`: the connection string in the parameter that `connectionString` names.
    func serviceBusKey() throws -> ServiceBusSignature {
        let parameter = text("connectionString") ?? "connectionString"
        guard let key = SharedAccessKey(try required(parameter).text) else {
            throw ConnectorError(
                .incompleteConnection,
                "The secret '\(parameter)' of '\(connection)' must be a connection string with SharedAccessKeyName and SharedAccessKey."
            )
        }
        return ServiceBusSignature(keyName: key.name, key: key.key, clock: reader.clock)
    }
}

/// Certificates as connections keep them: PEM with the key in the same text, or PKCS#12 in base64.
enum CertificateText {
    /// Reads one.
    ///
    /// - Throws: ``ConnectorError``; its message holds nothing of the file.
    static func certificate(_ file: SecretValue, password: String?, connection: String) throws -> ClientCertificate {
        let certificate = try unchecked(file, password: password, connection: connection)
        do throws(OutboundError) {
            _ = try certificate.parts()
        } catch {
            throw ConnectorError(.incompleteConnection, "The certificate of '\(connection)': \(error.message)")
        }
        return certificate
    }

    /// The same without opening the file, which takes long for PKCS#12.
    static func unchecked(_ file: SecretValue, password: String?, connection: String) throws -> ClientCertificate {
        let text = file.text
        if text.contains("-----BEGIN") {
            return .pem(chain: text, key: text)
        } else if let bytes = Base64.decode(String(text.filter { !$0.isWhitespace })) {
            return .pkcs12(bytes, password: password)
        } else {
            throw ConnectorError(
                .incompleteConnection,
                "The certificate of '\(connection)' must be PEM with certificate and key, or PKCS#12 in base64."
            )
        }
    }
}
