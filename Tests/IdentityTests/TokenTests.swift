import Foundation
import Identity
import JSONTree
import Moments
import Secrets
import Stores
import Testing

struct TokenTests {
    private func failure(
        _ fixture: Fixture,
        _ text: String,
        audience: Audience = .graph
    ) async -> TokenFailure.Reason? {
        do {
            _ = try await fixture.validator().principal(of: text, audience: audience)
            return nil
        } catch {
            return error.reason
        }
    }

    private func part(_ token: String, _ index: Int) throws -> JSON {
        var text = token.split(separator: ".").map(String.init)[index]
            .replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        return try JSON.parse(Array(try #require(Data(base64Encoded: text))))
    }

    private func encoded(_ json: JSON) -> String {
        Data(json.bytes()).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    @Test func `a token has the claims that clients and services know`() async throws {
        let fixture = try await Fixture()
        let token = try fixture.token()
        let header = try part(token.text, 0)
        #expect(header["alg"] == "RS256" && header["typ"] == "JWT")
        #expect(header["kid"]?.stringValue?.isEmpty == false && header["x5t"] == header["kid"])
        let claims = try part(token.text, 1)
        #expect(claims["aud"] == "https://graph.microsoft.com")
        #expect(claims["iss"] == "https://soar.example:8443/11111111-2222-3333-4444-555555555555/")
        #expect(claims["tid"]?.stringValue == fixture.tenant.id)
        #expect(claims["appid"]?.stringValue == fixture.app.clientID)
        #expect(claims["oid"]?.stringValue == fixture.app.objectID && claims["sub"] == claims["oid"])
        #expect(claims["roles"] == ["SecurityEvents.ReadWrite.All"])
        #expect(claims["idtyp"] == "app" && claims["appidacr"] == "1" && claims["ver"] == "1.0")
        #expect(claims["exp"] == 1_800_003_599 && claims["nbf"] == 1_800_000_000 && claims["iat"] == 1_800_000_000)
        let principal = try await fixture.validator().principal(of: token.text, audience: .graph)
        #expect(principal.tenant == fixture.tenant.id && principal.kind == .app)
        #expect(principal.holds(.readSecurityEvents) && principal.holds(.writeSecurityEvents))
        #expect(!principal.holds(.readIncidents))
        #expect(principal.tokenID == token.id)
        #expect(!"\(token)".contains(token.text))
    }

    @Test func `an app without grants has no roles claim`() async throws {
        let fixture = try await Fixture(roles: [])
        let token = try fixture.token()
        #expect(try part(token.text, 1)["roles"] == nil)
        let principal = try await fixture.validator().principal(of: token.text, audience: .graph)
        #expect(principal.roles.isEmpty)
    }

    @Test func `a managed identity's token names its resource`() async throws {
        let fixture = try await Fixture()
        let identity = Principal(
            kind: .managedIdentity,
            tenant: fixture.tenant.id,
            clientID: "c",
            objectID: "o",
            displayName: "workflow",
            roles: ["Sentinel.Responder"]
        )
        let token = try TokenIssuer(keys: fixture.keys, clock: fixture.clock).token(
            for: identity,
            resourceID: "/subscriptions/s/…/workflows/w",
            audience: "https://management.azure.com/",
            origin: fixture.origin
        )
        #expect(try part(token.text, 1)["xms_mirid"] == "/subscriptions/s/…/workflows/w")
        let principal = try await fixture.validator().principal(of: token.text, audience: .management)
        #expect(principal.kind == .managedIdentity && principal.holds(.respondSentinel))
    }

    @Test func `tokens begin and end`() async throws {
        let fixture = try await Fixture()
        let text = try fixture.token().text
        fixture.clock.advance(by: .seconds(3_599 + 299))
        #expect(await failure(fixture, text) == nil)
        fixture.clock.advance(by: .seconds(2))
        #expect(await failure(fixture, text) == .expired)
        fixture.clock.set(Timestamp(unixSeconds: 1_800_000_000 - 301))
        #expect(await failure(fixture, text) == .early)
    }

    @Test(arguments: [
        ("https://graph.microsoft.com", Audience.graph, true), ("https://GRAPH.microsoft.com/", .graph, true),
        ("00000003-0000-0000-c000-000000000000", .graph, true), ("https://graph.microsoft.com.evil", .graph, false),
        ("https://management.azure.com/", .management, true),
        ("https://management.core.windows.net/", .management, true),
        ("https://graph.microsoft.com", .management, false),
        ("https://localhost", .server(origin: "https://localhost:8543"), true),
        ("https://localhost:8543", .server(origin: "https://localhost:8543"), true),
        ("https://localhost:9", .server(origin: "https://localhost:8543"), false),
        ("https://[::1]", .server(origin: "https://[::1]:8543"), true),
        ("https://host/", Audience.graph.union(.server(origin: "https://host")), true),
    ])
    func `audiences have several names`(name: String, audience: Audience, isAccepted: Bool) async throws {
        let fixture = try await Fixture()
        let text = try fixture.token(audience: name).text
        #expect(await failure(fixture, text, audience: audience) == (isAccepted ? nil : .audience))
    }

    @Test func `nothing but our own signature is believed`() async throws {
        let fixture = try await Fixture()
        let text = try fixture.token().text
        let parts = text.split(separator: ".").map(String.init)
        var claims = try #require(try part(text, 1).objectValue)
        claims["roles"] = ["Tocsin.Administrator"]
        let forged = encoded(.object(claims))
        let header = try part(text, 0)
        #expect(await failure(fixture, "\(parts[0]).\(forged).\(parts[2])") == .signature)
        for algorithm in ["none", "HS256", "RS512", "PS256", "rs256", ""] {
            var other = try #require(header.objectValue)
            other["alg"] = .string(algorithm)
            #expect(await failure(fixture, "\(encoded(.object(other))).\(forged).\(parts[2])") == .malformed)
        }
        for change: (String, JSON?) in [("kid", nil), ("kid", "other"), ("crit", ["exp"])] {
            var other = try #require(header.objectValue)
            other[change.0] = change.1
            #expect(await failure(fixture, "\(encoded(.object(other))).\(parts[1]).\(parts[2])") == .signature)
        }
        let foreign = try await Fixture(firstKey: 1)
        #expect(await failure(fixture, try foreign.token().text) == .signature)
    }

    @Test(arguments: [
        "", ".", "..", "a.b", "a.b.c", "e30.e30.", "e30.e30.AA", "e30=.e30.AA", "x y.e30.AA", "W10.W10.AA",
    ])
    func `what is no token is malformed`(text: String) async throws {
        let fixture = try await Fixture()
        #expect(await failure(fixture, text) == .malformed)
    }

    @Test func `a new key signs, the former still counts, until its tokens have ended`() async throws {
        let fixture = try await Fixture()
        let former = try fixture.token().text
        let kid = try await fixture.keys.rotate()
        let newer = try fixture.token().text
        #expect(try part(newer, 0)["kid"]?.stringValue == kid)
        #expect(await failure(fixture, former) == nil)
        #expect(await failure(fixture, newer) == nil)
        let set = try #require(try fixture.keys.keySet(issuer: "x")["keys"]?.arrayValue)
        #expect(set.count == 2)
        #expect(set[0]["kid"]?.stringValue == kid && set[0]["kty"] == "RSA" && set[0]["e"] == "AQAB")
        #expect(set[0]["n"]?.stringValue?.count == 342)
        #expect(set.allSatisfy { $0["d"] == nil })

        let reopened = try await TokenKeys.open(store: fixture.store, sealer: fixture.keyring, clock: fixture.clock)
        let validator = TokenValidator(keys: reopened, clock: fixture.clock)
        await #expect(throws: Never.self) { try await validator.principal(of: former, audience: .graph) }
        fixture.clock.advance(by: .days(3))
        let later = try await TokenKeys.open(store: fixture.store, sealer: fixture.keyring, clock: fixture.clock)
        #expect(try later.keySet(issuer: "x")["keys"]?.arrayValue?.count == 1)
    }

    @Test func `private keys are sealed in the store`() async throws {
        let fixture = try await Fixture()
        let sealed = try await fixture.store.read { snapshot in
            try snapshot.query("SELECT sealed FROM identity_token_key").map { try $0[0].blob }
        }
        #expect(sealed.count == 1)
        // The object identifier of RSA keys stands in every PKCS#8 form.
        let identifier: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
        #expect(sealed.allSatisfy { !$0.contains(identifier) })
    }

    @Test func `a revoked app's tokens are refused`() async throws {
        let fixture = try await Fixture()
        let text = try fixture.token().text
        let clientID = fixture.app.clientID
        let validator = TokenValidator(keys: fixture.keys, clock: fixture.clock) { id, _ in id == clientID }
        let failure = await #expect(throws: TokenFailure.self) {
            try await validator.principal(of: text, audience: .graph)
        }
        #expect(failure?.reason == .revoked)
    }
}
