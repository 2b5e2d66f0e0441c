import JSONTree
import Moments
import Stores
import Synchronization
import Testing

@testable import Engine

/// HttpWebhook and ApiConnectionWebhook triggers: subscriptions follow what is wanted, over crashes too.
struct WebhookTriggerTests {
    static func hook(
        _ uri: String = "https://a.example/subscribe",
        retry: JSON = ["type": "none"],
        _ more: JSONObject = JSONObject()
    ) -> JSON {
        var trigger: JSONObject = [
            "type": "HttpWebhook",
            "inputs": [
                "subscribe": [
                    "method": "POST", "uri": .string(uri), "body": ["url": "@{listCallbackUrl()}"],
                    "retryPolicy": retry,
                ],
                "unsubscribe": [
                    "method": "DELETE",
                    "uri": "https://a.example/subscriptions/@{action()?['outputs']?['body']?['id']}",
                    "body": ["url": "@{listCallbackUrl()}"],
                ],
            ],
        ]
        trigger.merge(more)
        return ["Hook": .object(trigger)]
    }

    private static let address = "https://tocsin.example/workflows/W/triggers/Hook?sig=key-1"

    /// The subscription that a callback address names, when the rest is as it should be.
    private func token(_ address: JSON?) -> String? {
        let prefix = "\(Self.address)&\(SubscriptionToken.queryName)="
        guard let text = address?.stringValue, text.hasPrefix(prefix) else { return Optional<String>.none }
        return String(text.dropFirst(prefix.count))
    }

    private func world(_ first: EffectOutcome = .status(201, body: ["id": 7])) throws -> TriggerWorld {
        let world = try TriggerWorld()
        world.services.answer("Hook subscribe", first, .status(201, body: ["id": 8]))
        world.services.answer("Hook unsubscribe", .status(200))
        return world
    }

    private func inputs(_ world: TriggerWorld, _ kind: TriggerCallKind) -> [JSON] {
        world.services.calls.withLock { $0.filter { $0.kind == kind }.map(\.inputs) }
    }

    @Test func `it subscribes when it is saved, and unsubscribes with the answer when it is disabled`() async throws {
        let world = try world()
        try await world.put(Self.hook())
        try await world.run(until: .seconds(1))
        let url = try #require(inputs(world, .subscribe).first?["subscribe"]?["body"]?["url"])
        #expect(token(url)?.isEmpty == false)
        #expect(try await world.status("Hook").subscription?.state == .active)
        #expect(try await world.status("Hook").status == .succeeded)
        #expect(try await !world.dump().contains("key-1"), "the address is a secret")
        // Putting the same again changes nothing, nor does a restart.
        try await world.put(Self.hook())
        world.restart()
        try await world.run(until: .hours(3))
        #expect(world.services.subscribing == ["subscribe"])
        try await world.enable(false)
        try await world.run(until: .hours(4))
        let unsubscribed = try #require(inputs(world, .unsubscribe).first)
        #expect(unsubscribed["uri"] == "https://a.example/subscriptions/7")
        #expect(unsubscribed["body"]?["url"] == url)
        #expect(try await world.status("Hook").subscription == nil)
        try await world.enable(true)
        try await world.run(until: .hours(5))
        #expect(world.services.subscribing == ["subscribe", "unsubscribe", "subscribe"])
    }

    @Test func `it unsubscribes when it is deleted, even if the process ended in between`() async throws {
        let world = try world()
        try await world.put(Self.hook())
        try await world.run(until: .seconds(1))
        try await world.delete(isFollowed: false)
        world.restart()
        try await world.run(until: .seconds(2))
        #expect(inputs(world, .unsubscribe).first?["uri"] == "https://a.example/subscriptions/7")
        #expect(try await world.scheduler.statuses(workflow: "W").isEmpty)
        #expect(try await !world.dump().contains("ending"))
    }

    @Test func `another definition ends the old subscription before it makes the new one`() async throws {
        let world = try world()
        try await world.put(Self.hook())
        try await world.run(until: .seconds(1))
        try await world.put(Self.hook("https://a.example/v2/subscribe"))
        try await world.run(until: .seconds(5))
        #expect(world.services.subscribing == ["subscribe", "unsubscribe", "subscribe"])
        #expect(inputs(world, .subscribe).last?["subscribe"]?["uri"] == "https://a.example/v2/subscribe")
        #expect(try await world.status("Hook").subscription?.state == .active)
    }

