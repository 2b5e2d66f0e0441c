import JSONTree
import Moments
import Synchronization
import Testing

@testable import Engine

/// Batch triggers and what is sent to them: every message in one release, every release one run.
struct BatchTriggerTests {
    static func batch(_ criteria: JSON, _ more: JSONObject = JSONObject()) -> JSON {
        var trigger: JSONObject = [
            "type": "Batch", "inputs": ["mode": "Inline", "configurations": ["Alerts": ["releaseCriteria": criteria]]],
        ]
        trigger.merge(more)
        return ["Collect": .object(trigger)]
    }

    @discardableResult
    private func send(
        _ world: TriggerWorld,
        _ content: JSON,
        key: String? = nil,
        batch: String = "alerts",
        part: String? = nil,
        to workflow: String = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Logic/workflows/W",
        trigger: String? = "collect"
    ) async -> String {
        let outcome = await world.desk.send(
            BatchMessage(
                tenant: "t",
                workflow: workflow,
                trigger: trigger,
                batchName: batch,
                partitionName: part,
                messageID: "m\(content.text)",
                content: content,
                executionKey: key ?? "key \(content.text)"
            )
        )
        switch outcome {
        case .answered(let answer): return "\(answer.status)"
        case .refused(let error, _), .unreachable(let error): return error.code
        default: return "another outcome"
        }
    }

    private func contents(_ world: TriggerWorld) -> [[JSON]] {
        world.launcher.bodies.map { body in body["items"]?.arrayValue?.compactMap { $0["content"] } ?? [] }
    }

    @Test func `a batch is released by its number of messages, as one run`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.batch(["messageCount": 3]))
        for index in 1...7 { #expect(await send(world, .integer(Int64(index))) == "202") }
        try await world.run(until: .seconds(1))
        // Releases of one partition are launched side by side.
        #expect(Set(contents(world)) == [[1, 2, 3], [4, 5, 6]])
        let body = try #require(world.launcher.bodies.first { $0["items"]?[0]?["content"] == 1 })
        #expect(body["batchName"] == "Alerts")
        #expect(body["partitionName"] == "DEFAULT")
        #expect(body["items"]?[0] == ["content": 1, "messageId": "m1"])
        #expect(await send(world, 8) == "202")
        #expect(await send(world, 9) == "202")
        try await world.run(until: .seconds(2))
        #expect(contents(world).last == [7, 8, 9])
        #expect(try await world.waiting() == 0)
        #expect(try await !world.dump().contains("m7"))
    }

    @Test func `it is released by its size, and partitions are apart`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.batch(["batchSize": 10]))
        await send(world, "aaaa", part: "A")
        await send(world, "bbbb", part: "B")
        try await world.run(until: .seconds(1))
        #expect(world.launcher.count == 0)
        await send(world, "cccc", part: "A")
        try await world.run(until: .seconds(2))
        #expect(contents(world) == [["aaaa", "cccc"]])
        #expect(world.launcher.bodies.first?["partitionName"] == "A")
    }

    @Test func `it is released by its recurrence, when there is something in it`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.batch(["messageCount": 100, "recurrence": ["frequency": "Hour", "interval": 1]]))
        try await world.run(until: .minutes(10))
        await send(world, 1)
        await send(world, 2, part: "other")
        try await world.run(until: .minutes(59))
        #expect(world.launcher.count == 0)
        #expect(try await world.status("Collect").nextExecution == TriggerWorld.start + .hours(1))
        try await world.run(until: .hours(3))
        #expect(world.starts == [3_600, 3_600])
        #expect(Set(contents(world)) == [[1], [2]])
    }

    @Test func `a message is taken once, also after its batch was released`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.batch(["messageCount": 2]))
        for _ in 0..<3 { #expect(await send(world, 1, key: "one") == "202") }
        #expect(await send(world, 2, key: "two") == "202")
        try await world.run(until: .seconds(1))
        world.restart()
        #expect(await send(world, 1, key: "one") == "202")
        #expect(await send(world, 3, key: "three") == "202")
        try await world.run(until: .seconds(2))
        #expect(contents(world) == [[1, 2]])
        // Receipts go with their age, and not before.
        #expect(try await world.scheduler.prune(before: TriggerWorld.start) == 0)
        #expect(try await world.scheduler.prune(before: TriggerWorld.start + .days(1)) == 3)
    }

    @Test(arguments: [CrashPoint.beforeLaunch, .amidLaunch, .afterLaunch], [false, true])
    func `a crash in the midst of a release loses no message and doubles none`(
        point: CrashPoint,
        isSplit: Bool
    )
        async throws
    {
        let world = try TriggerWorld()
        let split: JSONObject = isSplit ? ["splitOn": "@triggerBody()['items']"] : JSONObject()
        try await world.put(Self.batch(["messageCount": 4], split))
        world.launcher.crash.withLock { $0 = point }
        for index in 1...4 { await send(world, .integer(Int64(index))) }
        await world.settle()
        #expect(try await world.waiting() == 1)
        world.restart()
        try await world.run(until: .seconds(1))
        if isSplit {
            #expect(world.launcher.bodies.compactMap { $0["content"] } == [1, 2, 3, 4])
        } else {
            #expect(contents(world) == [[1, 2, 3, 4]])
        }
        #expect(try await world.waiting() == 0)
        #expect(try await !world.dump().contains("m1"))
    }

    @Test func `a full queue holds a release up and loses nothing`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.batch(["messageCount": 1]))
        world.launcher.refusals.withLock { $0 = 3 }
        await send(world, 1)
        try await world.run(until: .minutes(2))
        #expect(contents(world) == [[1]])
    }

    @Test func `a partition holds so much and no more`() async throws {
        var limits = TriggerLimits()
        limits.batchMessages = 3
        limits.batchBytes = 40
        let world = try TriggerWorld(limits: limits)
        try await world.put(Self.batch(["recurrence": ["frequency": "Hour", "interval": 1]]))
        for index in 1...3 { #expect(await send(world, .integer(Int64(index))) == "202") }
        #expect(await send(world, 4) == "BatchPartitionFull")
        #expect(await send(world, 5, part: "B") == "202")
        #expect(await send(world, .string(String(repeating: "x", count: 39)), part: "B") == "BatchMessageTooLarge")
        #expect(await send(world, .string(String(repeating: "x", count: 38)), part: "B") == "BatchPartitionFull")
        // What was refused is not taken for sent.
        try await world.run(until: .seconds(3_601))
        #expect(await send(world, 4) == "202")
        // A number of messages that no partition can hold counts as reached when it is full.
        try await world.put(Self.batch(["messageCount": 8_000]), id: "V")
        for index in 1...3 {
            await send(world, .integer(Int64(index)), key: "v\(index)", to: "v")
        }
        await world.settle()
        #expect(contents(world).last == [1, 2, 3])
    }

    @Test func `what cannot be sent says why`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.batch(["messageCount": 2]))
        #expect(await send(world, 1, batch: "other") == "BatchNotFound")
        #expect(await send(world, 1, to: "nobody") == "WorkflowNotFound")
        #expect(await send(world, 1, trigger: "other") == "WorkflowTriggerNotFound")
        #expect(await send(world, 1, to: "w", trigger: nil) == "202")
        try await world.enable(false)
        #expect(await send(world, 2) == "WorkflowDisabled")
        try await world.put(Self.batch(["messageCount": 0]), id: "V")
        #expect(await send(world, 3, to: "v") == "InvalidTemplate")
        #expect(try await world.status("Collect", "V").error?.message.contains("messageCount") == true)
    }
}
