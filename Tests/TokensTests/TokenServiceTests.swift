import Foundation
import Identity
import JSONTree
import Moments
import Secrets
import Serving
import Testing

struct TokenServiceTests {
    private static let app = "aaaa1111-0000-0000-0000-000000000001"
    private static let graph = "scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"

    @Test func `client credentials give a token that our validator takes`() async throws {
        let fixture = try await TokenFixture()
        let claims = "claims=%7B%22access_token%22%3A+%7B%22xms_cc%22%3A+%7B%22values%22%3A+%5B%22CP1%22%5D%7D%7D%7D"
        let (status, headers, body) = try await fixture.post(
            "/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
            "client_id=\(Self.app)&grant_type=client_credentials&client_info=1&client_secret=\(fixture.secret.text)"
                + "&\(claims)&\(Self.graph)"
        )
        #expect(status == 200)
        #expect(headers["Cache-Control"] == "no-store, no-cache" && headers["Pragma"] == "no-cache")
        #expect(body.objectValue?.names == ["token_type", "expires_in", "ext_expires_in", "access_token"])
        #expect(body["token_type"] == "Bearer" && body["expires_in"] == 3_599 && body["ext_expires_in"] == 3_599)
        let token = try #require(body["access_token"]?.stringValue)
        let principal = try await TokenValidator(keys: fixture.keys).principal(of: token, audience: .graph)
        #expect(principal.clientID == Self.app && principal.holds(.writeSecurityEvents))
    }