    @Test func `new keys mean a new callback address, so it subscribes anew`() async throws {
        let world = try world()
        try await world.put(Self.hook())
        try await world.run(until: .seconds(1))
        world.restart(key: "key-2")
        await world.scheduler.workflowChanged(id: "W")
        try await world.run(until: .seconds(5))
        #expect(world.services.subscribing == ["subscribe", "unsubscribe", "subscribe"])
        #expect(token(inputs(world, .unsubscribe).first?["body"]?["url"]) != nil)
        let url = inputs(world, .subscribe).last?["subscribe"]?["body"]?["url"]?.stringValue
        #expect(url?.contains("sig=key-2&") == true)
    }

    @Test func `a failed subscription is tried again by the policy, then after a pause, and the status tells why`()
        async throws
    {
        let world = try world(.status(503))
        world.services.answer("Hook subscribe", .status(503), .status(503), .status(503), .status(201, body: ["id": 1]))
        try await world.put(Self.hook(retry: ["type": "fixed", "count": 2, "interval": "PT10S"]))
        try await world.run(until: .seconds(15))
        let status = try await world.status("Hook")
        #expect(status.subscription?.state == .subscribing)
        #expect(status.subscription?.error?.message.contains("503") == true)
        #expect(status.subscription?.retry == TriggerWorld.start + .seconds(20))
        #expect(status.status == .failed)
        try await world.run(until: .minutes(50))
        #expect(world.services.subscribing.count == 3)
        #expect(try await world.history("Hook").map(\.status) == [.failed])
        try await world.run(until: .minutes(61))
        #expect(world.services.subscribing.count == 4)
        #expect(try await world.status("Hook").subscription == .init(state: .active, error: nil, retry: nil))
    }

    @Test func `saved again, a subscription in trouble is tried at once`() async throws {
        let world = try world(.status(400))
        try await world.put(Self.hook())
        try await world.run(until: .seconds(5))
        #expect(try await world.status("Hook").subscription?.error?.code == "BadRequest")
        try await world.put(Self.hook())
        try await world.run(until: .seconds(6))
        #expect(try await world.status("Hook").subscription?.state == .active)
    }

    @Test func `a crash in the midst of subscribing ends what may be there and makes another, or only ends it`()
        async throws
    {
        let world = try world()
        world.services.crash.withLock { $0 = .duringCall }
        try await world.put(Self.hook())
        await world.settle()
        world.restart()
        try await world.run(until: .seconds(1))
        #expect(world.services.subscribing == ["subscribe", "unsubscribe", "subscribe"])
        #expect(try await world.status("Hook").subscription?.state == .active)
        let urls = inputs(world, .subscribe).map { $0["subscribe"]?["body"]?["url"] }
        #expect(inputs(world, .unsubscribe).first?["body"]?["url"] == urls[0])
        #expect(urls[0] != urls[1])
        let entry = try #require(try await world.history("Hook").first)
        #expect(entry.status == .failed && entry.code == "OutcomeUnknown")

        let other = try self.world()
        other.services.crash.withLock { $0 = .duringCall }
        try await other.put(Self.hook())
        await other.settle()
        try await other.enable(false, isFollowed: false)
        other.restart()
        try await other.run(until: .seconds(1))
        #expect(other.services.subscribing == ["subscribe", "unsubscribe"])
    }

    @Test func `disabled while the subscription is under way, it is ended with the answer that came late`()
        async throws
    {
        let world = try world()
        let (launcher, store) = (world.launcher, world.store)
        world.services.meanwhile.withLock { meanwhile in
            meanwhile = {
                launcher.workflows.withLock { $0["W"]?.isEnabled = false }
                do {
                    try await store.commit(.intake) {
                        try TriggerScheduler.noteChange(workflow: "W", tenant: "t", in: $0)
                        for var row in try SubscriptionRow.all(ofWorkflow: "W", in: $0) {
                            row.end(at: .min)
                            try row.write(to: $0)
                        }
                    }
                } catch {
                    Issue.record(error)
                }
            }
        }
        try await world.put(Self.hook())
        try await world.run(until: .seconds(5))
        #expect(world.services.subscribing == ["subscribe", "unsubscribe"])
        #expect(inputs(world, .unsubscribe).first?["uri"] == "https://a.example/subscriptions/7")
    }

