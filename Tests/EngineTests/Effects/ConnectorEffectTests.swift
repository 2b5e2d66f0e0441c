import Connectors
import JSONTree
import Moments
import Outbound
import Playbooks
import Testing

@testable import Engine

/// Calls of connectors (workflow definition language, section 6.3), by the rules of the freshdesk connector's adapter.
@Suite(.timeLimit(.minutes(1)))
struct ConnectorEffectTests {
    static let create = EffectWorld.connector("post", "/api/v2/tickets", EffectWorld.ticket)
    static let note = EffectWorld.connector("post", "/api/v2/tickets/7/notes", ["body": ["body": "hello"]])
    static let list = EffectWorld.connector("get", "/api/v2/tickets", ["queries": ["per_page": 5]])
    static let lost = OutboundError(code: .lostReply, message: "Cut.", certainlyNotSent: false)

    @Test func `a business key is claimed before anything is sent`() async throws {
        let world = EffectWorld { _ in .json(["id": 1], status: 201) }
        let first = try await world.outcome(EffectWorld.effect(Self.create))
        #expect(first.brief == "needsKey t1/freshdesk-soc/CreateTicket/alert-1")
        #expect(world.requests.isEmpty)
        let second = try await world.outcome(EffectWorld.effect(Self.create, holdsKey: true))
        #expect(second.answer?.body == ["id": 1])
        let request = try #require(world.requests.first)
        #expect(request.url == "https://contoso.freshdesk.com/api/v2/tickets")
        #expect(request.headers["Authorization"]?.hasPrefix("Basic ") == true)
        #expect(!request.headers.contains("X-Tocsin-Business-Key"))
        #expect(!request.headers.contains { $0.name.lowercased().hasPrefix("x-ms-workflow") })
    }

    @Test(
        arguments: [
            (create, nil, false, "doubtful ConnectionLost - 180"), (create, 500, false, "doubtful - 500 180"),
            (create, 503, false, "doubtful - 503 180"), (create, 429, false, "answered 429"),
            (create, 400, false, "answered 400"), (create, 201, false, "answered 201"),
            (create, 201, true, "doubtful - - 180"), (note, nil, false, "unknown ConnectionLost"),
            (note, 500, false, "answered 500"), (note, 201, true, "unknown OutcomeUnknown"),
            (list, nil, false, "unreachable ConnectionLost"), (list, 500, false, "answered 500"),
            (list, 200, true, "answered 200"),
        ] as [(JSON, Int?, Bool, String)]
    )
    func `doubt is told by what the operation can settle`(
        _ action: JSON,
        _ status: Int?,
        _ isResend: Bool,
        _ expected: String
    ) async throws {
        let world = EffectWorld { _ in
            guard let status else { throw Self.lost }
            return .init(status: status)
        }
        let outcome = try await world.outcome(EffectWorld.effect(action, holdsKey: true, isResend: isResend))
        #expect(outcome.brief == expected)
        #expect(world.requests.isEmpty == (isResend && !expected.hasPrefix("answered")))
    }

    @Test func `a look-up finds the ticket by its mark, or its absence after the delay`() async throws {
        let world = EffectWorld { request in
            guard request.method == "POST" else {
                let marks = request.url.contains("updated_since") ? ["other"] : []
                return .json([["id": 9, "tags": .array(marks.map(JSON.string))]])
            }
            return .json(["id": 1], status: 201)
        }
        let early = try EffectWorld.effect(Self.create, .lookup(since: EffectWorld.noon), holdsKey: true)
        #expect(try await world.outcome(early).brief == "undecided")
        world.clock.advance(by: .minutes(4))
        #expect(try await world.outcome(early).brief == "absent")
        // The caller hung up two minutes after it had sent: from then on the delay counts.
        let hungUp = try EffectWorld.effect(
            Self.create,
            .lookup(since: EffectWorld.noon),
            holdsKey: true,
            lastAttempt: EffectWorld.noon + .minutes(2)
        )
        #expect(try await world.outcome(hungUp).brief == "undecided")
        #expect(world.requests.allSatisfy { $0.method == "GET" })

        let sent = EffectWorld { _ in .json(["id": 1], status: 201) }
        _ = try await sent.outcome(EffectWorld.effect(Self.create, holdsKey: true))
        let mark = try #require(try JSON.parse(sent.requests[0].body ?? [])["tags"]?.arrayValue?.last)
        let kept = EffectWorld { _ in .json([["id": 9, "tags": [mark]]]) }
        let found = try await kept.outcome(EffectWorld.effect(Self.create, .lookup(since: EffectWorld.noon)))
        #expect(found.brief == "found 201")
        #expect(found.answer?.body?["id"] == 9)
    }

    @Test func `a look-up that fails leaves it open`() async throws {
        let world = EffectWorld { _ in throw Self.lost }
        let effect = try EffectWorld.effect(Self.create, .lookup(since: EffectWorld.noon))
        #expect(try await world.outcome(effect).brief == "undecided")
        let none = EffectWorld()
        let note = try EffectWorld.effect(Self.note, .lookup(since: EffectWorld.noon))
        #expect(try await none.outcome(note).brief == "unknown OutcomeUnknown")
        #expect(none.requests.isEmpty)
    }