    @Test func `the first version has texts for numbers`() async throws {
        let fixture = try await TokenFixture(clock: VirtualClock(Timestamp(unixSeconds: 1_800_000_000)))
        let (status, _, body) = try await fixture.post(
            "/contoso.example/oauth2/token",
            "client_id=\(Self.app)&grant_type=client_credentials&client_secret=\(fixture.secret.text)"
                + "&resource=https%3A%2F%2Fmanagement.azure.com%2F"
        )
        #expect(status == 200)
        #expect(
            body["expires_in"] == "3599" && body["expires_on"] == "1800003599" && body["not_before"] == "1800000000"
        )
        #expect(body["resource"] == "https://management.azure.com/")
    }

    @Test func `basic authentication works too`() async throws {
        let fixture = try await TokenFixture()
        let pair = Data("\(Self.app):\(fixture.secret.text)".utf8).base64EncodedString()
        let (status, _, _) = try await fixture.post(
            "/common/oauth2/v2.0/token",
            "grant_type=client_credentials&\(Self.graph)",
            headers: ["Authorization": "Basic \(pair)"]
        )
        #expect(status == 200)
    }

    struct Refusal: Sendable {
        let form: String
        let status: Int
        let error: String
        let code: Int64
        var tenant = "11111111-2222-3333-4444-555555555555"
    }

    static let refusals: [Refusal] = [
        Refusal(form: "", status: 400, error: "invalid_request", code: 900_144),
        Refusal(form: "grant_type=", status: 400, error: "invalid_request", code: 900_144),
        Refusal(form: "grant_type=client_credentials", status: 400, error: "invalid_request", code: 900_144),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP",
            status: 401,
            error: "invalid_client",
            code: 7_000_218
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP&client_secret=SECRET",
            status: 400,
            error: "invalid_request",
            code: 900_144
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP&client_secret=wrong&GRAPH",
            status: 401,
            error: "invalid_client",
            code: 7_000_215
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=zz&client_secret=x&GRAPH",
            status: 400,
            error: "unauthorized_client",
            code: 700_016
        ),
        Refusal(
            form: "grant_type=password&client_id=APP&client_secret=SECRET&GRAPH",
            status: 400,
            error: "unsupported_grant_type",
            code: 70_003
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP&client_secret=SECRET&scope=User.Read",
            status: 400,
            error: "invalid_scope",
            code: 1_002_012
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP&client_secret=SECRET&scope=/.default",
            status: 400,
            error: "invalid_scope",
            code: 1_002_012
        ),
        Refusal(
            form:
                "grant_type=client_credentials&client_id=APP&client_secret=SECRET&GRAPH+https://vault.azure.net/.default",
            status: 400,
            error: "invalid_scope",
            code: 70_011
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP&client_secret=SECRET&scope=https://x.example/.default",
            status: 400,
            error: "invalid_resource",
            code: 500_011
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP&client_secret=SECRET&GRAPH",
            status: 400,
            error: "invalid_request",
            code: 90_002,
            tenant: "nope"
        ),
        Refusal(
            form: "grant_type=client_credentials&client_id=APP&client_assertion=a.b.c&client_assertion_type="
                + "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&GRAPH",
            status: 401,
            error: "invalid_client",
            code: 700_027
        ),
    ]

    @Test(arguments: refusals)
    func `refusals have Microsoft's codes and form`(refusal: Refusal) async throws {
        let fixture = try await TokenFixture()
        let form = refusal.form.replacingOccurrences(of: "APP", with: Self.app)
            .replacingOccurrences(of: "SECRET", with: fixture.secret.text).replacingOccurrences(
                of: "GRAPH",
                with: Self.graph
            )
        let correlation = "2a1b8a3c-0000-4000-8000-000000000001"
        let (status, headers, body) = try await fixture.post(
            "/\(refusal.tenant)/oauth2/v2.0/token",
            form,
            headers: ["client-request-id": correlation]
        )
        #expect(status == refusal.status)
        #expect(body["error"]?.stringValue == refusal.error)
        #expect(body["error_codes"] == [.integer(refusal.code)])
        let description = try #require(body["error_description"]?.stringValue)
        #expect(description.hasPrefix("AADSTS\(refusal.code): "))
        #expect(description.contains(" Correlation ID: \(correlation) Timestamp: "))
        #expect(body["correlation_id"]?.stringValue == correlation)
        #expect(body["trace_id"]?.stringValue == headers["request-id"])
        #expect(body["timestamp"]?.stringValue?.count == 20)
        #expect(body["error_uri"]?.stringValue?.hasSuffix("code=\(refusal.code)") == true)
        #expect(!description.contains(fixture.secret.text))
    }

    @Test func `an expired secret and a disabled app are told apart`() async throws {
        let clock = VirtualClock(Timestamp(unixSeconds: 1_800_000_000))
        let fixture = try await TokenFixture(clock: clock)
        let form =
            "client_id=\(Self.app)&grant_type=client_credentials&client_secret=\(fixture.secret.text)&\(Self.graph)"
        clock.advance(by: .days(31))
        let expired = try await fixture.post("/common/oauth2/v2.0/token", form)
        #expect(expired.status == 401 && expired.body["error_codes"] == [7_000_222])
        try await fixture.directory.setEnabled(false, of: fixture.app, by: "test")
        let disabled = try await fixture.post("/common/oauth2/v2.0/token", form)
        #expect(disabled.status == 400 && disabled.body["error_codes"] == [7_000_112])
    }

    @Test func `who guesses is slowed down`() async throws {
        let fixture = try await TokenFixture()
        let form = "client_id=\(Self.app)&grant_type=client_credentials&client_secret=guess&\(Self.graph)"
        for _ in 0..<20 { #expect(try await fixture.post("/common/oauth2/v2.0/token", form).status == 401) }
        let (status, headers, body) = try await fixture.post("/common/oauth2/v2.0/token", form)
        #expect(status == 429 && body["error_codes"] == [90_055])
        #expect(headers["Retry-After"].flatMap { Int($0) }.map { $0 > 0 } == true)
    }

    @Test(arguments: [
        ("https%3A%2F%2Fx%2F%2F.default", nil), ("https://vault.azure.net/.default", "https://vault.azure.net"),
        ("https://management.azure.com//.default", "https://management.azure.com/"),
        ("https://management.core.windows.net//.default", "https://management.core.windows.net/"),
        ("https://server.example/.default", "https://server.example"),
        ("https://server.example:8443/.default", "https://server.example:8443"),
        ("api://aaaa1111-0000-0000-0000-000000000001/.default", "api://aaaa1111-0000-0000-0000-000000000001"),
        ("00000003-0000-0000-c000-000000000000/.default", "00000003-0000-0000-c000-000000000000"),
    ])
    func `the audience is what stands before the default scope`(scope: String, audience: String?) async throws {
        let fixture = try await TokenFixture()
        let (status, _, body) = try await fixture.post(
            "/common/oauth2/v2.0/token",
            "client_id=\(Self.app)&grant_type=client_credentials&client_secret=\(fixture.secret.text)&scope=\(scope)"
        )
        #expect(status == (audience == nil ? 400 : 200))
        if let audience {
            let token = try #require(body["access_token"]?.stringValue)
            let validator = TokenValidator(keys: fixture.keys)
            await #expect(throws: Never.self) {
                try await validator.principal(of: token, audience: Audience([audience]))
            }
        }
    }

    @Test(arguments: ["11111111-2222-3333-4444-555555555555", "contoso.example", "common", "organizations"])
    func `discovery leads to endpoints that are there`(name: String) async throws {
        let fixture = try await TokenFixture()
        let (status, body) = try await fixture.get("/\(name)/v2.0/.well-known/openid-configuration")
        #expect(status == 200)
        #expect(body["issuer"] == "https://server.example:8443/11111111-2222-3333-4444-555555555555/v2.0")
        #expect(body["token_endpoint"] == .string("https://server.example:8443/\(name)/oauth2/v2.0/token"))
        #expect(body["authorization_endpoint"]?.stringValue != nil)
        let keys = try #require(body["jwks_uri"]?.stringValue).replacingOccurrences(
            of: "https://server.example:8443",
            with: ""
        )
        let set = try await fixture.get(keys)
        #expect(set.status == 200 && set.body["keys"]?.arrayValue?.count == 1)
        let first = try await fixture.get("/\(name)/.well-known/openid-configuration")
        #expect(first.body["issuer"] == "https://server.example:8443/11111111-2222-3333-4444-555555555555/")
        #expect(first.body["token_endpoint"] == .string("https://server.example:8443/\(name)/oauth2/token"))
    }

    @Test func `discovery of an unknown tenant is refused as msal expects`() async throws {
        let fixture = try await TokenFixture()
        let (status, body) = try await fixture.get("/nope/v2.0/.well-known/openid-configuration")
        #expect(status == 400 && body["error"] == "invalid_tenant" && body["error_codes"] == [90_002])
    }

    @Test func `only this server is an instance`() async throws {
        let fixture = try await TokenFixture()
        let path = "/common/discovery/instance?api-version=1.1&authorization_endpoint="
        let tail = "%2F\(fixture.tenant.id)%2Foauth2%2Fv2.0%2Fauthorize"
        for host in ["https%3A%2F%2Fserver.example", "https%3A%2F%2Fserver.example%3A8443"] {
            let (status, body) = try await fixture.get(path + host + tail)
            #expect(status == 200)
            #expect(
                body["tenant_discovery_endpoint"]
                    == .string("https://server.example:8443/\(fixture.tenant.id)/v2.0/.well-known/openid-configuration")
            )
            #expect(body["metadata"]?[0]?["aliases"] == ["server.example", "server.example:8443"])
        }
        for host in ["https%3A%2F%2Flogin.microsoftonline.com", "http%3A%2F%2Fserver.example", "x", ""] {
            let (status, body) = try await fixture.get(path + host + tail)
            #expect(status == 400)
            if !host.isEmpty { #expect(body["error"] == "invalid_instance") }
        }
    }
}
