import Connectors
import Durable
import Identity
import JSONTree
import Moments
import Outbound
import Secrets
import Stores
import Synchronization
import Testing

@testable import Engine

/// What holds a call: a connection whose person has to sign in, and the switch that pauses containment.
@Suite(.timeLimit(.minutes(1)))
struct HoldEffectTests {
    private static let consented = Connection(
        tenant: "t1",
        name: "freshdesk-soc",
        connector: "freshdesk",
        parameters: ["domain": "contoso", "clientId": "app"],
        authentication: [
            "type": "AuthorizationCode", "authorizationUrl": "https://login.example/a",
            "tokenUrl": "https://login.example/t",
        ]
    )

    @Test func `a call over a connection that nobody has signed in for is held, a probe says so`() async throws {
        let world = EffectWorld(connections: [Self.consented]) { _ in .json([:]) }
        for action in [ConnectorEffectTests.list, ConnectorEffectTests.note, ConnectorEffectTests.create] {
            #expect(
                try await world.outcome(EffectWorld.effect(action, holdsKey: true)).brief
                    == "held ConnectionNeedsSignIn"
            )
            // Whatever a former process may have done stays open until the call can be prepared.
            let resent = try await world.outcome(EffectWorld.effect(action, holdsKey: true, isResend: true))
            #expect(resent.brief == "held ConnectionNeedsSignIn")
            #expect(
                try await world.outcome(EffectWorld.effect(action, .probe)).brief == "stillHeld ConnectionNeedsSignIn"
            )
        }
        #expect(world.requests.isEmpty)
    }

    @Test func `a look-up that cannot be made leaves the question open`() async throws {
        let world = EffectWorld(connections: [Self.consented])
        let effect = try EffectWorld.effect(ConnectorEffectTests.create, .lookup(since: EffectWorld.noon))
        #expect(try await world.outcome(effect).brief == "undecided")
    }

    @Test func `a probe releases what nothing holds, whatever else is wrong`() async throws {
        let world = EffectWorld { _ in .init(status: 500) }
        #expect(try await world.outcome(EffectWorld.effect(ConnectorEffectTests.list, .probe)).brief == "released")
        let other = EffectWorld(connections: [])
        #expect(try await other.outcome(EffectWorld.effect(ConnectorEffectTests.list, .probe)).brief == "released")
        #expect(world.requests.isEmpty && other.requests.isEmpty)
    }

    /// A run over a real store: paused, nothing is sent; resumed, it goes on.
    @Test func `while containment is paused a containing call waits, and nothing of it is sent`() async throws {
        let store = try Store.temporary(
            options: StoreOptions(migrations: ContainmentStores.migrations)
        )
        let containment = ContainmentSwitch(store: store)
        let transport = FakeTransport { _ in .json([:]) }
        let siblings = FakeSiblings()
        let effects = LiveEffects(
            transport: transport,
            registry: ConnectorRegistry(
                folders: ["\(EffectWorld.root)/Connectors"],
                connections: FixedConnections(
                    [EffectWorld.freshdesk],
                    secrets: ["freshdesk-soc/api_key": SecretValue("k")]
                ),
                transport: transport,
                containment: containment,
                clock: VirtualClock(EffectWorld.noon)
            ),
            children: siblings,
            batches: siblings,
            clock: VirtualClock(EffectWorld.noon)
        )
        func outcome(_ action: JSON, _ kind: ActionEffect.Kind = .call) async throws -> String {
            let input = await effects.perform(
                try EffectWorld.effect(action, kind, holdsKey: true),
                run: EffectWorld.run,
                flight: 3
            )
            guard case .landed(_, let outcome) = input else { return "?" }
            return outcome.brief
        }
        // No operation of the definition: DELETE counts as destroying.
        let delete = EffectWorld.connector("delete", "/api/v2/tickets/7")
        _ = try await containment.set(true, tenant: "t1", by: "alice", reason: nil)
        #expect(try await outcome(delete) == "held ContainmentPaused")
        #expect(try await outcome(delete, .probe) == "stillHeld ContainmentPaused")
        #expect(transport.requests.isEmpty)
        #expect(try await outcome(ConnectorEffectTests.list) == "answered 200")
        #expect(try await outcome(ConnectorEffectTests.note) == "answered 200")
        _ = try await containment.set(false, tenant: "t1", by: "alice", reason: nil)
        #expect(try await outcome(delete, .probe) == "released")
        #expect(try await outcome(delete) == "answered 200")
        #expect(transport.requests.count == 3)
    }

    @Test func `a polling trigger waits too, and uses up no attempt`() async throws {
        let failure = TriggerScheduler.answer(.held(RunError("ConnectionNeedsSignIn", "m")))
        guard case .failure(let error) = failure else {
            Issue.record("it is no failure")
            return
        }
        #expect(error.isHold && error.code == "ConnectionNeedsSignIn")
    }
}

/// The tables that the switch needs.
enum ContainmentStores {
    static let migrations = SecretsMigrations.all + IdentityMigrations.all + ConnectionStore.migrations
}
