import Content
import Outbound
import Secrets

/// How one request shows who makes it, with its secrets.
enum Credential: Sendable {
    case none
    /// Nothing for this call, though others show something.
    case omitted
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

/// The credentials of a connection with the values that they were made of.
struct ReadCredentials: Sendable {
    let values: ConnectionValues
    let credentials: [Credential]

    /// Whether they are the same for every request until the connection is changed.
    var isStanding: Bool { credentials.allSatisfy(\.isStanding) }
}

extension Credential {
    /// Whether it is the same for every request until the connection is changed.
    var isStanding: Bool {
        switch self {
        case .none, .header, .query, .cookie, .basic, .bearer: true
        case .omitted, .token, .managedIdentity, .signature: false
        }
    }

    /// Puts a standing credential into a request.
    ///
    /// - Returns: Whether it is one; false leaves the request as it was.
    func show(in request: inout OutboundRequest) -> Bool {
        switch self {
        case .none: break
        case .header(let name, let value):
            request.headers[name] = value.text
            request.credentialHeaders.insert(name)
        case .cookie(let name, let value):
            let others = request.headers["Cookie"].map { "\($0); " } ?? ""
            request.headers["Cookie"] = "\(others)\(name)=\(value.text)"
            request.credentialHeaders.insert("Cookie")
        case .query(let name, let value): request.lastSteps.append(QueryKey(name: name, value: value))
        case .basic(let user, let password):
            request.headers["Authorization"] =
                "Basic \(Base64.encode(Array(user.utf8) + [UInt8(ascii: ":")] + password.bytes))"
        case .bearer(let token): request.headers["Authorization"] = "Bearer \(token.text)"
        case .omitted, .token, .managedIdentity, .signature: return false
        }
        return true
    }

    /// Where it stands in a request; nil for what stands beside it.
    var field: String? {
        switch self {
        case .none, .omitted: nil
        case .header(let name, _): "header \(name.lowercased())"
        case .query(let name, _): "query \(name)"
        case .cookie(let name, _): "cookie \(name)"
        case .basic, .bearer, .token, .managedIdentity, .signature: "header authorization"
        }
    }
}
