import JSONTree
import Moments
import Synchronization
import Testing

@testable import Engine

/// The process ends between any two steps of a firing: none is lost, none starts a run twice.
struct FiringCrashTests {
    /// A trigger, what its services answer, and the bodies of the runs that it has to start, each once.
    struct Scene: Sendable, CustomTestStringConvertible {
        var name: String
        var triggers: JSON
        var answers: [EffectOutcome] = []
        var bodies: [JSON]

        var testDescription: String { name }
    }

    static let scenes: [Scene] = [
        Scene(name: "recurrence", triggers: ClockTriggerTests.everyMinute, bodies: [.null]),
        Scene(
            name: "window",
            triggers: ClockTriggerTests.window([
                "frequency": "Hour", "interval": 1, "startTime": "2026-03-02T09:00:00Z",
            ]),
            bodies: [
                ["windowStartTime": "2026-03-02T08:00:00.0000000Z", "windowEndTime": "2026-03-02T09:00:00.0000000Z"]
            ]
        ),
        Scene(
            name: "poll",
            triggers: PollingTriggerTests.poll(),
            answers: [.status(200, ["Location": "https://a.example/2"], body: "one"), .status(202)],
            bodies: ["one"]
        ),
        Scene(
            name: "split poll",
            triggers: PollingTriggerTests.poll(["splitOn": "@triggerBody()"]),
            answers: [.status(200, body: [1, 2, 3, 4]), .status(202)],
            bodies: [1, 2, 3, 4]
        ),
    ]

    @Test(arguments: scenes, CrashPoint.allCases)
    func `a crash neither loses nor doubles a firing`(scene: Scene, point: CrashPoint) async throws {
        let isPolled = !scene.answers.isEmpty
        guard isPolled || point != .duringCall else { return }
        let world = try TriggerWorld()
        world.services.answers.withLock { $0["Poll"] = scene.answers }
        world.services.crash.withLock { $0 = point }
        world.launcher.crash.withLock { $0 = point }
        try await world.put(scene.triggers)
        await world.settle()
        let before = [CrashPoint.afterLaunch: scene.bodies.count, .amidLaunch: scene.bodies.count / 2]
        #expect(world.launcher.count == before[point] ?? 0)
        if point != .duringCall { #expect(try await world.waiting() == 1) }
        // Twice, so that a start that itself crashes in the midst is seen, too.
        world.restart()
        world.launcher.crash.withLock { $0 = point == .duringCall ? nil : point }
        await world.settle()
        world.restart()
        try await world.run(until: .seconds(30))
        let bodies = world.launcher.bodies.map(Self.withoutFraction)
        #expect(bodies == scene.bodies.map(Self.withoutFraction))
        #expect(try await world.waiting() == 0)
        #expect(world.services.polls.count == (isPolled ? (point == .duringCall ? 2 : 1) : 0))
    }

    /// Trouble without a crash: the driver refuses for a while.
    @Test(arguments: scenes)
    func `a launch that fails is made again, at growing distances`(scene: Scene) async throws {
        let world = try TriggerWorld()
        world.services.answers.withLock { $0["Poll"] = scene.answers }
        world.launcher.troubles.withLock { $0 = 3 }
        try await world.put(scene.triggers)
        try await world.run(until: .seconds(30))
        #expect(world.launcher.bodies.map(Self.withoutFraction) == scene.bodies.map(Self.withoutFraction))
        #expect(Set(world.starts) == [1 + 2 + 4])
        #expect(try await world.waiting() == 0)
    }

    @Test func `a firing whose trigger was removed meanwhile starts nothing, and says so`() async throws {
        let world = try TriggerWorld()
        world.launcher.crash.withLock { $0 = .beforeLaunch }
        try await world.put(ClockTriggerTests.everyMinute)
        await world.settle()
        try await world.put(["manual": ["type": "Request", "kind": "Http"]], isFollowed: false)
        world.restart()
        try await world.run(until: .seconds(5))
        #expect(world.launcher.count == 0)
        #expect(try await world.waiting() == 0)
        #expect(try await world.dump().contains("was removed before"))
    }

    @Test func `a change that was noted is followed after a crash: enabled, disabled, deleted`() async throws {
        let world = try TriggerWorld()
        try await world.put(ClockTriggerTests.everyMinute, isFollowed: false)
        world.restart()
        try await world.run(until: .seconds(10))
        #expect(world.starts == [0])
        try await world.enable(false, isFollowed: false)
        world.restart()
        try await world.run(until: .seconds(130))
        #expect(world.starts == [0])
        try await world.delete(isFollowed: false)
        world.restart()
        await world.settle()
        #expect(try await world.row("Tick") == nil)
    }

    @Test func `without a note the next tick finds out that the workflow was changed`() async throws {
        let world = try TriggerWorld()
        try await world.put(ClockTriggerTests.everyMinute)
        try await world.run(until: .seconds(10))
        world.launcher.workflows.withLock { $0["W"]?.isEnabled = false }
        try await world.run(until: .minutes(5))
        #expect(world.starts == [0])
        #expect(try await world.row("Tick")?.isEnabled == false)
    }

    private static func withoutFraction(_ json: JSON) -> JSON {
        guard let object = json.objectValue else { return json }
        return .object(object.mapValues { .string(String(($0.stringValue ?? $0.text).prefix(19))) })
    }
}
