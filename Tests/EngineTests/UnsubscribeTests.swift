import Durable
import JSONTree
import Moments
import Playbooks
import Testing

@testable import Engine

/// A subscription that a run made is ended when the run does not want it any more, whatever happens to the process.
@Suite(.timeLimit(.minutes(2)))
struct UnsubscribeTests {
    /// A service with subscriptions that often does not answer.
    final class HookWorld: SimulatedWorld {
        typealias M = WorkflowMachine

        var random: SeededRandom
        private(set) var open: Set<String> = []
        private(set) var made = 0
        private(set) var ended = 0

        init(seed: UInt64) {
            random = SeededRandom(seed: seed)
        }

        func published(_ publication: RunPublication, by run: RunHeader) {}

        func perform(
            _ effect: ActionEffect,
            run: RunHeader,
            flight: FlightNumber,
            now: Timestamp,
            seen: Timestamp
        ) -> [(after: TimeSpan, input: RunInput)] {
            let after = TimeSpan(ticks: Int64(random.below(30_000_000)))
            if case .unsubscribe = effect.kind {
                if random.chance(0.3) { return [] }
                if random.chance(0.3) {
                    return [(after, .landed(flight, .answered(.init(status: 503, headers: [:], body: nil))))]
                }
                if let id = effect.inputs["body"]?.stringValue { open.remove(id) }
                ended += 1
                return [(after, .landed(flight, .answered(.init(status: 204, headers: [:], body: nil))))]
            }
            // The execution's key makes a repeated subscription the same one.
            open.insert(effect.executionKey)
            made += 1
            return [
                (
                    after,
                    .landed(
                        flight,
                        .answered(.init(status: 201, headers: [:], body: ["id": .string(effect.executionKey)]))
                    )
                )
            ]
        }
    }

    private static func hook(_ limit: String) -> JSON {
        [
            "type": "HttpWebhook", "limit": ["timeout": .string(limit)],
            "inputs": [
                "subscribe": ["method": "POST", "uri": "https://hook.example/", "body": "@listCallbackUrl()"],
                "unsubscribe": [
                    "method": "DELETE", "uri": "https://hook.example/", "body": "@action()['outputs']['body']['id']",
                ],
            ],
        ]
    }

    @Test func `no subscription is left, after a limit, a cancel, or a crash in the last step`() async throws {
        let program = try SimulatedPlaybooks.program([
            "Short": Self.hook("PT10M"), "Long": Self.hook("P1D"),
            "After": ["type": "Compose", "inputs": 1, "runAfter": ["Short": ["TimedOut"]]],
        ])
        var crashes = 0
        for seed in 1...(SimulationTests.seeds / 5) {
            await Task.yield()
            let world = HookWorld(seed: seed)
            let simulation = Simulation(
                seed: seed,
                machine: SimulatedPlaybooks.machine,
                world: world,
                start: SimulatedPlaybooks.start,
                faults: SimulatedFaults(crash: 0.05, commitSurvival: 0.7, commitFailure: 0.05, crashLimit: 12),
                programs: { _ in program }
            )
            simulation.start(SimulatedPlaybooks.seed(1, program, body: 1), at: SimulatedPlaybooks.start)
            simulation.deliver(.cancel, to: RunNumber(1), at: SimulatedPlaybooks.start + .hours(2))
            let isDone = simulation.run(until: SimulatedPlaybooks.start + .days(30))
            try #require(isDone, "seed \(seed): \(simulation.stuck)")
            #expect(world.made >= 2)
            #expect(world.open.isEmpty, "seed \(seed): \(world.open)")
            #expect(simulation.journal.stored(RunNumber(1))?.summary.status == "Cancelled", "seed \(seed)")
            crashes += simulation.crashes
        }
        #expect(crashes > 10)
    }

    @Test func `what is left to do is sealed`() throws {
        let program = try SimulatedPlaybooks.program(["Hook": Self.hook("PT1H")])
        let node = try #require(program.definition.node(named: "Hook"))
        let effect = ActionEffect(
            kind: .unsubscribe,
            program: program,
            node: node,
            inputs: ["uri": "https://hook.example/?token=canary"],
            executionKey: "k",
            trackingID: "t",
            clientTrackingID: "c",
            holdsKey: false,
            isResend: false,
            attempt: 1,
            context: nil
        )
        let body = try #require(GoldenMachine.machine.duty(effect))
        #expect(!String(decoding: body, as: UTF8.self).contains("canary"))
        let header = SimulatedPlaybooks.seed(1, program, body: 1).header
        let read = try GoldenMachine.machine.effect(ofDuty: body, header: header, program: program)
        #expect(read.inputs == effect.inputs)
        #expect(read.executionKey == "k")
        #expect(GoldenMachine.machine.isDischarged(.landed(-1, .answered(.init(status: 404, headers: [:], body: nil)))))
        #expect(
            !GoldenMachine.machine.isDischarged(.landed(-1, .answered(.init(status: 502, headers: [:], body: nil))))
        )
        #expect(!GoldenMachine.machine.isDischarged(.landed(-1, .unreachable(RunError("a", "b")))))
    }
}
