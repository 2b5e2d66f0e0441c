import Durable
import Engine
import JSONTree
import Moments
import Testing

/// Calls that wait for a person, in virtual time: nothing fails, no attempt is used up, and the journal does not grow.
@Suite(.timeLimit(.minutes(2)))
struct HoldTests {
    /// A service whose connection waits for a person until an instant; it keeps account of what was sent.
    final class World: SimulatedWorld {
        typealias M = WorkflowMachine

        let until: Timestamp
        let isUnkind: Bool
        var random: SeededRandom
        private(set) var sent: [(run: RunNumber, attempt: Int)] = []
        private(set) var probes = 0
        /// Another reason than the first, from this instant on.
        var change: Timestamp?

        init(until: Timestamp, seed: UInt64 = 0, isUnkind: Bool = false) {
            self.until = until
            self.isUnkind = isUnkind
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
            let outcome = outcome(effect, run, now)
            var replies = [(after: TimeSpan.milliseconds(20), input: RunInput.landed(flight, outcome))]
            if isUnkind, random.chance(0.3) { replies.append((after: .seconds(2), input: .landed(flight, outcome))) }
            return replies
        }

        private func outcome(_ effect: ActionEffect, _ run: RunHeader, _ now: Timestamp) -> EffectOutcome {
            let code = change.map { now >= $0 } == true ? "ContainmentPaused" : "ConnectionNeedsSignIn"
            let reason = RunError(code, "The connection waits for a person.")
            switch effect.kind {
            case .probe:
                probes += 1
                return now < until ? .stillHeld(reason) : .released
            default:
                guard now >= until else { return .held(reason) }
                sent.append((run.number, effect.attempt))
                return .answered(.init(status: 200, headers: [:], body: "done"))
            }
        }
    }

    private static let playbook: JSON = [
        "Call": [
            "type": "Http",
            "inputs": [
                "method": "PUT", "uri": "https://a.example/", "retryPolicy": ["type": "none"],
            ],
        ],
        "After": ["type": "Compose", "runAfter": ["Call": ["Succeeded"]], "inputs": "@body('Call')"],
    ]

    private func simulation(
        _ world: World,
        seed: UInt64 = 0,
        faults: SimulatedFaults = .none
    ) throws -> Simulation<World> {
        let program = try SimulatedPlaybooks.program(Self.playbook)
        let simulation = Simulation(
            seed: seed,
            machine: SimulatedPlaybooks.machine,
            world: world,
            start: SimulatedPlaybooks.start,
            faults: faults,
            programs: { _ in program }
        )
        simulation.start(SimulatedPlaybooks.seed(1, program, body: [:]), at: SimulatedPlaybooks.start)
        return simulation
    }

    private func entry(_ simulation: Simulation<World>) throws -> HistoryEntry {
        let number = try #require(simulation.journal.allRuns().first)
        let stored = try #require(simulation.journal.stored(number))
        let history = try HistoryReader.read(
            header: stored.header,
            rows: simulation.journal.allRows(of: number),
            program: SimulatedPlaybooks.program(Self.playbook),
            machine: SimulatedPlaybooks.machine
        )
        return try #require(history.entries.first { $0.name == "Call" })
    }

    @Test func `a call waits for weeks, says why, and goes on with its first attempt`() throws {
        let world = World(until: SimulatedPlaybooks.start + .days(21))
        let simulation = try simulation(world)
        #expect(!simulation.run(limit: 1_000_000, until: SimulatedPlaybooks.start + .days(20)))
        let waiting = try entry(simulation)
        #expect(waiting.status == .waiting && waiting.code == "ConnectionNeedsSignIn")
        #expect(waiting.error?.message == "The connection waits for a person." && waiting.end == nil)
        let number = try #require(simulation.journal.allRuns().first)
        let rows = simulation.journal.allRows(of: number).count
        #expect(world.probes > 20_000 && rows < 6, "\(rows) rows, \(world.probes) probes")
        #expect(world.sent.isEmpty)
        #expect(simulation.run(limit: 1_000_000, until: SimulatedPlaybooks.start + .days(22)))
        let done = try entry(simulation)
        #expect(done.status == .succeeded && done.code == "OK" && done.error == nil && done.retryHistory.isEmpty)
        #expect(world.sent.map(\.attempt) == [1])
        // It goes on within a minute of the sign-in.
        #expect(done.end.map { $0 - world.until <= .seconds(61) } == true)
    }

    @Test func `what it waits for is told anew when that changes`() throws {
        let world = World(until: SimulatedPlaybooks.start + .hours(3))
        world.change = SimulatedPlaybooks.start + .hours(1)
        let simulation = try simulation(world)
        #expect(!simulation.run(until: SimulatedPlaybooks.start + .minutes(30)))
        #expect(try entry(simulation).code == "ConnectionNeedsSignIn")
        #expect(!simulation.run(until: SimulatedPlaybooks.start + .hours(2)))
        #expect(try entry(simulation).code == "ContainmentPaused")
        #expect(simulation.run(until: SimulatedPlaybooks.start + .hours(4)))
    }

    @Test func `crashes and doubled replies change nothing of it`() throws {
        for seed in UInt64(1)...200 {
            let world = World(until: SimulatedPlaybooks.start + .hours(2), seed: seed, isUnkind: true)
            let simulation = try simulation(
                world,
                seed: seed,
                faults: SimulatedFaults(crash: 0.02, commitSurvival: 0.5, commitFailure: 0.02, crashLimit: 15)
            )
            let isDone = simulation.run(until: SimulatedPlaybooks.start + .days(2))
            try #require(isDone, "seed \(seed): \(simulation.stuck)")
            let done = try entry(simulation)
            #expect(done.status == .succeeded, "seed \(seed)")
            #expect(world.sent.allSatisfy { $0.attempt == 1 }, "seed \(seed)")
            if simulation.crashes == 0 { #expect(world.sent.count == 1, "seed \(seed)") }
        }
    }
}
