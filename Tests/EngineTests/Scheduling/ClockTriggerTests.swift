import JSONTree
import Moments
import Synchronization
import Testing

@testable import Engine

/// Recurrence and SlidingWindow triggers: when they fire, what they make up, what stays over a restart.
struct ClockTriggerTests {
    static func recurrence(_ element: JSON, _ more: JSONObject = JSONObject()) -> JSON {
        var trigger: JSONObject = ["type": "Recurrence", "recurrence": element]
        trigger.merge(more)
        return ["Tick": .object(trigger)]
    }

    static func window(_ element: JSON, delay: String? = nil) -> JSON {
        var trigger: JSONObject = ["type": "SlidingWindow", "recurrence": element]
        if let delay { trigger["inputs"] = ["delay": .string(delay)] }
        return ["Tick": .object(trigger)]
    }

    static let everyMinute = recurrence(["frequency": "Minute", "interval": 1])

    @Test func `a recurrence without a start fires at once, and then every interval`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.everyMinute)
        try await world.run(until: .seconds(150))
        #expect(world.starts == [0, 60, 120])
        let record = try #require(world.launcher.started.withLock { $0.last?.record })
        #expect(record["scheduledTime"]?.stringValue?.prefix(19) == "2026-03-02T09:02:00")
        #expect(try await world.status("Tick").nextExecution == TriggerWorld.start + .seconds(180))
        #expect(try await world.status("Tick").lastExecution == TriggerWorld.start + .seconds(120))
        #expect(try await world.waiting() == 0)
    }

    @Test func `a scheduled time keeps the local time over the change of the clocks`() async throws {
        let world = try TriggerWorld()
        try await world.put(
            Self.recurrence([
                "frequency": "Day", "interval": 1, "startTime": "2026-03-27T08:00:00",
                "timeZone": "W. Europe Standard Time",
                "schedule": ["hours": [8], "minutes": [30]],
            ])
        )
        try await world.run(until: .days(28))
        let scheduled = world.launcher.started.withLock { $0.map { $0.record["scheduledTime"]?.stringValue ?? "" } }
        #expect(
            scheduled.map { String($0.prefix(16)) } == [
                "2026-03-27T07:30", "2026-03-28T07:30", "2026-03-29T06:30", "2026-03-30T06:30",
            ]
        )
    }

    @Test func `what a recurrence missed while the server was down is not made up`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.everyMinute)
        try await world.run(until: .seconds(90))
        world.sleep(until: .seconds(600))
        try await world.run(until: .seconds(700))
        #expect(world.starts == [0, 60, 600, 660])
    }

    @Test func `a restart at the very moment swallows no fire`() async throws {
        let world = try TriggerWorld()
        try await world.put(
            Self.recurrence(["frequency": "Day", "interval": 1, "startTime": "2026-03-02T10:00:00Z"])
        )
        try await world.run(until: .minutes(59))
        world.sleep(until: .seconds(3_630))
        try await world.run(until: .hours(26))
        #expect(world.starts == [3_630, 3_600 + 86_400])
    }

    @Test func `a fire that lies further back counts as missed`() async throws {
        let world = try TriggerWorld()
        try await world.put(
            Self.recurrence(["frequency": "Day", "interval": 1, "startTime": "2026-03-02T10:00:00Z"])
        )
        try await world.run(until: .minutes(59))
        world.sleep(until: .minutes(90))
        try await world.run(until: .hours(26))
        #expect(world.starts == [3_600 + 86_400])
    }

    @Test func `the fire that saving promised comes after a crash too`() async throws {
        let world = try TriggerWorld()
        // The process ends between the commit of the workflow and anything that the scheduler does.
        try await world.put(Self.everyMinute, isFollowed: false)
        world.sleep(until: .minutes(10))
        try await world.run(until: .seconds(610))
        #expect(world.starts == [600])

        let second = try TriggerWorld()
        try await second.put(Self.everyMinute)
        second.sleep(until: .minutes(10))
        try await second.run(until: .seconds(610))
        #expect(second.starts == [600])
    }

    @Test func `putting the same trigger again does not fire it anew, another one does`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.everyMinute)
        try await world.run(until: .seconds(30))
        try await world.put(Self.everyMinute)
        try await world.run(until: .seconds(40))
        #expect(world.starts == [0])
        try await world.put(Self.recurrence(["frequency": "Minute", "interval": 2]))
        try await world.run(until: .seconds(45))
        #expect(world.starts == [0, 40])
    }

    @Test func `a disabled workflow does not fire, and makes nothing up when it is enabled`() async throws {
        let world = try TriggerWorld()
        try await world.put(
            Self.recurrence(["frequency": "Minute", "interval": 1, "startTime": "2026-03-02T09:00:00Z"])
        )
        try await world.run(until: .seconds(70))
        try await world.enable(false)
        #expect(try await world.status("Tick").nextExecution == nil)
        try await world.run(until: .seconds(400))
        #expect(world.starts == [0, 60])
        try await world.enable(true)
        try await world.run(until: .seconds(485))
        #expect(world.starts == [0, 60, 420, 480])
    }

    @Test func `a deleted workflow leaves nothing behind`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.everyMinute)
        try await world.run(until: .seconds(10))
        try await world.delete()
        try await world.run(until: .minutes(10))
        #expect(world.starts == [0])
        #expect(try await world.row("Tick") == nil)
        #expect(try await world.scheduler.census() == TriggerScheduler.Census())
    }

    @Test func `a recurrence ends at its end time`() async throws {
        let world = try TriggerWorld()
        try await world.put(
            Self.recurrence(["frequency": "Minute", "interval": 1, "endTime": "2026-03-02T09:02:00Z"])
        )
        try await world.run(until: .minutes(10))
        #expect(world.starts == [0, 60, 120])
        #expect(try await world.status("Tick").nextExecution == nil)
    }

    @Test func `windows are made up in order, with their bounds, after the delay`() async throws {
        let world = try TriggerWorld()
        try await world.put(
            Self.window(
                ["frequency": "Minute", "interval": 5, "startTime": "2026-03-02T09:05:00Z"],
                delay: "PT1M"
            )
        )
        try await world.run(until: .minutes(7))
        #expect(world.starts == [360])
        world.sleep(until: .minutes(22))
        try await world.run(until: .minutes(22))
        #expect(world.starts == [360, 1_320, 1_320, 1_320])
        let bounds = world.launcher.bodies.map { "\($0["windowStartTime"]?.stringValue?.prefix(16).suffix(5) ?? "")" }
        #expect(bounds == ["09:00", "09:05", "09:10", "09:15"])
        #expect(
            world.launcher.started.withLock { $0.last?.record["outputs"]?["windowEndTime"]?.stringValue?.prefix(16) }
                == "2026-03-02T09:20"
        )
    }

    @Test func `windows of the time when the workflow was disabled are made up`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.window(["frequency": "Minute", "interval": 1, "startTime": "2026-03-02T09:00:00Z"]))
        try await world.run(until: .seconds(60))
        try await world.enable(false)
        try await world.run(until: .seconds(190))
        #expect(world.starts == [0, 60])
        try await world.enable(true)
        try await world.run(until: .seconds(190))
        #expect(world.starts == [0, 60, 190, 190])
    }

    @Test func `a full queue skips the tick of a recurrence, and says so`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.everyMinute)
        world.launcher.refusals.withLock { $0 = 1 }
        try await world.run(until: .seconds(61))
        #expect(world.starts == [60])
        let history = try await world.history("Tick")
        #expect(history.map(\.status) == [.skipped])
        #expect(history.first?.code == "TooManyRequests")
        #expect(history.first?.isFired == false)
    }

    @Test func `a full queue holds windows up, but loses none and keeps their order`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.window(["frequency": "Minute", "interval": 1, "startTime": "2026-03-02T09:00:00Z"]))
        world.launcher.refusals.withLock { $0 = 8 }
        try await world.run(until: .minutes(6))
        let ends = world.launcher.bodies.map { "\($0["windowEndTime"]?.stringValue?.prefix(16).suffix(2) ?? "")" }
        #expect(ends == ["00", "01", "02", "03", "04", "05", "06"])
        #expect(try await world.waiting() == 0)
    }

    @Test func `a trigger whose recurrence cannot be read says why and never fires`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.window(["frequency": "Minute", "interval": 1], delay: "soon"))
        try await world.run(until: .minutes(2))
        #expect(world.starts.isEmpty)
        let status = try await world.status("Tick")
        #expect(status.status == .failed)
        #expect(status.error?.message.contains("delay") == true)
    }

    @Test func `fired by hand it starts a run and keeps its times`() async throws {
        let world = try TriggerWorld()
        try await world.put(Self.everyMinute)
        try await world.run(until: .seconds(30))
        let runs = try await world.scheduler.fire(try world.trigger("Tick"), program: try world.program())
        #expect(runs.count == 1)
        try await world.run(until: .seconds(70))
        #expect(world.starts == [0, 30, 60])
    }
}
