public import Identity
import JSONTree
public import Moments
public import Serving

/// The token service: discovery documents, keys, and tokens for apps by client credentials.
///
/// The paths and answers are those of Microsoft's identity platform, so that msal and azure-identity work unchanged
/// when they are told this server as authority.
public struct TokenService: Sendable {
    let directory: Directory
    let login: ClientLogin
    let issuer: TokenIssuer
    let keys: TokenKeys

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - directory: Tenants and apps.
    ///   - keys: The keys that sign.
    ///   - limiter: Counts failed attempts.
    ///   - clock: Tells when tokens begin and end.
    public init(
        directory: Directory,
        keys: TokenKeys,
        limiter: FailureLimiter = FailureLimiter(),
        clock: any WallClock = SystemClock()
    ) {
        self.directory = directory
        self.keys = keys
        login = ClientLogin(directory: directory, limiter: limiter)
        issuer = TokenIssuer(keys: keys, clock: clock)
    }

    /// The routes of the service.
    public var routes: Routes {
        var routes = Routes(bodyLimit: 65_536)
        addDiscovery(to: &routes)
        routes.post("/{tenant}/oauth2/v2.0/token") { request in
            try await token(request, version: .second)
        }
        routes.post("/{tenant}/oauth2/token") { request in
            try await token(request, version: .first)
        }
        return routes
    }

    /// The two forms of the token endpoint.
    private enum Version {
        /// With `resource`, numbers as texts.
        case first
        /// With `scope`, numbers as numbers.
        case second
    }

    private func token(_ request: Request, version: Version) async throws -> Response {
        let form = try request.form()
        guard let grant = form["grant_type"], !grant.isEmpty else { throw TokenProblem.missing("grant_type") }
        let tenant = try await tenant(of: request, error: "invalid_request")
        guard grant == "client_credentials" else { throw TokenProblem.unsupportedGrant(grant) }
        let credential = try ClientCredential.read(request, form)
        let audience = try version == .second ? Self.audience(scope: form["scope"]) : Self.audience(form["resource"])
        let (app, proof) = try await app(credential, tenant: tenant, request: request)
        guard try await knows(audience, tenant: tenant, request: request) else {
            throw TokenProblem.unknownResource(audience, tenant: tenant.id)
        }
        let token = try issuer.token(for: app, audience: audience, origin: request.origin, proof: proof)
        let life = (token.expires - token.issued).ticks / 10_000_000
        let body: JSON =
            switch version {
            case .second:
                [
                    "token_type": "Bearer", "expires_in": .integer(life), "ext_expires_in": .integer(life),
                    "access_token": .string(token.text),
                ]
            case .first:
                [
                    "token_type": "Bearer", "expires_in": .string("\(life)"), "ext_expires_in": .string("\(life)"),
                    "expires_on": .string("\(token.expires.unixSeconds)"),
                    "not_before": .string("\(token.issued.unixSeconds)"), "resource": .string(audience),
                    "access_token": .string(token.text),
                ]
            }
        return .json(body, headers: ["Cache-Control": "no-store, no-cache", "Pragma": "no-cache"])
    }

    private func app(
        _ credential: ClientCredential,
        tenant: Tenant,
        request: Request
    ) async throws -> (App, TokenIssuer.Proof) {
        let caller = request.remoteAddress?.description ?? "inside"
        let name: String
        let isAssertion: Bool
        switch credential {
        case .secret(let clientID, _): (name, isAssertion) = (clientID, false)
        case .assertion(let clientID, _): (name, isAssertion) = (clientID, true)
        }
        do {
            switch credential {
            case .secret(let clientID, let secret):
                let app = try await login.app(clientID: clientID, tenant: tenant.id, secret: secret, caller: caller)
                return (app, .secret)
            case .assertion(let clientID, let assertion):
                let app = try await login.app(
                    clientID: clientID,
                    tenant: tenant.id,
                    assertion: assertion,
                    audiences: assertionAudiences(tenant: tenant, request: request),
                    caller: caller
                )
                return (app, .certificate)
            }
        } catch let failure as ClientLogin.Failure {
            switch failure {
            case .unknownApp: throw TokenProblem.unknownApp(name, tenant: tenant.id)
            case .disabledApp: throw TokenProblem.disabledApp(name)
            case .wrongCredential:
                throw isAssertion ? TokenProblem.wrongAssertion(name) : TokenProblem.wrongSecret(name)
            case .expiredCredential: throw TokenProblem.expiredSecret(name)
            case .tooManyFailures(let seconds): throw TokenProblem.tooManyFailures(seconds: seconds)
            }
        }
    }

    /// What the `aud` of an assertion may be: a token endpoint of the tenant, under each of its names.
    private func assertionAudiences(tenant: Tenant, request: Request) -> Audience {
        let names = [tenant.id, request.parameters["tenant"]] + tenant.domains
        return Audience(
            names.flatMap { name in
                ["/oauth2/v2.0/token", "/oauth2/token", "/v2.0", ""].map { "\(request.origin)/\(name)\($0)" }
            }
        )
    }

    /// The tenant that the path names.
    func tenant(of request: Request, error: String) async throws -> Tenant {
        let name = request.parameters["tenant"]
        guard let tenant = try await directory.tenant(named: name) else {
            throw TokenProblem.unknownTenant(name, error: error)
        }
        return tenant
    }

    /// The audience of a scope: what stands before `/.default`, a slash at its end included.
    private static func audience(scope: String?) throws(TokenProblem) -> String {
        let scopes = (scope ?? "").split(separator: " ")
        guard let first = scopes.first else { throw .missing("scope") }
        guard scopes.count == 1 else { throw .manyScopes(scopes.joined(separator: " ")) }
        guard first.hasSuffix("/.default"), first.utf8.count > 9 else { throw .scopeWithoutDefault(String(first)) }
        return String(first.dropLast(9))
    }

    private static func audience(_ resource: String?) throws(TokenProblem) -> String {
        guard let resource, !resource.isEmpty else { throw .missing("resource") }
        return resource
    }

    /// Whether tokens can be for the resource: a known one, this server, or an app of the tenant.
    private func knows(_ name: String, tenant: Tenant, request: Request) async throws -> Bool {
        if Audience.known.contains(where: { $0.contains(name) }) { return true }
        if Audience.server(origin: request.origin).contains(name) { return true }
        if let host = request.headers["Host"], Audience.server(origin: "https://\(host)").contains(name) { return true }
        let clientID = name.lowercased().hasPrefix("api://") ? String(name.dropFirst(6)) : name
        return try await directory.app(clientID: clientID, tenant: tenant.id) != nil
    }
}