    @Test func `a connector's webhook is ended with the answer to its subscription`() async throws {
        let world = try world(.status(201, ["Location": "https://c.example/s/1"]))
        let connection: JSON = ["connection": ["name": "sentinel"]]
        try await world.put([
            "Hook": [
                "type": "ApiConnectionWebhook",
                "inputs": [
                    "host": connection, "path": "/incident-creation", "body": ["callback_url": "@{listCallbackUrl()}"],
                ],
            ]
        ])
        try await world.run(until: .seconds(1))
        #expect(token(inputs(world, .subscribe).first?["body"]?["callback_url"]) != nil)
        try await world.enable(false)
        try await world.run(until: .seconds(2))
        let unsubscribed = try #require(inputs(world, .unsubscribe).first)
        #expect(unsubscribed["subscription"]?["headers"]?["Location"] == "https://c.example/s/1")
        #expect(unsubscribed["subscribe"]?["path"] == "/incident-creation")
    }

    @Test func `a webhook by the operation's name brings its callback address along`() async throws {
        let world = try world(.status(201, ["Location": "https://c.example/s/1"]))
        let host: JSON = ["connectionName": "forms", "operationId": "CreateFormWebhook", "apiId": "/apis/forms"]
        try await world.put([
            "Hook": ["type": "OpenApiConnectionWebhook", "inputs": ["host": host, "parameters": [:]]]
        ])
        try await world.run(until: .seconds(1))
        #expect(token(inputs(world, .subscribe).first?["callbackUrl"]) != nil)
    }

    @Test func `an unsubscription that fails is tried again by the policy, then given up`() async throws {
        let world = try world()
        world.services.answer("Hook unsubscribe", .status(500))
        try await world.put(Self.hook())
        try await world.run(until: .seconds(1))
        try await world.enable(false)
        try await world.run(until: .hours(1))
        #expect(world.services.subscribing.filter { $0 == "unsubscribe" }.count == 5)
        #expect(try await world.status("Hook").subscription == nil)
    }

    /// The connector's answer named where its subscription is ended, and the answer is lost: nobody can end it.
    @Test(arguments: [true, false])
    func `a lost subscription that nobody can end is called in vain once there is another`(byCrash: Bool) async throws {
        let world = try world()
        if byCrash {
            world.services.crash.withLock { $0 = .duringCall }
        } else {
            world.services.answer(
                "Hook subscribe",
                .unknown(RunError("LostReply", "the connection was cut")),
                .status(201, ["Location": "https://c.example/s/2"])
            )
        }
        try await world.put([
            "Hook": [
                "type": "ApiConnectionWebhook",
                "inputs": [
                    "host": ["connection": ["name": "sentinel"]], "path": "/incident-creation",
                    "body": ["callback_url": "@{listCallbackUrl()}"],
                    "retryPolicy": ["type": "fixed", "count": 2, "interval": "PT10S"],
                ],
            ]
        ])
        await world.settle()
        let lost = try #require(token(inputs(world, .subscribe).first?["body"]?["callback_url"]))
        #expect(world.services.subscribing == ["subscribe"])
        // Nobody knows yet whether there is another one: an event must not be missed.
        #expect(try await receive(world, "early", for: lost) == 1)
        if byCrash { world.restart() }
        try await world.run(until: .seconds(30))
        #expect(world.services.subscribing == ["subscribe", "subscribe"])
        #expect(try await world.status("Hook").subscription == .init(state: .active, error: nil, retry: nil))
        let current = try #require(token(inputs(world, .subscribe).last?["body"]?["callback_url"]))
        // One event, told by both.
        #expect(try await receive(world, "event", for: current) == 1)
        let error = await #expect(throws: EngineError.self) { try await receive(world, "event", for: lost) }
        #expect(error?.status == 410)
        // By hand, and after a restart.
        #expect(try await receive(world, "hand", for: nil) == 1)
        world.restart()
        await #expect(throws: EngineError.self) { try await receive(world, "event", for: lost) }
        #expect(world.launcher.bodies == ["early", "event", "hand"])
        #expect(try await world.history("Hook").contains { $0.status == .failed && $0.code == "OutcomeUnknown" })
    }

