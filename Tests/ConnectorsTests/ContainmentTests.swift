import Identity
import JSONTree
import Moments
import Outbound
import Stores
import Testing

@testable import Connectors

/// The one switch that pauses all containment.
@Suite(.timeLimit(.minutes(1)))
struct ContainmentTests {
    @Test func `the switch outlives the process, is each tenant's own, and is in the audit log`() async throws {
        let house = try await StoreHouse()
        let clock = VirtualClock(Fixtures.noon)
        let first = ContainmentSwitch(store: house.store, clock: clock)
        #expect(try await first.state(tenant: "t1") == .untouched)
        let paused = try await first.set(true, tenant: "t1", by: "alice", reason: "exercise")
        #expect(paused.isPaused && paused.since == Fixtures.noon && paused.actor == "alice")
        let second = ContainmentSwitch(store: house.store, clock: clock)
        #expect(try await second.state(tenant: "t1") == paused)
        #expect(try await second.state(tenant: "t2") == .untouched)
        _ = try await second.set(false, tenant: "t1", by: "bob", reason: nil)
        #expect(try await ContainmentSwitch(store: house.store, clock: clock).state(tenant: "t1").isPaused == false)
        let records = try await AuditLog(store: house.store).records(tenant: "t1")
        #expect(records.map(\.entry.action) == ["containment.resume", "containment.pause"])
        #expect(records.last?.entry.actor == "alice" && records.last?.entry.detail == ["reason": "exercise"])
    }

    @Test func `while it is paused only calls that contain or destroy are held, up to the last moment`() async throws {
        let world = try await SignInWorld()
        let containment = try #require(world.registry.containment)
        var request = OutboundRequest(method: "POST", url: "https://a.example/")
        for effect in EffectClass.allCases {
            try await world.registry.guardContainment(&request, effect, tenant: "t1")
            #expect(request.lastSteps.count == (effect.isContainment ? 1 : 0))
            request.lastSteps = []
        }
        try await world.registry.guardContainment(&request, .contain, tenant: "t1")
        // Prepared before, sent after the pause began.
        _ = try await containment.set(true, tenant: "t1", by: "alice", reason: nil)
        let transport = RecordingTransport()
        let rules = LaneRules(
            Connection(tenant: "t1", name: "c", connector: "any"),
            try ConnectorDefinition(name: "any", definition: ["swagger": "2.0", "paths": [:]])
        )
        let lane = ConnectionLane(rules: rules, traffic: world.registry.traffic).transport(over: transport)
        let error = await #expect(throws: ConnectorError.self) { try await lane.send(request) }
        #expect(error?.code == .containmentPaused && error?.isHold == true && transport.requests.isEmpty)
        var other = OutboundRequest(method: "POST", url: "https://a.example/")
        await #expect(throws: ConnectorError.self) {
            try await world.registry.guardContainment(&other, .destroy, tenant: "t1")
        }
        try await world.registry.guardContainment(&other, .annotate, tenant: "t1")
        try await world.registry.guardContainment(&other, .destroy, tenant: "t2")
        _ = try await containment.set(false, tenant: "t1", by: "alice", reason: nil)
        #expect(try await lane.send(request).status == 200)
    }

    @Test func `a reason has a limit`() async throws {
        let house = try await StoreHouse()
        let containment = ContainmentSwitch(store: house.store)
        await #expect(throws: ConnectorError.self) {
            try await containment.set(true, tenant: "t1", by: "a", reason: String(repeating: "x", count: 1_001))
        }
        #expect(try await containment.state(tenant: "t1").isPaused == false)
    }
}
