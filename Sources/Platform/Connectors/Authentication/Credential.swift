import Secrets

/// How one request shows who makes it, with its secrets.
enum Credential: Sendable {
    case none
    case header(name: String, value: SecretValue)
    case query(name: String, value: SecretValue)
    case basic(user: String, password: SecretValue)
    case bearer(SecretValue)
    case clientCredentials(ClientCredentials)
    case managedIdentity(audience: String)
}

/// OAuth 2.0 client credentials for a token endpoint.
struct ClientCredentials: Sendable {
    let tokenURL: String
    let clientID: String
    let secret: SecretValue
    let scope: String?
    let audience: String?
}
