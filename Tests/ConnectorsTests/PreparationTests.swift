import Connectors
import JSONTree
import Moments
import Outbound
import Testing

struct PreparationTests {
    @Test func createTicketCarriesKeyMarkAndCredential() async throws {
        let call = try await Fixtures.registry().prepare(Fixtures.createTicket())
        #expect(call.operation?.id == "CreateTicket")
        #expect(call.request.method == "POST")
        #expect(call.request.url == "https://contoso.freshdesk.com/api/v2/tickets")
        #expect(call.request.headers["Authorization"] == "Basic SzN5Olg=")
        #expect(call.request.headers["Content-Type"] == "application/json")
        #expect(!call.request.headers.contains("x-tocsin-business-key"))
        #expect(call.effect == .annotate)
        #expect(call.idempotency == .lookup(delay: .minutes(3)))
        #expect(call.businessKey == "t1/freshdesk-soc/CreateTicket/a-1")
        let tags = try JSON.parse(try #require(call.request.body))["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(tags.count == 2)
        #expect(tags.first == "alert")
        #expect(tags.last == call.lookup?.marker)
        #expect(tags.last?.count == 32)
    }

    @Test func keysDecideTheMark() async throws {
        let registry = Fixtures.registry([
            Fixtures.freshdesk,
            Connection(
                tenant: "t1",
                name: "other",
                connector: "freshdesk",
                baseURL: "https://x.example",
                authentication: ["type": "None"]
            ),
            Connection(tenant: "t2", name: "freshdesk-soc", connector: "freshdesk", parameters: ["domain": "x"]),
        ])
        func marker(_ call: ConnectorCall) async throws -> String? { try await registry.prepare(call).lookup?.marker }
        let first = try await marker(Fixtures.createTicket(execution: "run1"))
        #expect(try await marker(Fixtures.createTicket(execution: "run2")) == first)
        #expect(try await marker(Fixtures.createTicket(key: "a-2")) != first)
        #expect(try await marker(Fixtures.createTicket(connection: "other")) != first)
        #expect(try await marker(Fixtures.createTicket(tenant: "t2")) != first)
        let bare = try await registry.prepare(Fixtures.createTicket(key: nil, execution: "run1"))
        #expect(bare.businessKey == nil)
        #expect(bare.lookup?.marker != first)
        #expect(try await marker(Fixtures.createTicket(key: nil, execution: "run2")) != bare.lookup?.marker)
    }

    @Test(
        arguments: [
            (["alert", "alert:6254ad"], "6254ad"), (["alert:x", "alert:y"], "y"), (["alert"], nil), ([], nil),
        ] as [([String], String?)]
    )
    func aTagCarriesTheKey(_ tags: [String], _ key: String?) async throws {
        var body = try #require(Fixtures.ticket.objectValue)
        body["tags"] = .array(tags.map(JSON.string))
        let call = try await Fixtures.registry().prepare(Fixtures.createTicket(key: nil, body: .object(body)))
        #expect(call.businessKey == key.map { "t1/freshdesk-soc/CreateTicket/\($0)" })
    }

    @Test func whatCannotBeMarkedIsNotLookedUp() async throws {
        let body: JSON = ["$content-type": "application/json", "$content": "e30="]
        let call = try await Fixtures.registry().prepare(Fixtures.createTicket(body: body))
        #expect(call.idempotency == Idempotency.none)
        #expect(call.lookup == nil)
    }

    @Test(arguments: ["a text", ["tags": "alert"], []] as [JSON])
    func whatTheDefinitionDoesNotTakeIsRefused(_ body: JSON) async throws {
        await #expect(throws: ConnectorError.self) {
            try await Fixtures.registry().prepare(Fixtures.createTicket(body: body))
        }
    }

