import Connectors
import CryptoExtras
import Foundation
import JSONTree
import Moments
import Outbound
import Synchronization
import Testing

@testable import Engine

/// The `authentication` of calls (workflow definition language, section 12.1).
@Suite(.timeLimit(.minutes(1)))
struct AuthenticationTests {
    static func call(_ authentication: JSON) throws -> ActionEffect {
        try EffectWorld.effect(
            EffectWorld.http(["method": "GET", "uri": "https://a.example/x", "authentication": authentication])
        )
    }

    static let secret: JSON = [
        "type": "ActiveDirectoryOAuth", "tenant": "contoso.example", "audience": "https://api.example",
        "clientId": "app 1", "secret": "canary-secret&x",
    ]

    static let certificate: JSON = [
        "type": "activeDirectoryOAuth", "tenant": "t", "audience": "https://api.example", "clientId": "app",
        "authority": "https://login.example/", "credentialType": "Certificate", "pfx": .string(SigningFile.pfx),
        "password": "geheim",
    ]

    static func isTokenRequest(_ request: OutboundRequest) -> Bool { request.url.hasSuffix("/oauth2/token") }

    @Test(
        arguments: [
            (["type": "None"], nil), (["type": "Raw", "value": "Key 1"], "Key 1"),
            (["type": "basic", "username": "u", "password": "p:ß"], "Basic dTpwOsOf"),
            (["type": "BASIC", "username": "u"], "Basic dTo="),
        ] as [(JSON, String?)]
    )
    func `kinds without a token service`(_ authentication: JSON, _ header: String?) async throws {
        let world = EffectWorld()
        #expect(try await world.outcome(Self.call(authentication)).brief == "answered 200")
        #expect(world.requests.map { $0.headers["Authorization"] } == [header])
    }

    @Test func `authentication wins over a header that the author wrote`() async throws {
        let world = EffectWorld()
        let inputs: JSON = [
            "method": "GET", "uri": "https://a.example/x", "headers": ["authorization": "old"],
            "authentication": ["type": "Raw", "value": "new"],
        ]
        _ = try await world.outcome(EffectWorld.effect(EffectWorld.http(inputs)))
        #expect(world.requests.first?.headers.values("Authorization") == ["new"])
    }

    @Test(
        arguments: [
            (["type": "Kerberos"], "'Kerberos'"), (["type": "Raw"], "'value'"), (["type": "Basic"], "'username'"),
            (["type": "ClientCertificate"], "'pfx'"), (["type": "ClientCertificate", "pfx": "%%"], "base64"),
            (["type": "ActiveDirectoryOAuth", "secret": "canary"], "'tenant'"),
            (["type": "ActiveDirectoryOAuth", "credentialType": "Token"], "Secret or Certificate"), ([:], "'type'"),
            ("text", "'type'"),
        ] as [(JSON, String)]
    )
    func `what is wrong is named, and never a value`(_ authentication: JSON, _ word: String) async throws {
        let world = EffectWorld()
        let outcome = try await world.outcome(Self.call(authentication))
        #expect(outcome.brief == "refused InvalidAuthentication BadRequest")
        #expect(outcome.everything.contains(word))
        #expect(!outcome.everything.contains("canary"))
        #expect(world.requests.isEmpty)
    }

    @Test func `a client certificate is shown to the origin it is meant for`() async throws {
        let world = EffectWorld()
        let authentication: JSON = ["type": "ClientCertificate", "pfx": .string(SigningFile.pfx), "password": "geheim"]
        var effect = try Self.call(authentication)
        _ = try await world.outcome(effect)
        let bytes = try #require(Data(base64Encoded: SigningFile.pfx, options: .ignoreUnknownCharacters))
        #expect(world.requests.last?.clientCertificate == .pkcs12([UInt8](bytes), password: "geheim"))
        effect.kind = .poll("https://b.example/")
        _ = try await world.outcome(effect)
        #expect(world.requests.count == 2)
        #expect(world.requests.last?.clientCertificate == nil)
    }

