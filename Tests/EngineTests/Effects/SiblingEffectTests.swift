import JSONTree
import Outbound
import Scripting
import Synchronization
import Testing

@testable import Engine

/// What goes to other parts of this server: children, batches, scripts; and the end of subscriptions.
@Suite(.timeLimit(.minutes(1)))
struct SiblingEffectTests {
    static let child: JSON = [
        "type": "Workflow",
        "inputs": [
            "host": ["triggerName": "manual", "workflow": ["id": "/workflows/child"]],
            "headers": ["a": "1"], "body": ["b": 2],
        ],
    ]

    @Test func `a child gets what its caller sends, a new key with each retry`() async throws {
        let world = EffectWorld()
        #expect(try await world.outcome(EffectWorld.effect(Self.child)).answer?.body == "child")
        _ = try await world.outcome(EffectWorld.effect(Self.child, isResend: true))
        _ = try await world.outcome(EffectWorld.effect(Self.child, attempt: 2))
        let calls = world.siblings.calls.withLock { $0 }
        #expect(calls.map(\.executionKey) == [1, 1, 2].map { "t1/w1/08586RUN/Call it#\($0)" })
        let call = try #require(calls.first)
        #expect(call.tenant == "t1")
        #expect(call.parent.id == "W1")
        #expect(call.workflow == "/workflows/child")
        #expect(call.trigger == "manual")
        #expect(call.headers == ["a": "1"])
        #expect(call.body == ["b": 2])
        #expect(call.clientTrackingID == "CLIENT")
        #expect(world.requests.isEmpty)
    }

    @Test func `a child that goes on by itself is not polled`() async throws {
        let world = EffectWorld()
        world.siblings.answer.withLock {
            $0 = .init(status: 202, headers: ["location": "https://me.example/", "a": "1"], body: nil)
        }
        #expect(try await world.outcome(EffectWorld.effect(Self.child)).answer?.headers == ["a": "1"])
    }

    @Test func `a message keeps its key over retries`() async throws {
        let world = EffectWorld()
        let action: JSON = [
            "type": "SendToBatch",
            "inputs": [
                "batchName": "b", "content": "@@x", "messageId": 7,
                "host": ["triggerName": "Batch", "workflow": ["id": "/workflows/collector"]],
            ],
        ]
        #expect(try await world.outcome(EffectWorld.effect(action, attempt: 3)).brief == "answered 202")
        let message = try #require(world.siblings.messages.withLock { $0.first })
        #expect(message.executionKey == "t1/w1/08586RUN/Call it")
        #expect(message.batchName == "b")
        #expect(message.messageID == "7")
        #expect(message.partitionName == nil)
        #expect(message.trigger == "Batch")
    }

    @Test func `a script needs a pool`() async throws {
        let world = EffectWorld()
        let action: JSON = ["type": "JavaScriptCode", "inputs": ["code": "return 1;"]]
        #expect(
            try await world.outcome(EffectWorld.effect(action)).brief == "refused InlineCodeNotAvailable NotSupported"
        )
    }

    @Test func `a script that cannot be run fails, one that was ended may run again`() async throws {
        let pool = ScriptPool(configuration: .init(workerPath: "/nowhere/worker", bubblewrapPath: "/nowhere/bwrap"))
        let world = EffectWorld(scripts: pool)
        let long: JSON = [
            "type": "JavaScriptCode", "inputs": ["code": .string(String(repeating: " ", count: 100_001))],
        ]
        let tooLong = try await world.outcome(EffectWorld.effect(long))
        #expect(tooLong.brief == "refused InlineCodeScriptRuntimeFailure BadRequest")
        #expect(tooLong.everything.contains("100000 characters"))
        pool.stop()
        let action: JSON = ["type": "JavaScriptCode", "inputs": ["code": "return 1;"]]
        #expect(try await world.outcome(EffectWorld.effect(action)).brief == "unreachable InlineCodeCancelled")
    }

    static let webhook: JSON = [
        "type": "HttpWebhook",
        "inputs": [
            "subscribe": ["method": "POST", "uri": "https://a.example/subs", "body": ["url": "https://me.example/cb"]],
            "unsubscribe": ["method": "DELETE", "uri": "https://a.example/subs/1"],
        ],
    ]

    @Test func `a subscription is made, and its address is known afterwards`() async throws {
        let world = EffectWorld { _ in .init(status: 201, headers: ["Location": "subs/1"]) }
        let outcome = try await world.outcome(EffectWorld.effect(Self.webhook, .subscribe))
        #expect(outcome.answer?.headers["Location"] == "https://a.example/subs/1")
        #expect(world.requests.first?.text == "{\"url\":\"https://me.example/cb\"}")
        let again = try await world.outcome(EffectWorld.effect(Self.webhook, .subscribe, isResend: true))
        #expect(again.brief == "unknown OutcomeUnknown")
        #expect(world.requests.count == 1)
    }

    @Test func `the end of a subscription is tried a few times`() async throws {
        let world = EffectWorld { _ in .init(status: 503) }
        let inputs: JSON = ["method": "DELETE", "uri": "https://a.example/subs/1"]
        let outcome = try await world.outcome(EffectWorld.effect(Self.webhook, .unsubscribe, inputs: inputs))
        #expect(outcome.brief == "answered 503")
        #expect(world.requests.map(\.method) == ["DELETE", "DELETE", "DELETE", "DELETE"])
        #expect(world.pauses.lengths.withLock { $0 } == [.seconds(7), .seconds(15), .seconds(30)])
    }
}
