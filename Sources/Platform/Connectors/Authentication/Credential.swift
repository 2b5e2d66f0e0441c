import Outbound
import Secrets

/// How one request shows who makes it, with its secrets.
enum Credential: Sendable {
    case none
    case header(name: String, value: SecretValue)
    case query(name: String, value: SecretValue)
    case basic(user: String, password: SecretValue)
    case bearer(SecretValue)
    /// A token that an endpoint gives.
    case token(TokenDemand)
    case managedIdentity(audience: String)
    /// A signature over the finished request.
    case signature(any LastStep)
}
