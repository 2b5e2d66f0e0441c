import Identity
import JSONTree
import Serving
import Testing

/// Callers of triggers with bearer tokens.
@Suite(.timeLimit(.minutes(2)))
struct TokenCallerTests {
    @Test func `a policy lets tokens in, and only those`() async throws {
        let tokens = try await TokenPart()
        let origin = LogicFixture.origin
        try await LogicFixture.running(validator: TokenValidator(keys: tokens.keys)) { fixture in
            let policy: JSON = [
                "type": "AAD",
                "claims": [
                    ["name": "iss", "value": .string("\(origin)/\(tokens.tenant.id)")],
                    ["name": "aud", "value": "https://management.azure.com/"],
                    ["name": "appid", "value": .string(tokens.app.clientID)],
                ],
            ]
            let rules: JSON = ["triggers": ["openAuthenticationPolicies": ["policies": ["mine": policy]]]]
            try await fixture.put("w", actions: [:], ["accessControl": rules])
            try await fixture.put("plain", actions: [:])
            let address = try await fixture.address("w")
            let bare = String(address.prefix { $0 != "?" }) + "?api-version=2016-10-01"
            func call(_ address: String, _ token: String) async throws -> (Int, String) {
                let answer = try await fixture.call("POST", address, headers: ["Authorization": "Bearer \(token)"])
                return (answer.status, answer.code)
            }
            let good = try tokens.token(audience: "https://management.azure.com", origin: origin)
            #expect(try await call(bare, good) == (202, ""))
            let foreign = try tokens.token(audience: "https://graph.microsoft.com", origin: origin)
            #expect(try await call(bare, foreign) == (403, "OpenAuthenticationPolicyEvaluationFailed"))
            let elsewhere = try tokens.token(audience: "https://management.azure.com", origin: "https://other.example")
            #expect(try await call(bare, elsewhere) == (403, "OpenAuthenticationPolicyEvaluationFailed"))
            #expect(try await call(bare, good + "x") == (401, "OpenAuthenticationInvalidToken"))
            #expect(try await call(bare, "nonsense") == (401, "OpenAuthenticationInvalidToken"))
            // By signature and by token at once nobody comes in; by signature alone, still.
            #expect(try await call(address, good) == (401, "DirectApiAuthorizationRequired"))
            #expect(try await fixture.call("POST", address).status == 202)
            let closed = String(try await fixture.address("plain").prefix { $0 != "?" })
            #expect(try await call(closed, good) == (401, "DirectApiAuthorizationRequired"))

            let only: JSON = [
                "triggers": [
                    "sasAuthenticationPolicy": ["state": "Disabled"],
                    "openAuthenticationPolicies": ["policies": ["mine": policy]],
                ]
            ]
            try await fixture.put("w", actions: [:], ["accessControl": only])
            #expect(try await fixture.call("POST", address).code == "DirectApiAuthorizationRequired")
            #expect(try await call(bare, good) == (202, ""))
        }
    }
}