    @Test func `a token is fetched with the app's secret and used again`() async throws {
        let world = EffectWorld { request in
            Self.isTokenRequest(request) ? .json(["access_token": "T1", "expires_in": "3599"]) : .init(status: 200)
        }
        for _ in 1...3 { #expect(try await world.outcome(Self.call(Self.secret)).brief == "answered 200") }
        let asked = world.requests.filter(Self.isTokenRequest)
        #expect(asked.count == 1)
        #expect(asked.first?.url == "https://login.microsoftonline.com/contoso.example/oauth2/token")
        #expect(
            asked.first?.text
                == "grant_type=client_credentials&client_id=app+1&resource=https%3A%2F%2Fapi.example&client_secret=canary-secret%26x"
        )
        let used = world.requests.filter { !Self.isTokenRequest($0) }
        #expect(used.map { $0.headers["Authorization"] } == ["Bearer T1", "Bearer T1", "Bearer T1"])
    }

    @Test func `who waits for a token shares one request`() async throws {
        let world = EffectWorld { request in
            guard Self.isTokenRequest(request) else { return .init(status: 200) }
            for _ in 0..<50 { await Task.yield() }
            return .json(["access_token": "T", "expires_in": 3599])
        }
        let effect = try Self.call(Self.secret)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = await world.effects.perform(effect, run: EffectWorld.run, flight: 1) }
            }
        }
        #expect(world.requests.count(where: Self.isTokenRequest) == 1)
        #expect(world.requests.count == 21)
    }

    @Test func `a token is fetched anew before it ends, and the old one serves while that fails`() async throws {
        let count = Mutex(0)
        let world = EffectWorld { request in
            guard Self.isTokenRequest(request) else { return .init(status: 200) }
            let number = count.withLock {
                $0 += 1
                return $0
            }
            return number == 2
                ? .init(status: 503) : .json(["access_token": .string("T\(number)"), "expires_in": 3600])
        }
        let effect = try Self.call(Self.secret)
        for minutes in [0, 54, 2, 1, 30] {
            world.clock.advance(by: .minutes(Int64(minutes)))
            #expect(try await world.outcome(effect).brief == "answered 200")
        }
        let used = world.requests.filter { !Self.isTokenRequest($0) }.map { $0.headers["Authorization"] ?? "" }
        // At 54 minutes it is young enough; at 56 its renewal fails; at 57 it succeeds.
        #expect(used == ["Bearer T1", "Bearer T1", "Bearer T1", "Bearer T3", "Bearer T3"])
    }

    @Test func `a token that the service refuses is forgotten`() async throws {
        let world = EffectWorld { request in
            Self.isTokenRequest(request) ? .json(["access_token": "T", "expires_in": 3599]) : .init(status: 401)
        }
        for _ in 1...2 { #expect(try await world.outcome(Self.call(Self.secret)).brief == "answered 401") }
        #expect(world.requests.count(where: Self.isTokenRequest) == 2)
    }

    @Test(
        arguments: [
            (400, "refused AuthenticationFailed Unauthorized"), (401, "refused AuthenticationFailed Unauthorized"),
            (200, "refused AuthenticationFailed Unauthorized"), (503, "unreachable AuthenticationUnavailable"),
            (429, "unreachable AuthenticationUnavailable"), (0, "unreachable ConnectionLost"),
        ]
    )
    func `without token nothing is sent`(_ status: Int, _ expected: String) async throws {
        let world = EffectWorld { request in
            guard status > 0 else {
                throw OutboundError(code: .lostReply, message: "Cut.", certainlyNotSent: false)
            }
            return .json(
                ["error": "invalid_client", "error_description": .string("sent: \(request.text)")],
                status: status
            )
        }
        let effect = try EffectWorld.effect(
            EffectWorld.http(["method": "POST", "uri": "https://a.example/x", "authentication": Self.secret])
        )
        let outcome = try await world.outcome(effect)
        #expect(outcome.brief == expected)
        #expect(!outcome.everything.contains("canary"))
        #expect(world.requests.allSatisfy(Self.isTokenRequest))
    }

    @Test func `a certificate signs the app in`() async throws {
        let world = EffectWorld { request in
            Self.isTokenRequest(request) ? .json(["access_token": "T", "expires_in": 3599]) : .init(status: 200)
        }
        let outcome = try await world.outcome(Self.call(Self.certificate))
        #expect(outcome.brief == "answered 200", "\(outcome.everything)")
        let asked = try #require(world.requests.first)
        #expect(asked.url == "https://login.example/t/oauth2/token")
        #expect(
            asked.text.contains(
                "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            )
        )
        let assertion = try #require(asked.text.split(separator: "client_assertion=").last.map(String.init))
        let parts = assertion.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let header = try JSON.parse([UInt8](try decoded(parts[0])))
        #expect(header["alg"] == "RS256")
        #expect(try header["x5t"]?.stringValue.map { [UInt8](try decoded($0)) } == SigningFile.thumbprint)
        let claims = try JSON.parse([UInt8](try decoded(parts[1])))
        #expect(claims["aud"] == "https://login.example/t/oauth2/token")
        #expect(claims["iss"] == "app")
        #expect(claims["sub"] == "app")
        #expect(claims["exp"]?.integerValue == EffectWorld.noon.unixSeconds + 600)
        let key = try _RSA.Signing.PublicKey(pemRepresentation: SigningFile.publicKey)
        let signature = _RSA.Signing.RSASignature(rawRepresentation: try decoded(parts[2]))
        #expect(key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8), padding: .insecurePKCS1v1_5))
    }

    @Test func `a certificate that cannot be opened is refused`() async throws {
        var authentication = try #require(Self.certificate.objectValue)
        authentication["password"] = "canary"
        let outcome = try await EffectWorld().outcome(Self.call(.object(authentication)))
        #expect(outcome.brief == "refused InvalidAuthentication BadRequest")
        #expect(!outcome.everything.contains("canary"))
    }

    private func decoded(_ text: String) throws -> Data {
        var text = text.replacing("-", with: "+").replacing("_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        return try #require(Data(base64Encoded: text))
    }

    struct Identities: ManagedIdentityTokens {
        func token(audience: String, tenant: String) async throws -> String { "canary-\(tenant)-\(audience)" }
    }

    @Test func `a managed identity's token is for the resource manager unless an audience is named`() async throws {
        let world = EffectWorld(identities: Identities())
        _ = try await world.outcome(Self.call(["type": "ManagedServiceIdentity"]))
        _ = try await world.outcome(Self.call(["type": "managedserviceidentity", "audience": "https://v.example"]))
        #expect(
            world.requests.map { $0.headers["Authorization"] } == [
                "Bearer canary-t1-https://management.azure.com/", "Bearer canary-t1-https://v.example",
            ]
        )
        let other: JSON = ["type": "ManagedServiceIdentity", "identity": "/subscriptions/s/identities/soc"]
        let outcome = try await world.outcome(Self.call(other))
        #expect(outcome.brief == "refused ConnectionAuthenticationFailed Unauthorized")
        let none = try await EffectWorld().outcome(Self.call(["type": "ManagedServiceIdentity"]))
        #expect(none.brief == "refused AuthenticationFailed Unauthorized")
    }

    @Test(arguments: [nil, 200, 401, 500, 503])
    func `no outcome holds a credential`(_ status: Int?) async throws {
        let world = EffectWorld(identities: Identities()) { request in
            if Self.isTokenRequest(request) { return .json(["access_token": "canary-token", "expires_in": 3599]) }
            guard let status else {
                throw OutboundError(code: .lostReply, message: "Cut.", certainlyNotSent: false)
            }
            return .json(["ok": true], status: status)
        }
        let kinds: [JSON] = [
            ["type": "Raw", "value": "canary"], ["type": "Basic", "username": "u", "password": "canary"],
            ["type": "ManagedServiceIdentity"], Self.secret,
        ]
        for authentication in kinds {
            for method in ["GET", "POST"] {
                for isResend in [false, true] {
                    let inputs: JSON = [
                        "method": .string(method), "uri": "https://a.example/x", "cookie": "canary=1",
                        "headers": ["x-api-key": "canary"], "authentication": authentication,
                    ]
                    let effect = try EffectWorld.effect(EffectWorld.http(inputs), isResend: isResend)
                    #expect(!(try await world.outcome(effect).everything.contains("canary")))
                }
            }
        }
        let ticket = EffectWorld.connector("post", "/api/v2/tickets", EffectWorld.ticket)
        let outcome = try await world.outcome(EffectWorld.effect(ticket, holdsKey: true))
        #expect(!outcome.everything.contains("canary"))
        #expect(world.requests.contains { "\($0)".contains("canary") })
    }
}
