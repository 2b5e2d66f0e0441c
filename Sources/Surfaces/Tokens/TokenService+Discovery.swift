import Identity
import JSONTree
import Outbound
import Serving

extension TokenService {
    func addDiscovery(to routes: inout Routes) {
        routes.get("/{tenant}/v2.0/.well-known/openid-configuration") { request in
            let tenant = try await tenant(of: request, error: "invalid_tenant")
            return document(tenant, request, version: "/v2.0")
        }
        routes.get("/{tenant}/.well-known/openid-configuration") { request in
            let tenant = try await tenant(of: request, error: "invalid_tenant")
            return document(tenant, request, version: "")
        }
        for template in ["/{tenant}/discovery/v2.0/keys", "/{tenant}/discovery/keys"] {
            routes.get(template) { request in
                let tenant = try await tenant(of: request, error: "invalid_tenant")
                return .json(try keys.keySet(issuer: "\(request.origin)/\(tenant.id)/v2.0"), headers: Self.open)
            }
        }
        routes.get("/common/discovery/instance") { request in try instance(request) }
    }

    /// Documents that any page may read.
    private static let open: Headers = ["Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600, private"]

    private func document(_ tenant: Tenant, _ request: Request, version: String) -> Response {
        // Clients come back to the name that they asked with.
        let base = "\(request.origin)/\(request.parameters["tenant"])"
        let host = request.origin.firstRange(of: "://").map { String(request.origin[$0.upperBound...]) } ?? ""
        let issuer = version.isEmpty ? "\(request.origin)/\(tenant.id)/" : "\(request.origin)/\(tenant.id)/v2.0"
        return .json(
            [
                "token_endpoint": .string("\(base)/oauth2\(version)/token"),
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post", "private_key_jwt", "client_secret_basic",
                ],
                "jwks_uri": .string("\(base)/discovery\(version)/keys"),
                "response_modes_supported": ["query", "fragment", "form_post"],
                "subject_types_supported": ["pairwise"], "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"], "issuer": .string(issuer),
                "request_uri_parameter_supported": false,
                "userinfo_endpoint": .string("\(request.origin)/oidc/userinfo"),
                "authorization_endpoint": .string("\(base)/oauth2\(version)/authorize"),
                "device_authorization_endpoint": .string("\(base)/oauth2\(version)/devicecode"),
                "http_logout_supported": true, "frontchannel_logout_supported": true,
                "end_session_endpoint": .string("\(base)/oauth2\(version)/logout"),
                "claims_supported": [
                    "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name",
                    "msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name",
                    "tid",
                    "ver", "at_hash", "c_hash", "email",
                ],
                "tenant_region_scope": nil, "cloud_instance_name": .string(host),
                "cloud_graph_host_name": .string(host), "msgraph_host": .string(host),
                "rbac_url": .string(request.origin),
            ],
            headers: Self.open
        )
    }

    /// Tells clients that an authority is known: only this server is.
    private func instance(_ request: Request) throws -> Response {
        guard let text = request.query["authorization_endpoint"] else {
            throw TokenProblem.missing("authorization_endpoint")
        }
        let own = Audience.server(origin: request.origin)
        guard let url = try? OutboundURL(text), own.contains(url.origin) || isOwnHost(url, own) else {
            return .json(
                [
                    "error": "invalid_instance",
                    "error_description": "AADSTS50049: Unknown or invalid instance. Trace ID: \(request.id)".json,
                    "error_codes": [50_049],
                ],
                status: 400
            )
        }
        let tenant = url.target.dropFirst().prefix { $0 != "/" && $0 != "?" }
        let host = own.names.map { $0.dropFirst(8) }.sorted { $0.count < $1.count }.map { JSON.string(String($0)) }
        return .json([
            "tenant_discovery_endpoint": .string("\(request.origin)/\(tenant)/v2.0/.well-known/openid-configuration"),
            "api-version": .string(request.query["api-version"] ?? "1.1"),
            "metadata": [
                [
                    "preferred_network": host.last ?? "", "preferred_cache": host.last ?? "", "aliases": .array(host),
                ]
            ],
        ])
    }

    /// msal names the host without its port.
    private func isOwnHost(_ url: OutboundURL, _ own: Audience) -> Bool {
        url.isSecure && own.contains("https://\(url.hostText)")
    }
}

extension String {
    fileprivate var json: JSON { .string(self) }
}
