public import Identity

/// Asks for access tokens and roles before handlers, with the words of a surface.
///
/// ```swift
/// let access = Access(validator: validator, audience: .graph, form: .graph)
/// var routes = Routes(errors: .graph, middlewares: [access.requireToken])
/// routes.get("/v1.0/security/alerts") { request in
///     try Access.require(.readSecurityEvents, of: request)
///     …
/// }
/// ```
public struct Access: Sendable {
    private let validator: TokenValidator
    private let audience: Audience
    private let form: AccessForm

    /// Makes the check.
    ///
    /// - Parameters:
    ///   - validator: Checks tokens.
    ///   - audience: The resource that tokens must be for; the server's own host is always one too.
    ///   - form: The words of the surface.
    public init(validator: TokenValidator, audience: Audience, form: AccessForm) {
        self.validator = validator
        self.audience = audience
        self.form = form
    }

    /// Lets a request with a valid bearer token on, with its principal and tenant; others get 401.
    ///
    /// A request that has a principal already, because it comes from inside the process, needs no token.
    public var requireToken: Routes.Middleware {
        { [self] request, next in
            if request.principal != nil { return try await next(request) }
            var request = request
            let principal = try await principal(of: request)
            request.principal = principal
            request.tenant = principal.tenant
            return try await next(request)
        }
    }

    /// The caller that the token of a request stands for.
    ///
    /// - Parameter request: The request.
    /// - Returns: The principal.
    /// - Throws: A ``Problem`` with status 401 in the words of the surface.
    public func principal(of request: Request) async throws(Problem) -> Principal {
        var accepted = audience.union(.server(origin: request.origin))
        if let host = request.headers["Host"] { accepted = accepted.union(.server(origin: "https://\(host)")) }
        guard let token = Access.bearerToken(of: request) else { throw form.problem(TokenFailure(.missing), request) }
        do {
            return try await validator.principal(of: token, audience: accepted)
        } catch {
            throw form.problem(error, request)
        }
    }

    /// The token of an `Authorization: Bearer …` header; nil when there is none.
    public static func bearerToken(of request: Request) -> String? {
        guard let header = request.headers["Authorization"] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }

    /// Returns when the caller holds one of the roles.
    ///
    /// - Parameters:
    ///   - roles: The roles of which one is enough.
    ///   - request: The request, behind ``requireToken``.
    /// - Returns: The caller.
    /// - Throws: A ``Problem`` with status 401 without a caller, 403 without a role.
    @discardableResult
    public static func require(_ roles: Role..., of request: Request) throws(Problem) -> Principal {
        guard let principal = request.principal else {
            throw Problem(status: 401, message: "The request needs an access token.")
        }
        guard roles.contains(where: { principal.holds($0) }) else {
            let names = roles.map(\.name).joined(separator: " or ")
            throw .forbidden("The app '\(principal.displayName)' needs the role \(names).")
        }
        return principal
    }
}
