import JSONTree
import Secrets

/// Finds out how a connection authenticates: by its own rule, by the adapter's, or by the definition.
///
/// The definition's `security` cannot be trusted; the credential follows from `securityDefinitions` and the connection's
/// parameters: a parameter of the scheme's name, then `api_key`, then the only secret one.
struct CredentialReader: Sendable {
    let connection: Connection
    let definition: ConnectorDefinition
    let source: any ConnectionSource

    func credentials() async throws -> [Credential] {
        if let rule = connection.authentication ?? definition.adapter.authentication {
            return [try await credential(rule)]
        }
        var credentials: [Credential] = []
        for scheme in definition.schemes {
            switch scheme.kind {
            case .keyInHeader(let name):
                if let value = try await key(scheme.name) { credentials.append(.header(name: name, value: value)) }
            case .keyInQuery(let name):
                if let value = try await key(scheme.name) { credentials.append(.query(name: name, value: value)) }
            case .basic:
                credentials.append(try await basic(user: "username", password: "password"))
            case .oauth2:
                throw ConnectorError(
                    .incompleteConnection,
                    "The connection '\(connection.name)' needs the member 'authentication' with ClientCredentials, "
                        + "Bearer or ManagedIdentity, because its connector signs in by OAuth 2.0."
                )
            }
        }
        return credentials
    }

    private func credential(_ rule: JSON) async throws -> Credential {
        let type = rule["type"]?.stringValue ?? ""
        switch type.lowercased() {
        case "none": return .none
        case "basic":
            return try await basic(
                user: rule["username"]?.stringValue ?? "username",
                password: rule["password"]?.stringValue ?? "password",
                fixedPassword: rule["fixedPassword"]?.stringValue
            )
        case "bearer": return .bearer(try await required(rule["parameter"]?.stringValue ?? "token"))
        case "apikey":
            let value = try await required(rule["parameter"]?.stringValue ?? "api_key")
            let name = rule["name"]?.stringValue ?? "Authorization"
            return rule["in"]?.stringValue?.lowercased() == "query"
                ? .query(name: name, value: value) : .header(name: name, value: value)
        case "managedidentity":
            return .managedIdentity(audience: rule["audience"]?.stringValue ?? "https://graph.microsoft.com")
        case "clientcredentials":
            guard let url = rule["tokenUrl"]?.stringValue, let client = rule["clientId"]?.stringValue else {
                throw incomplete("'tokenUrl' and 'clientId' in its 'authentication'")
            }
            return .clientCredentials(
                ClientCredentials(
                    tokenURL: url,
                    clientID: client,
                    secret: try await required("clientSecret"),
                    scope: rule["scope"]?.stringValue,
                    audience: rule["audience"]?.stringValue
                )
            )
        default:
            throw ConnectorError(
                .incompleteConnection,
                "The authentication type '\(type)' of the connection '\(connection.name)' is not one of None, Basic, "
                    + "Bearer, ApiKey, ClientCredentials, ManagedIdentity."
            )
        }
    }

    private func basic(user: String, password: String, fixedPassword: String? = nil) async throws -> Credential {
        let name = try await required(user)
        if let fixedPassword { return .basic(user: name.text, password: SecretValue(fixedPassword)) }
        return .basic(user: name.text, password: try await value(password) ?? SecretValue(""))
    }

    /// The key of a scheme; nil when the connection has none and the connector does not insist.
    private func key(_ scheme: String) async throws -> SecretValue? {
        if let value = try await value(scheme) { return value }
        if let value = try await value("api_key") { return value }
        let secrets = definition.connectionParameters.filter(\.isSecret)
        if secrets.count == 1, let value = try await value(secrets[0].name) { return value }
        if secrets.contains(where: \.isRequired) { throw incomplete("the secret '\(secrets[0].name)'") }
        return nil
    }

    private func value(_ parameter: String) async throws -> SecretValue? {
        if let secret = try await source.secret(parameter, of: connection) { return secret }
        return connection.parameters[parameter]?.stringValue.map { SecretValue($0) }
    }

    private func required(_ parameter: String) async throws -> SecretValue {
        guard let value = try await value(parameter), value.count > 0 else {
            throw incomplete("the parameter '\(parameter)'")
        }
        return value
    }

    private func incomplete(_ what: String) -> ConnectorError {
        ConnectorError(.incompleteConnection, "The connection '\(connection.name)' lacks \(what).")
    }
}
