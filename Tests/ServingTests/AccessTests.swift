import Identity
import JSONTree
import Serving
import Testing

struct AccessTests {
    private let principal = Principal(
        kind: .app,
        tenant: "t",
        clientID: "c",
        objectID: "o",
        displayName: "Reader",
        roles: ["SecurityEvents.Read.All"]
    )

    @Test func `a role is needed, or one that includes it`() throws {
        var request = try Request(method: "GET", target: "/")
        let anonymous = #expect(throws: Problem.self) { try Access.require(.readSecurityEvents, of: request) }
        #expect(anonymous?.status == 401)
        request.principal = principal
        #expect(try Access.require(.readSecurityEvents, of: request) == principal)
        #expect(try Access.require(.readIncidents, .readSecurityEvents, of: request) == principal)
        let refused = #expect(throws: Problem.self) { try Access.require(.writeSecurityEvents, of: request) }
        #expect(refused?.status == 403)
        #expect(refused?.message.contains("SecurityEvents.ReadWrite.All") == true)
    }

    @Test(arguments: [
        ("Bearer abc", "abc"), ("bearer  abc", "abc"), ("BEARER a b", "a b"), ("Basic abc", nil), ("Bearer", nil),
        ("Bearer ", nil), ("abc", nil), ("", nil),
    ])
    func `tokens are read from bearer headers`(header: String, token: String?) throws {
        let request = try Request(method: "GET", target: "/", headers: ["authorization": header])
        #expect(Access.bearerToken(of: request) == token)
    }
}