    @Test func `pages and long operations keep to the origin`() async throws {
        let world = EffectWorld()
        let page = try EffectWorld.effect(Self.list, .page("https://contoso.freshdesk.com/api/v2/tickets?page=2"))
        #expect(try await world.outcome(page).brief == "answered 200")
        #expect(world.requests.last?.headers.contains("Authorization") == true)
        let foreign = try EffectWorld.effect(Self.list, .page("https://evil.example/?page=2"))
        #expect(try await world.outcome(foreign).brief == "refused PageOfOtherOrigin Forbidden")
        #expect(world.requests.count == 1)
        let poll = try EffectWorld.effect(Self.create, .poll("https://evil.example/op"), isResend: true)
        #expect(try await world.outcome(poll).brief == "answered 200")
        #expect(world.requests.last?.url == "https://evil.example/op")
        #expect(world.requests.last?.headers.contains("Authorization") == false)
    }

    @Test func `the address of the next page is the connector's`() async throws {
        let world = EffectWorld(connections: [
            .init(
                tenant: "t1",
                name: "freshdesk-soc",
                connector: "microsoftgraphsecurity",
                baseURL: "https://graph.example",
                authentication: ["type": "None"]
            )
        ]) { _ in .json(["value": [], "@odata.nextLink": "https://graph.example/v1.0/security/alerts?$skip=1"]) }
        let action = EffectWorld.connector("get", "/v1.0/security/alerts")
        let answer = try #require(try await world.outcome(EffectWorld.effect(action)).answer)
        #expect(answer.nextPage == "https://graph.example/v1.0/security/alerts?$skip=1")
    }

    @Test func `what cannot be prepared is refused`() async throws {
        let world = EffectWorld(connections: [])
        let outcome = try await world.outcome(EffectWorld.effect(Self.list))
        #expect(outcome.brief == "refused ConnectionNotFound BadRequest")
        #expect(outcome.everything.contains("'freshdesk-soc'"))
        let nameless: JSON = [
            "type": "ApiConnection",
            "inputs": ["host": ["connection": ["name": ""]], "method": "get", "path": "/"],
        ]
        let unnamed = try await world.outcome(EffectWorld.effect(nameless))
        #expect(unnamed.brief == "refused InvalidTemplate BadRequest")
    }

    @Test(
        arguments: [
            (
                "OpenApiConnection", "host",
                ["connectionName": "freshdesk-soc", "operationId": "addnote", "apiId": "/apis/freshdesk"]
            ),
            (
                "ServiceProvider", "serviceProviderConfiguration",
                [
                    "connectionName": "freshdesk-soc", "operationId": "addnote",
                    "serviceProviderId": "/serviceProviders/freshdesk",
                ]
            ),
        ] as [(String, String, JSON)]
    )
    func `an operation can be named by its id`(_ type: String, _ member: String, _ host: JSON) async throws {
        let world = EffectWorld()
        var inputs: JSONObject = ["parameters": ["id": 12, "body/body": "hi", "body/private": true]]
        inputs[member] = host
        let action: JSON = ["type": .string(type), "inputs": .object(inputs)]
        let outcome = try await world.outcome(EffectWorld.effect(action, holdsKey: true))
        #expect(outcome.brief == "answered 200", "\(outcome.everything)")
        let request = try #require(world.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://contoso.freshdesk.com/api/v2/tickets/12/notes")
        #expect(try JSON.parse(request.body ?? []) == ["body": "hi", "private": true])
    }

    @Test func `a subscription ends where its answer said`() async throws {
        let world = EffectWorld { request in
            request.method == "DELETE" ? .init(status: 204) : .init(status: 201, headers: ["Location": "/hooks/5"])
        }
        let hook = EffectWorld.connector("post", "/hooks", ["body": ["url": "cb"]], type: "ApiConnectionWebhook")
        let made = try await world.outcome(EffectWorld.effect(hook, .subscribe))
        #expect(made.answer?.headers["Location"] == "https://contoso.freshdesk.com/hooks/5")
        let inputs: JSON = [
            "subscription": try #require(made.answer).outputs, "subscribe": try #require(hook["inputs"]),
        ]
        #expect(try await world.outcome(EffectWorld.effect(hook, .unsubscribe, inputs: inputs)).brief == "answered 204")
        #expect(world.requests.last?.method == "DELETE")
        #expect(world.requests.last?.url == "https://contoso.freshdesk.com/hooks/5")
        #expect(world.requests.last?.headers.contains("Authorization") == true)
        #expect(world.requests.last?.body == nil)
        let without: JSON = ["subscription": ["headers": [:]], "subscribe": try #require(hook["inputs"])]
        let none = try await world.outcome(EffectWorld.effect(hook, .unsubscribe, inputs: without))
        #expect(none.brief == "answered 204")
    }

    @Test func `the callback address of inputs reaches the connector`() throws {
        let host: JSON = ["connectionName": "c", "operationId": "Hook", "apiId": "/apis/forms"]
        let program = try TriggerCallTests.program(["type": "OpenApiConnectionWebhook", "inputs": ["host": host]])
        let site = CallSite(try #require(program.definition.triggers.first), program: program)
        let inputs: JSON = ["host": host, "callbackUrl": "https://t.example/cb"]
        let call = try ConnectorInputs.call(inputs, site, networks: .publicInternet, timeout: .seconds(1))
        #expect(call.callback == "https://t.example/cb")
    }
}
