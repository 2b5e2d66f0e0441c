import Durable
import Engine
import Foundation
import JSONTree
import Moments
import Testing

/// Seeded simulation of whole runs: crashes at every commit boundary, lost and doubled replies, full disks, jumping clocks.
///
/// Afterwards nothing acknowledged is lost, every run has ended once, no operation was done twice, and the result equals that of a run
/// without faults. `TOCSIN_SEEDS` sets how many seeds run; a failing seed replays exactly.
@Suite(.timeLimit(.minutes(10)))
struct SimulationTests {
    static let seeds = ProcessInfo.processInfo.environment["TOCSIN_SEEDS"].flatMap { UInt64($0) } ?? 1_000
    static let unkind = SimulatedFaults(
        crash: 0.03,
        commitSurvival: 0.5,
        commitFailure: 0.03,
        clockJump: 0.3,
        crashLimit: 15
    )

    /// Without jumps of the clock, which let an Until reach its limit.
    static let steady = SimulatedFaults(crash: 0.03, commitSurvival: 0.5, commitFailure: 0.03, crashLimit: 15)

    private func outcome(_ simulation: Simulation<TicketWorld>, _ program: WorkflowProgram) throws -> [String] {
        try simulation.journal.allRuns().flatMap { number in
            let stored = try #require(simulation.journal.stored(number))
            let history = try HistoryReader.read(
                header: stored.header,
                rows: simulation.journal.allRows(of: number),
                program: program,
                machine: SimulatedPlaybooks.machine
            )
            let entries = history.entries.map { entry in
                "\(number) \(entry.name) \(entry.indexes) \(entry.status.word) \(entry.code ?? "") \(entry.outputs?.text ?? "") \(entry.iterations.map(\.word))"
            }
            return ["\(number) \(history.state.status.word) n=\(history.state.variableValues["n"]?.text ?? "")"]
                + entries
        }
    }

    @Test func `a run with faults comes to what one without faults comes to`() async throws {
        let program = try SimulatedPlaybooks.program(SimulatedPlaybooks.everything)
        func simulate(_ seed: UInt64, _ faults: SimulatedFaults) throws -> Simulation<TicketWorld> {
            let simulation = Simulation(
                seed: seed,
                machine: SimulatedPlaybooks.machine,
                world: TicketWorld(seed: seed, isUnkind: faults != .none),
                start: SimulatedPlaybooks.start,
                faults: faults,
                programs: { _ in program }
            )
            simulation.start(
                SimulatedPlaybooks.seed(1, program, body: [1, 2, 3, 4, 5, 6]),
                at: SimulatedPlaybooks.start
            )
            let isDone = simulation.run(until: SimulatedPlaybooks.start + .days(3))
            try #require(isDone, "seed \(seed): the run has not ended; \(simulation.stuck)")
            return simulation
        }
        let expected = try outcome(simulate(0, .none), program)
        #expect(expected.contains { $0.contains("Report") && $0.contains(" 3 ") })
        var crashes = 0
        for seed in 1...Self.seeds {
            // Other tests share the few threads of the cooperative pool.
            await Task.yield()
            let simulation = try simulate(seed, Self.steady)
            crashes += simulation.crashes
            let got = try outcome(simulation, program)
            try #require(got == expected, "seed \(seed) after \(simulation.crashes) crashes")
            #expect(simulation.stuck.isEmpty, "seed \(seed)")
        }
        #expect(crashes > Int(Self.seeds) / 2)
    }

    @Test func `one ticket an alert, whatever happens`() async throws {
        let program = try SimulatedPlaybooks.program(SimulatedPlaybooks.ticket)
        for seed in 1...Self.seeds {
            await Task.yield()
            let world = TicketWorld(seed: seed, isUnkind: true)
            let simulation = Simulation(
                seed: seed &+ 1_000_000,
                machine: SimulatedPlaybooks.machine,
                world: world,
                start: SimulatedPlaybooks.start,
                faults: Self.unkind,
                programs: { _ in program }
            )
            // Three alerts, each seen by two overlapping polls.
            for number in 1...6 {
                let alert = "alert-\((number + 1) / 2)"
                simulation.start(
                    SimulatedPlaybooks.seed(Int64(number), program, body: .string(alert)),
                    at: SimulatedPlaybooks.start + .seconds(Int64(number % 2) * 20)
                )
            }
            let isDone = simulation.run(until: SimulatedPlaybooks.start + .days(10))
            try #require(isDone, "seed \(seed): a run has not ended; \(simulation.stuck)")
            let perAlert = Dictionary(grouping: world.tickets, by: \.alert).mapValues(\.count)
            let succeeded = simulation.journal.allRuns().compactMap { simulation.journal.stored($0)?.summary.status }
                .filter { $0 == "Succeeded" }
            let isOnce = perAlert.values.allSatisfy { $0 == 1 }
            try #require(isOnce, "seed \(seed): \(perAlert)")
            if succeeded.count == 6 { try #require(perAlert.count == 3, "seed \(seed)") }
            #expect(Set(simulation.acknowledged).count == 6, "seed \(seed): an acknowledged run is lost")
        }
    }
}