    @Test func `a refused subscription was not made, so that nothing is ended`() async throws {
        let world = try world(.status(503))
        try await world.put(Self.hook(retry: ["type": "fixed", "count": 2, "interval": "PT10S"]))
        try await world.run(until: .seconds(15))
        #expect(world.services.subscribing == ["subscribe", "subscribe"])
        #expect(try await world.status("Hook").subscription?.state == .active)
    }

    // MARK: - Calls

    private func receive(_ world: TriggerWorld, _ body: JSON, for token: String? = nil) async throws -> Int {
        try await world.scheduler.receive(
            try world.trigger("Hook"),
            program: try world.program(),
            outputs: ["headers": [:], "body": body],
            trackingID: "mine",
            subscription: token
        ).count
    }

    @Test func `every call of the callback address fires`() async throws {
        let world = try world()
        try await world.put(Self.hook())
        #expect(try await receive(world, 1) == 1)
        #expect(try await receive(world, 2) == 1)
        #expect(world.launcher.bodies == [1, 2])
        #expect(world.launcher.started.withLock { $0.first?.record["clientTrackingId"] } == "mine")
        #expect(try await world.waiting() == 0)
        #expect(try await world.status("Hook").lastExecution == TriggerWorld.start)
    }

    @Test func `conditions and splitOn apply to calls, and what started nothing is in the history`() async throws {
        let world = try world()
        let condition: JSON = [["expression": "@greater(length(triggerBody()), 0)"]]
        try await world.put(Self.hook("https://a.example/", ["conditions": condition, "splitOn": "@triggerBody()"]))
        #expect(try await receive(world, ["a", "b"]) == 2)
        #expect(try await receive(world, []) == 0)
        await #expect(throws: EngineError.self) { try await receive(world, 5) }
        #expect(world.launcher.bodies == ["a", "b"])
        #expect(try await world.history("Hook").map(\.status) == [.failed, .skipped, .succeeded])
        #expect(try await world.history("Hook").first?.clientTrackingID != nil)
    }

    @Test func `a full queue refuses the call with 429; a crash after the call was taken starts its run`() async throws
    {
        let world = try world()
        try await world.put(Self.hook())
        world.launcher.refusals.withLock { $0 = 1 }
        await #expect(throws: EngineError(429, "TooManyRequests", "the queue is full")) { try await receive(world, 1) }
        #expect(try await world.history("Hook").map(\.status) == [.skipped])
        for point in [CrashPoint.beforeLaunch, .afterLaunch] {
            world.launcher.crash.withLock { $0 = point }
            // The caller's own task ends with the process.
            let (scheduler, trigger, program) = (world.scheduler, try world.trigger("Hook"), try world.program())
            let call = Task {
                try await scheduler.receive(
                    trigger,
                    program: program,
                    outputs: ["body": .string("\(point)")],
                    trackingID: nil
                )
            }
            _ = await call.result
            #expect(try await world.waiting() == 1)
            world.restart()
            await world.settle()
            #expect(try await world.waiting() == 0)
        }
        #expect(world.launcher.bodies == ["beforeLaunch", "afterLaunch"])
    }

    @Test func `while the driver is in trouble calls wait on the disk, up to a limit`() async throws {
        var limits = TriggerLimits()
        limits.waitingFirings = 3
        let world = try TriggerWorld(limits: limits)
        world.services.answer("Hook subscribe", .status(200))
        try await world.put(Self.hook())
        world.launcher.troubles.withLock { $0 = 3 }
        for index in 0..<3 { #expect(try await receive(world, .integer(Int64(index))) == 0) }
        await #expect(throws: EngineError.self) { try await receive(world, 9) }
        try await world.run(until: .seconds(10))
        #expect(Set(world.launcher.bodies) == [0, 1, 2])
    }
}
