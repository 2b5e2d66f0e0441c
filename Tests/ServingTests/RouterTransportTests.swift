import Identity
import Serving
import Testing

struct RouterTransportTests {
    private let principal = Principal(
        kind: .managedIdentity,
        tenant: "t",
        clientID: "c",
        objectID: "o",
        displayName: "workflow",
        roles: ["Sentinel.Responder"]
    )

    private var router: Router {
        var routes = Routes()
        routes.post("/echo/{name}") { request in
            let caller = request.principal?.objectID ?? "nobody"
            return .text("\(request.parameters["name"]) \(request.body.count) \(caller) \(request.origin)", status: 201)
        }
        routes.get("/stream") { _ in
            .stream { writer in
                try await writer.write("one ")
                try await writer.write("two")
            }
        }
        routes.get("/slow") { _ in
            try await Task.sleep(for: .seconds(60))
            return .empty()
        }
        return Router([routes])
    }

    @Test func `a call goes into the router with its principal`() async throws {
        let transport = RouterTransport(router: router, principal: principal, origin: "https://soar.example:8443")
        let answer = try await transport.send(
            OutboundRequest(method: "POST", url: "https://anything.example/echo/x%20y?z=1", body: [1, 2, 3])
        )
        #expect(answer.status == 201)
        #expect(String(decoding: answer.body, as: UTF8.self) == "x y 3 o https://soar.example:8443")
    }

    @Test func `streams are gathered and limited`() async throws {
        let transport = RouterTransport(router: router, principal: nil, origin: "https://x")
        var request = OutboundRequest(method: "GET", url: "https://x/stream")
        #expect(String(decoding: try await transport.send(request).body, as: UTF8.self) == "one two")
        request.responseLimit = 3
        let error = await #expect(throws: OutboundError.self) { try await transport.send(request) }
        #expect(error?.code == .tooLarge)
    }

    @Test(.timeLimit(.minutes(1))) func `a slow handler ends with the time of the call`() async {
        let transport = RouterTransport(router: router, principal: nil, origin: "https://x")
        let request = OutboundRequest(method: "GET", url: "https://x/slow", timeout: .milliseconds(50))
        let error = await #expect(throws: OutboundError.self) { try await transport.send(request) }
        #expect(error?.code == .timedOut)
        #expect(error?.certainlyNotSent == false)
    }
}
