public import Identity

/// The words with which a surface asks for a token: code, message and `WWW-Authenticate`.
public struct AccessForm: Sendable {
    private let make: @Sendable (TokenFailure, Request) -> Problem

    /// Makes a form from a function that writes the problem of status 401.
    public init(_ make: @escaping @Sendable (TokenFailure, Request) -> Problem) { self.make = make }

    func problem(_ failure: TokenFailure, _ request: Request) -> Problem { make(failure, request) }

    /// Microsoft Graph's: `InvalidAuthenticationToken`.
    public static let graph = AccessForm { failure, request in
        Problem(
            status: 401,
            code: "InvalidAuthenticationToken",
            message: failure.message,
            headers: [
                "WWW-Authenticate":
                    "Bearer realm=\"\", authorization_uri=\"\(request.origin)/common/oauth2/authorize\", "
                    + "client_id=\"00000003-0000-0000-c000-000000000000\""
            ]
        )
    }

    /// Azure Resource Manager's: `AuthenticationFailed` without a token, else a code of its own for each failure.
    public static let management = AccessForm { failure, request in
        let code: String
        let message: String
        switch failure.reason {
        case .missing:
            code = "AuthenticationFailed"
            message = "Authentication failed. The 'Authorization' header is missing."
        case .expired:
            code = "ExpiredAuthenticationToken"
            message = "The access token has expired. Ask for a new one."
        case .audience:
            code = "InvalidAuthenticationTokenAudience"
            message = "The access token is for another resource than https://management.azure.com."
        case .issuer:
            code = "InvalidAuthenticationTokenTenant"
            message = "The access token is from the wrong issuer."
        case .malformed, .signature, .early, .revoked:
            code = "InvalidAuthenticationToken"
            message = "The access token is invalid. \(failure.message)"
        }
        let authority = "\(request.origin)/\(request.tenant ?? "common")"
        return Problem(
            status: 401,
            code: code,
            message: message,
            headers: [
                "WWW-Authenticate": "Bearer authorization_uri=\"\(authority)\", error=\"invalid_token\", "
                    + "error_description=\"\(message)\""
            ]
        )
    }

    /// Key Vault's: the challenge from which its client learns tenant and resource.
    ///
    /// - Parameters:
    ///   - tenant: The tenant of the vault.
    ///   - resource: The resource that tokens must be for, `https://vault.azure.net` or the vault's parent domain.
    /// - Returns: The form.
    public static func vault(tenant: String, resource: String) -> AccessForm {
        AccessForm { failure, request in
            let message: String
            switch failure.reason {
            case .missing: message = "AKV10000: Request is missing a Bearer or PoP token."
            case .audience: message = "AKV10022: Invalid audience. Expected \(resource)."
            case .issuer: message = "AKV10032: Invalid issuer."
            case .malformed, .signature, .expired, .early, .revoked:
                message = "AKV10046: The token cannot be validated. \(failure.message)"
            }
            let challenge = "Bearer authorization=\"\(request.origin)/\(tenant)\", resource=\"\(resource)\""
            return Problem(
                status: 401,
                code: "Unauthorized",
                message: message,
                headers: ["WWW-Authenticate": challenge]
            )
        }
    }

    /// A plain one (RFC 6750).
    public static let plain = AccessForm { failure, _ in
        let detail = failure.reason == .missing ? "" : " error=\"invalid_token\""
        return Problem(status: 401, message: failure.message, headers: ["WWW-Authenticate": "Bearer\(detail)"])
    }
}