    @Test func ownSurfaceGetsKeyAndNoCredential() async throws {
        let own = RecordingTransport()
        let call = try await Fixtures.registry(own: own).prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "GRAPH",
                method: "patch",
                path: "/v1.0/security/alerts/a%2Fb",
                body: ["status": "inProgress", "vendorInformation": ["provider": "ASC", "vendor": "Microsoft"]],
                executionKey: "run/1"
            )
        )
        #expect(call.operation?.id == "UpdateAlert")
        #expect(call.idempotency == .header("Idempotency-Key"))
        #expect(call.request.headers["Idempotency-Key"]?.count == 64)
        #expect(call.request.headers["Authorization"] == nil)
        #expect(call.request.url.hasSuffix("/v1.0/security/alerts/a%2Fb"))
        _ = try await call.transport.send(call.request)
        #expect(own.requests.count == 1)
    }

    @Test func elsewhereTheServiceKeepsNoKeys() async throws {
        let connection = Connection(
            tenant: "t1",
            name: "graph",
            connector: "microsoftgraphsecurity",
            baseURL: "https://graph.microsoft.com/",
            authentication: ["type": "None"]
        )
        let registry = Fixtures.registry([connection])
        let body: JSON = [
            "status": "resolved", "vendorInformation": ["provider": "ASC", "vendor": "Microsoft"],
            "changeType": "updated", "notificationUrl": "https://soar.example/x", "resource": "security/alerts",
            "expirationDateTime": "2026-12-02T00:00:00Z",
        ]
        let update = ConnectorCall(
            tenant: "t1",
            connection: "graph",
            method: "PATCH",
            path: "/v1.0/security/alerts/1",
            body: body,
            executionKey: "k"
        )
        let create = ConnectorCall(
            tenant: "t1",
            connection: "graph",
            method: "POST",
            path: "/v1.0/subscriptions",
            body: body,
            executionKey: "k"
        )
        let first = try await registry.prepare(update)
        #expect(first.idempotency == .safe)
        #expect(first.request.headers["Idempotency-Key"] == nil)
        #expect(first.request.url == "https://graph.microsoft.com/v1.0/security/alerts/1")
        #expect(try await registry.prepare(create).idempotency == Idempotency.none)
    }

    @Test func queriesAreEncodedOnceAndPathsLeftAlone() async throws {
        let call = try await Fixtures.registry(own: RecordingTransport()).prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "graph",
                method: "GET",
                path: "/v1.0/security/alerts?$count=true",
                queries: [
                    ("$filter", "status eq 'newAlert' & x"), ("$top", 5), ("$skip", nil), ("$select", ["id", "title"]),
                ],
                executionKey: "k"
            )
        )
        #expect(
            call.request.url.hasSuffix(
                "/v1.0/security/alerts?$count=true&$filter=status%20eq%20%27newAlert%27%20%26%20x&$top=5&$select=id%2Ctitle"
            )
        )
        #expect(call.idempotency == .safe)
        #expect(call.effect == .read)
    }

    @Test func aCallWithoutOperationIsStillSent() async throws {
        let call = try await Fixtures.registry().prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "freshdesk-soc",
                method: "POST",
                path: "/api/v2/surveys",
                body: ["a": 1],
                executionKey: "k"
            )
        )
        #expect(call.operation == nil)
        #expect(call.idempotency == Idempotency.none)
        #expect(call.request.url == "https://contoso.freshdesk.com/api/v2/surveys")
    }

    @Test func trafficOfATriggerGoesToTheList() async throws {
        let call = try await Fixtures.registry(own: RecordingTransport()).prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "graph",
                method: "GET",
                path: "/trigger/v1.0/security/alerts",
                executionKey: "k"
            )
        )
        #expect(call.operation?.id == "OnAllNewAlerts")
        #expect(call.request.url.hasSuffix("/v1.0/security/alerts"))
        #expect(!call.request.url.contains("trigger"))
    }

    @Test func pagesStayAtTheirOrigin() async throws {
        let call = try await Fixtures.registry(own: RecordingTransport()).prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "graph",
                method: "GET",
                path: "/v1.0/security/alerts",
                executionKey: "k"
            )
        )
        func next(_ link: JSON) -> String? {
            call.nextPage(after: ConnectorOutputs(statusCode: 200, body: ["@odata.nextLink": link, "value": []]))?.url
        }
        let origin = call.request.url.replacing("/v1.0/security/alerts", with: "")
        #expect(
            next("https://soc.example:8443/v1.0/security/alerts?$skiptoken=1")
                == "\(origin)/v1.0/security/alerts?$skiptoken=1"
        )
        #expect(next("/v1.0/x") == "\(origin)/v1.0/x")
        #expect(next(nil) == nil)
        #expect(next("") == nil)
        let outside = Connection(
            tenant: "t1",
            name: "graph",
            connector: "microsoftgraphsecurity",
            baseURL: "https://graph.microsoft.com",
            authentication: ["type": "None"]
        )
        let remote = try await Fixtures.registry([outside]).prepare(
            ConnectorCall(
                tenant: "t1",
                connection: "graph",
                method: "GET",
                path: "/v1.0/security/alerts",
                executionKey: "k"
            )
        )
        let evil = ConnectorOutputs(statusCode: 200, body: ["@odata.nextLink": "https://evil.example/"])
        #expect(remote.nextPage(after: evil) == nil)
    }

    @Test func answersByContentType() async throws {
        let call = try await Fixtures.registry().prepare(Fixtures.createTicket())
        let json = call.interpret(.json(["id": 7], status: 201, headers: ["X": "1", "x": "2"]))
        #expect(json.statusCode == 201)
        #expect(json.body?["id"] == 7)
        #expect(json.headers["X"] == "1, 2")
        let empty = call.interpret(OutboundResponse(status: 204))
        #expect(empty.body == nil)
        #expect(empty.json["body"] == nil)
        let text = call.interpret(
            OutboundResponse(status: 200, headers: ["Content-Type": "text/plain"], body: Array("hi".utf8))
        )
        #expect(text.body == "hi")
        let limited = call.interpret(OutboundResponse(status: 429, headers: ["Retry-After": "30"]))
        #expect(limited.retryAfter(now: Fixtures.noon) == .seconds(30))
        let dated = call.interpret(
            OutboundResponse(status: 503, headers: ["Retry-After": "Mon, 02 Mar 2026 10:00:45 GMT"])
        )
        #expect(dated.retryAfter(now: Fixtures.noon) == .seconds(45))
    }

    @Test func clientCredentialsAreFetchedOnceAndKept() async throws {
        let network = RecordingTransport { request in
            #expect(request.url == "https://login.example/token")
            let form = String(decoding: request.body ?? [], as: UTF8.self)
            #expect(form == "grant_type=client_credentials&client_id=app&client_secret=s%26cret&scope=all")
            return .json(["access_token": "T", "expires_in": 3600])
        }
        let clock = VirtualClock(Fixtures.noon)
        let connection = Connection(
            tenant: "t1",
            name: "custom",
            connector: "microsoftgraphsecurity",
            baseURL: "https://graph.example",
            authentication: [
                "type": "ClientCredentials", "tokenUrl": "https://login.example/token", "clientId": "app",
                "scope": "all",
            ]
        )
        let registry = Fixtures.registry([connection], transport: network, clock: clock)
        let call = ConnectorCall(
            tenant: "t1",
            connection: "custom",
            method: "GET",
            path: "/v1.0/security/alerts",
            executionKey: "k"
        )
        for _ in 0..<3 {
            #expect(try await registry.prepare(call).request.headers["Authorization"] == "Bearer T")
        }
        #expect(network.requests.count == 1)
        clock.advance(by: .minutes(60))
        _ = try await registry.prepare(call)
        #expect(network.requests.count == 2)
    }

    @Test(
        arguments: [
            ("nobody", "/api/v2/tickets", "POST", Fixtures.ticket, "ConnectionNotFound"),
            ("uninstalled", "/x", "GET", nil, "ConnectorNotFound"),
            ("escaping", "/x", "GET", nil, "ConnectorNotFound"),
            ("nokey", "/api/v2/agents/me", "GET", nil, "IncompleteConnection"),
            ("nodomain", "/api/v2/agents/me", "GET", nil, "IncompleteConnection"),
            ("badnetwork", "/api/v2/agents/me", "GET", nil, "IncompleteConnection"),
            ("badauth", "/api/v2/agents/me", "GET", nil, "IncompleteConnection"),
            ("oauth", "/v1.0/security/alerts", "GET", nil, "IncompleteConnection"),
            ("graph", "/v1.0/security/alerts", "GET", nil, "IncompleteConnection"),
            ("freshdesk-soc", "/api/v2/search/tickets", "GET", nil, "MissingParameter"),
            ("freshdesk-soc", "/api/v2/tickets", "POST", nil, "MissingParameter"),
            (
                "freshdesk-soc", "/api/v2/tickets", "POST", ["$content-type": "image/png", "$content": "%%%"],
                "InvalidParameter"
            ),
        ] as [(String, String, String, JSON?, String)]
    )
    func refusesBeforeSending(
        _ connection: String,
        _ path: String,
        _ method: String,
        _ body: JSON?,
        _ code: String
    ) async throws {
        let none: JSON = ["type": "None"]
        let connections = [
            Fixtures.freshdesk, Fixtures.graph, Connection(tenant: "t1", name: "uninstalled", connector: "nothere"),
            Connection(tenant: "t1", name: "escaping", connector: "../Playbooks"),
            Connection(tenant: "t1", name: "nokey", connector: "freshdesk", parameters: ["domain": "x"]),
            Connection(tenant: "t1", name: "nodomain", connector: "freshdesk", authentication: none),
            Connection(
                tenant: "t1",
                name: "badnetwork",
                connector: "freshdesk",
                parameters: ["domain": "x"],
                networks: ["lan"],
                authentication: none
            ),
            Connection(
                tenant: "t1",
                name: "badauth",
                connector: "freshdesk",
                parameters: ["domain": "x"],
                authentication: ["type": "Magic"]
            ),
            Connection(
                tenant: "t1",
                name: "oauth",
                connector: "microsoftgraphsecurity",
                baseURL: "https://graph.microsoft.com"
            ),
        ]
        let transport = RecordingTransport()
        let call = ConnectorCall(
            tenant: "t1",
            connection: connection,
            connector: "freshdesk",
            method: method,
            path: path,
            body: body,
            executionKey: "k"
        )
        let error = await #expect(throws: ConnectorError.self) {
            try await Fixtures.registry(connections, transport: transport).prepare(call)
        }
        #expect(error?.code.text == code, "\(error?.message ?? "")")
        #expect(transport.requests.isEmpty)
        #expect(error?.message.contains("K3y") == false)
    }
}
