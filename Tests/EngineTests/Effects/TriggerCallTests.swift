import JSONTree
import Outbound
import Playbooks
import Testing

@testable import Engine

/// The calls of triggers, one attempt each (workflow definition language, sections 5.5 to 5.7).
@Suite(.timeLimit(.minutes(1)))
struct TriggerCallTests {
    static func program(_ trigger: JSON) throws -> WorkflowProgram {
        let compiled = Definition.compile(["triggers": ["When": trigger], "actions": [:]], parameters: JSONObject())
        return WorkflowProgram(
            identity: .init(tenant: "t1", id: "W1", name: "w", resourceID: "/workflows/w1", version: "v7"),
            definition: try #require(compiled.definition, "\(compiled.diagnostics.map(\.message))")
        )
    }

    static func call(
        _ world: EffectWorld,
        _ trigger: JSON,
        _ inputs: JSON,
        _ kind: TriggerCallKind
    ) async throws
        -> EffectOutcome
    {
        let program = try program(trigger)
        let node = try #require(program.definition.triggers.first)
        return await world.effects.callTrigger(node, program: program, inputs: inputs, kind: kind)
    }

    static let every: JSON = ["frequency": "Minute", "interval": 1]
    static let inputs: JSON = [
        "method": "GET", "uri": "https://a.example/new", "authentication": ["type": "Raw", "value": "key"],
    ]

    @Test(
        arguments: [
            (nil, "https://a.example/new", "key"),
            ("https://a.example/new?state=1", "https://a.example/new?state=1", "key"),
            ("/new?state=2", "https://a.example/new?state=2", "key"), ("https://b.example/", "https://b.example/", nil),
        ] as [(String?, String, String?)]
    )
    func `a poll goes to its address or to where the last answer said`(
        _ location: String?,
        _ url: String,
        _ authorization: String?
    ) async throws {
        let world = EffectWorld { _ in .init(status: 202, headers: ["Retry-After": "5"]) }
        let trigger: JSON = ["type": "Http", "recurrence": Self.every, "inputs": Self.inputs]
        let outcome = try await Self.call(world, trigger, Self.inputs, .poll(location: location))
        #expect(outcome.brief == "answered 202")
        #expect(outcome.answer?.headers["Retry-After"] == "5")
        let request = try #require(world.requests.first)
        #expect(request.url == url)
        #expect(request.headers["Authorization"] == authorization)
        #expect(request.headers.contains("x-ms-workflow-name") == (authorization != nil))
    }

    @Test func `an HttpWebhook subscribes and unsubscribes`() async throws {
        let world = EffectWorld { _ in .init(status: 201, headers: ["Location": "/subs/1"]) }
        let subscribe: JSON = ["method": "POST", "uri": "https://a.example/subs", "body": "cb"]
        let trigger: JSON = ["type": "HttpWebhook", "inputs": ["subscribe": subscribe]]
        let made = try await Self.call(world, trigger, ["subscribe": subscribe], .subscribe)
        #expect(made.answer?.headers["Location"] == "https://a.example/subs/1")
        let end: JSON = ["method": "DELETE", "uri": "https://a.example/subs/1"]
        #expect(try await Self.call(world, trigger, end, .unsubscribe).brief == "answered 201")
        #expect(world.requests.map(\.method) == ["POST", "DELETE"])
    }

    @Test func `a lost answer to a subscription is unknown`() async throws {
        let world = EffectWorld { _ in throw OutboundError(code: .timedOut, message: "Late.", certainlyNotSent: false) }
        let subscribe: JSON = ["method": "POST", "uri": "https://a.example/subs"]
        let trigger: JSON = ["type": "HttpWebhook", "inputs": ["subscribe": subscribe]]
        let outcome = try await Self.call(world, trigger, ["subscribe": subscribe], .subscribe)
        #expect(outcome.brief == "unknown RequestTimeout")
    }

    @Test func `a connector is polled and subscribed to without a business key`() async throws {
        let world = EffectWorld { _ in .init(status: 201, headers: ["Location": "/hooks/1"]) }
        let action = EffectWorld.connector("post", "/api/v2/tickets", EffectWorld.ticket)
        let inputs = try #require(action["inputs"])
        let poll: JSON = ["type": "ApiConnection", "recurrence": Self.every, "inputs": inputs]
        #expect(try await Self.call(world, poll, inputs, .poll(location: nil)).brief == "answered 201")
        let hook: JSON = ["type": "ApiConnectionWebhook", "inputs": inputs]
        let made = try await Self.call(world, hook, inputs, .subscribe)
        let subscription = try #require(made.answer).outputs
        let ended = try await Self.call(
            world,
            hook,
            ["subscription": subscription, "subscribe": inputs],
            .unsubscribe
        )
        #expect(ended.brief == "answered 201")
        #expect(world.requests.last?.method == "DELETE")
        #expect(world.requests.last?.url == "https://contoso.freshdesk.com/hooks/1")
    }

    @Test func `a webhook of a connector names no method and is subscribed to by POST`() async throws {
        let world = EffectWorld { _ in .init(status: 201, headers: ["Location": "/hooks/1"]) }
        let action = EffectWorld.connector("post", "/hooks", ["url": "cb"])
        var object = try #require(action["inputs"]?.objectValue)
        _ = object.remove("method")
        let inputs = JSON.object(object)
        let made = try await Self.call(world, ["type": "ApiConnectionWebhook", "inputs": inputs], inputs, .subscribe)
        #expect(made.brief == "answered 201")
        #expect(world.requests.map(\.method) == ["POST"])
        let poll: JSON = ["type": "ApiConnection", "recurrence": Self.every, "inputs": inputs]
        let refused = try await Self.call(world, poll, inputs, .poll(location: nil))
        #expect(refused.brief.hasPrefix("refused InvalidTemplate"))
    }

    @Test(
        arguments: [
            ["method": "get", "path": "/api/v2/tickets/7"],
            [
                "fetch": [
                    "method": "get", "pathTemplate": ["template": "/api/v2/tickets/{id}", "parameters": ["id": 7]],
                ]
            ],
            [
                "fetch": ["method": "get", "pathTemplate": ["template": "/api/v2/tickets/7"]],
                "subscribe": ["method": "post", "pathTemplate": ["template": "/hooks"], "body": ["url": "cb"]],
            ],
        ] as [JSONObject]
    )
    func `a notification trigger polls what it would fetch, and subscribes to nothing`(_ call: JSONObject) async throws
    {
        let world = EffectWorld { _ in .init(status: 200) }
        let action = EffectWorld.connector("get", "/")
        var object = call
        object["host"] = action["inputs"]?["host"]
        let inputs = JSON.object(object)
        let trigger: JSON = ["type": "ApiConnectionNotification", "inputs": inputs]
        #expect(try await Self.call(world, trigger, inputs, .poll(location: nil)).brief == "answered 200")
        #expect(
            world.requests.map { "\($0.method) \($0.url)" } == ["GET https://contoso.freshdesk.com/api/v2/tickets/7"]
        )
        let refused = try await Self.call(world, trigger, inputs, .subscribe)
        #expect(refused.brief == "refused TriggerTypeNotSupported NotSupported")
    }

    @Test func `what no trigger of the type does is refused`() async throws {
        let trigger: JSON = ["type": "Recurrence", "recurrence": Self.every]
        let outcome = try await Self.call(EffectWorld(), trigger, [:], .subscribe)
        #expect(outcome.brief == "refused TriggerTypeNotSupported NotSupported")
    }
}
