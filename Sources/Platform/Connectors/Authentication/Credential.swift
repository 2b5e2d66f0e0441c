import Outbound
import Secrets

/// How one request shows who makes it, with its secrets.
enum Credential: Sendable {
    case none
    case header(name: String, value: SecretValue)
    case query(name: String, value: SecretValue)
    case cookie(name: String, value: SecretValue)
    case basic(user: String, password: SecretValue)
    case bearer(SecretValue)
    /// A token that an endpoint gives.
    case token(TokenDemand)
    case managedIdentity(audience: String)
    /// A signature over the finished request.
    case signature(any LastStep)
}

extension Credential {
    /// Where it stands in a request; nil for what stands beside it.
    var field: String? {
        switch self {
        case .none: nil
        case .header(let name, _): "header \(name.lowercased())"
        case .query(let name, _): "query \(name)"
        case .cookie(let name, _): "cookie \(name)"
        case .basic, .bearer, .token, .managedIdentity, .signature: "header authorization"
        }
    }
}
