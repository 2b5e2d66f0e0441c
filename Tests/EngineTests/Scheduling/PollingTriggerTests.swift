import JSONTree
import Moments
import Stores
import Synchronization
import Testing

@testable import Engine

/// Http and ApiConnection triggers: what answers lead to, what is kept between polls.
struct PollingTriggerTests {
    static func poll(_ more: JSONObject = JSONObject(), inputs: JSONObject = JSONObject()) -> JSON {
        var call: JSONObject = ["method": "GET", "uri": "https://a.example/new", "retryPolicy": ["type": "none"]]
        call.merge(inputs)
        var trigger: JSONObject = [
            "type": "Http", "inputs": .object(call), "recurrence": ["frequency": "Minute", "interval": 1],
        ]
        trigger.merge(more)
        return ["Poll": .object(trigger)]
    }

    @Test func `200 fires; Location and Retry-After say where and when the next poll goes`() async throws {
        let world = try TriggerWorld()
        world.services.answer(
            "Poll",
            .status(200, ["Location": "https://a.example/new?state=1", "Retry-After": "10"], body: ["n": 1]),
            .status(202, ["Retry-After": "20"]),
            .status(202, ["Location": "https://a.example/new?state=2"]),
            .status(200, body: ["n": 2]),
            .status(404)
        )
        try await world.put(Self.poll())
        try await world.run(until: .seconds(200))
        #expect(world.services.polls.map(\.at) == [0, 10, 30, 90, 150])
        #expect(
            world.services.polls.map(\.location) == [
                nil, "https://a.example/new?state=1", "https://a.example/new?state=1", "https://a.example/new?state=2",
                nil,
            ]
        )
        #expect(world.launcher.bodies == [["n": 1], ["n": 2]])
        let history = try await world.history("Poll")
        #expect(history.map(\.status) == [.failed, .skipped, .skipped])
        #expect(history.map(\.code) == ["NotFound", "Accepted", "Accepted"])
        #expect(try await world.waiting() == 0)
    }

    @Test func `a notification trigger asks every minute without a recurrence, and its subscription is not evaluated`()
        async throws
    {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(202), .status(200, body: ["n": 1]), .status(202))
        let inputs: JSON = [
            "host": ["connection": ["referenceName": "office365"]],
            "fetch": ["method": "get", "pathTemplate": ["template": "/new"], "retryPolicy": ["type": "none"]],
            "subscribe": [
                "method": "post", "pathTemplate": ["template": "/hooks"], "body": ["url": "@{listCallbackUrl()}"],
            ],
        ]
        try await world.put(["Poll": ["type": "ApiConnectionNotification", "inputs": inputs]])
        try await world.run(until: .seconds(150))
        #expect(world.services.polls.map(\.at) == [0, 60, 120])
        #expect(world.launcher.bodies == [["n": 1]])
        #expect(world.services.subscribing.isEmpty)
        let sent = world.services.calls.withLock { $0.map(\.inputs) }
        #expect(sent.compactMap { $0["subscribe"] }.isEmpty)
    }

    @Test func `the location outlives the process, and goes with another definition, a reset or another's state`()
        async throws
    {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(200, ["Location": "https://a.example/s1"], body: 1), .status(202))
        try await world.put(Self.poll())
        try await world.run(until: .seconds(1))
        #expect(try await !world.dump().contains("a.example/s1"), "an address may hold a signature")
        world.sleep(until: .seconds(600))
        try await world.run(until: .seconds(600))
        #expect(world.services.polls.last?.location == "https://a.example/s1")
        #expect(world.services.polls.last?.at == 600)
        try await world.put(Self.poll(), id: "V")
        try await world.scheduler.setState(
            of: try world.trigger("Poll", "V"),
            program: try world.program("V"),
            from: try world.trigger("Poll"),
            sourceProgram: try world.program()
        )
        #expect(try await world.row("Poll", "V")?.location == world.row("Poll")?.location)
        try await world.scheduler.reset(try world.trigger("Poll", "V"), program: try world.program("V"))
        #expect(try await world.row("Poll", "V")?.location == nil)
        try await world.put(Self.poll(inputs: ["uri": "https://b.example/new"]))
        try await world.run(until: .seconds(601))
        #expect(world.services.polls.last?.location == nil)
    }

    @Test func `an address that cannot be read any more is given up, with an entry that says so`() async throws {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(200, ["Location": "https://a.example/s1"], body: 1), .status(202))
        try await world.put(Self.poll())
        try await world.run(until: .seconds(1))
        try await world.store.commit { transaction in
            // As if it was sealed with a key that is not here.
            try transaction.execute("UPDATE trigger_state SET location = 'sealed:!'")
        }
        try await world.run(until: .seconds(61))
        #expect(try await world.history("Poll").map(\.code) == ["InternalServerError"])
        try await world.run(until: .seconds(121))
        #expect(world.services.polls.map(\.location) == [nil, nil])
    }

    @Test func `Retry-After 0 polls at once, but not without end`() async throws {
        var limits = TriggerLimits()
        limits.pollsInARow = 5
        let world = try TriggerWorld(limits: limits)
        world.services.answer(
            "Poll",
            .status(200, ["Location": "https://a.example/more", "Retry-After": "0"], body: 1)
        )
        try await world.put(Self.poll())
        try await world.run(until: .seconds(30))
        #expect(world.services.polls.map(\.at) == [0, 0, 0, 0, 0, 0])
        try await world.run(until: .seconds(61))
        #expect(world.services.polls.count == 12)
        #expect(world.launcher.count == 12)
    }

    @Test func `408, 429, 5xx and lost connections are tried again by the policy, then the recurrence applies`()
        async throws
    {
        let world = try TriggerWorld()
        world.services.answer(
            "Poll",
            .status(500),
            .status(429, ["Retry-After": "25"]),
            .unreachable(RunError("ConnectionFailed", "no route")),
            .status(408),
            .status(202)
        )
        let policy: JSON = ["type": "fixed", "count": 3, "interval": "PT10S"]
        try await world.put(Self.poll(inputs: ["retryPolicy": policy]))
        try await world.run(until: .seconds(110))
        // The next regular poll counts from the last attempt.
        #expect(world.services.polls.map(\.at) == [0, 10, 35, 45, 105])
        let history = try await world.history("Poll")
        #expect(history.map(\.status) == [.skipped, .failed])
        #expect(history.last?.code == "RequestTimeout")
        #expect(try await world.status("Poll").status == .skipped)
    }

    @Test func `an attempt under way when the process ends is made again`() async throws {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(500), .status(200, body: "late"))
        try await world.put(Self.poll(inputs: ["retryPolicy": ["type": "fixed", "count": 1, "interval": "PT30S"]]))
        try await world.run(until: .seconds(5))
        world.sleep(until: .seconds(40))
        try await world.run(until: .seconds(41))
        #expect(world.services.polls.map(\.at) == [0, 40])
        #expect(world.launcher.bodies == ["late"])
    }

    @Test func `conditions see the status, and a false one is Skipped`() async throws {
        let world = try TriggerWorld()
        world.services.answer(
            "Poll",
            .status(404, body: "gone"),
            .status(200, body: "there"),
            .status(204)
        )
        let condition: JSON = [["expression": "@equals(triggerOutputs()['statusCode'], 404)"]]
        try await world.put(Self.poll(["conditions": condition]))
        try await world.run(until: .seconds(130))
        #expect(world.launcher.bodies == ["gone"])
        #expect(try await world.history("Poll").map(\.status) == [.skipped, .skipped])
    }

    @Test func `an error that no condition wants is Failed`() async throws {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(403, body: ["error": "no"]))
        let condition: JSON = [["expression": "@equals(triggerOutputs()['statusCode'], 404)"]]
        try await world.put(Self.poll(["conditions": condition]))
        try await world.run(until: .seconds(1))
        let entry = try #require(try await world.history("Poll").first)
        #expect(entry.status == .failed)
        #expect(entry.code == "Forbidden")
        #expect(entry.outputs?["body"] == ["error": "no"])
        #expect(entry.inputs?["uri"] == "https://a.example/new")
    }

    @Test func `splitOn starts a run an item, and the evaluation keeps an entry of its own`() async throws {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(200, body: ["value": [1, 2, 3]]), .status(200, body: ["value": []]))
        try await world.put(Self.poll(["splitOn": "@triggerBody()?['value']"]))
        try await world.run(until: .seconds(61))
        #expect(world.launcher.bodies == [1, 2, 3])
        #expect(Set(world.launcher.started.withLock { $0.map(\.cause) }).count == 3)
        let history = try await world.history("Poll")
        #expect(history.map(\.status) == [.succeeded, .succeeded])
        #expect(history.allSatisfy { !$0.isFired })
    }

    @Test func `inputs that cannot be evaluated and answers that cannot be split are Failed, with the reason`()
        async throws
    {
        let world = try TriggerWorld()
        try await world.put(
            Self.poll(inputs: ["headers": ["x": "@{div(1, parameters('zero'))}"]]),
            parameters: [
                "zero": ["type": "Int", "defaultValue": 0]
            ]
        )
        try await world.run(until: .seconds(1))
        #expect(world.services.polls.isEmpty)
        #expect(try await world.history("Poll").first?.error?.message.contains("'Poll'") == true)
        world.services.answer("Poll", .status(200, body: "text"))
        try await world.put(Self.poll(["splitOn": "@triggerBody()"]))
        try await world.run(until: .seconds(2))
        #expect(try await world.history("Poll").first?.error?.message.contains("splitOn") == true)
        #expect(world.launcher.count == 0)
    }

    @Test func `when the queue is full the poll goes back to where it was, so that nothing is passed over`()
        async throws
    {
        let world = try TriggerWorld()
        world.services.answer(
            "Poll",
            .status(200, ["Location": "https://a.example/after"], body: "first"),
            .status(200, ["Location": "https://a.example/after"], body: "first"),
            .status(202)
        )
        world.launcher.refusals.withLock { $0 = 1 }
        try await world.put(Self.poll())
        try await world.run(until: .seconds(130))
        #expect(world.services.polls.map(\.location) == [nil, nil, "https://a.example/after"])
        #expect(world.launcher.bodies == ["first"])
        #expect(try await world.history("Poll").map(\.status) == [.skipped, .skipped])
    }

    @Test func `polls of one trigger never overlap, not even with one by hand`() async throws {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(200, body: 1))
        world.services.meanwhile.withLock { $0 = { for _ in 0..<50 { await Task.yield() } } }
        try await world.put(Self.poll())
        let (scheduler, trigger, program) = (world.scheduler, try world.trigger("Poll"), try world.program())
        async let byHand = scheduler.fire(trigger, program: program)
        async let again = scheduler.fire(trigger, program: program)
        await scheduler.settleDue()
        #expect(try await byHand.count + again.count == 2)
        #expect(world.services.mostUnderWay.load(ordering: .relaxed) == 1)
    }

    @Test func `an answer that comes after the trigger was changed counts for nothing`() async throws {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(200, ["Location": "https://a.example/old"], body: 1))
        try await world.put(Self.poll())
        let (store, launcher) = (world.store, world.launcher)
        world.services.meanwhile.withLock { meanwhile in
            meanwhile = {
                launcher.workflows.withLock { $0["W"]?.isEnabled = false }
                do {
                    try await store.commit(.intake) { transaction in
                        try transaction.execute("UPDATE trigger_state SET revision = revision + 1, due = NULL")
                    }
                } catch {
                    Issue.record(error)
                }
            }
        }
        try await world.run(until: .seconds(5))
        #expect(world.services.polls.count == 1)
        #expect(world.launcher.count == 0)
        #expect(try await world.row("Poll")?.location == nil)
        #expect(try await world.history("Poll").isEmpty)
    }

    @Test func `what is secured, and every credential, stays out of history and tables`() async throws {
        let world = try TriggerWorld()
        world.services.answer("Poll", .status(202, body: "canary-body"), .status(200, body: "canary-fired"))
        let secured: JSON = ["secureData": ["properties": ["outputs"]]]
        let login: JSON = ["type": "Basic", "username": "me", "password": "canary-password"]
        try await world.put(
            Self.poll(["runtimeConfiguration": secured], inputs: ["authentication": login])
        )
        try await world.run(until: .seconds(1))
        let entry = try #require(try await world.history("Poll").first)
        #expect(entry.outputs?["secureData"]?["properties"] == ["outputs"])
        #expect(entry.inputs?["authentication"]?["password"] == "*sanitized*")
        #expect(try await !world.dump().contains("canary"))
        // A firing that waits holds the content, but sealed.
        world.launcher.crash.withLock { $0 = .beforeLaunch }
        try await world.run(until: .seconds(60))
        #expect(try await world.waiting() == 1)
        #expect(try await !world.dump().contains("canary"))
        world.restart()
        try await world.run(until: .seconds(61))
        #expect(world.launcher.bodies == ["canary-fired"])
    }
}
