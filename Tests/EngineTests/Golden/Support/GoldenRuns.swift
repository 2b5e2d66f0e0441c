import Durable
import Engine
import JSONTree
import Moments
import Testing

/// Runs playbooks of the golden table, from their beginning or from what a journal holds.
enum GoldenRuns {
    /// Runs a playbook to its end and keeps every batch.
    static func record(_ playbook: GoldenPlaybook) throws -> GoldenFile {
        let journal = MemoryJournal(keepsBatches: true)
        let simulation = try simulate(playbook.definition, journal, GoldenWorld(), from: GoldenTable.start)
        let program = try GoldenMachine.program(playbook.definition)
        for (index, body) in playbook.bodies.enumerated() {
            let opened = GoldenTable.start + .minutes(Int64(index))
            let number = RunNumber(Int64(index) + 1)
            let seed = RunSeed<WorkflowMachine>(
                header: RunHeader(
                    number: number,
                    tenant: "t",
                    scope: "w",
                    name: RunNames.name(at: opened, number: number),
                    program: "1",
                    opened: opened
                ),
                program: program,
                group: "manual",
                input: .begin(
                    RunOrigin(
                        trigger: "manual",
                        record: ["name": "manual", "outputs": ["headers": [:], "body": body]],
                        clientTrackingID: "tracked-\(number)",
                        callerWaitsUntil: opened + .seconds(120),
                        isQueued: playbook.isQueued
                    )
                )
            )
            simulation.start(seed, at: opened)
        }
        deliver(playbook, to: simulation, from: GoldenTable.start)
        let isDone = simulation.run(until: GoldenTable.start + .days(400))
        try #require(isDone, "\(playbook.name) does not end: \(simulation.stuck)")
        return GoldenFile(
            name: playbook.name,
            definition: playbook.definition,
            batches: journal.batches,
            outcomes: try journal.allRuns().map {
                try GoldenFile.outcome(of: $0, in: journal, definition: playbook.definition)
            }
        )
    }

    /// A journal that holds the first batches of a file.
    static func journal(_ file: GoldenFile, first count: Int = .max) throws -> MemoryJournal {
        let journal = MemoryJournal()
        for batch in file.batches.prefix(count) {
            if case .failure(let error) = journal.commit(batch) { throw error }
        }
        return journal
    }

    /// Goes on with what a journal holds, until every run has ended.
    static func resume(_ file: GoldenFile, _ journal: MemoryJournal, at instant: Timestamp) throws -> GoldenWorld {
        let world = GoldenWorld()
        let simulation = try simulate(file.definition, journal, world, from: instant)
        if let playbook = GoldenTable.playbooks.first(where: { $0.name == file.name }) {
            deliver(playbook, to: simulation, from: instant)
        }
        let isDone = simulation.run(until: instant + .days(400))
        try #require(isDone, "\(file.name) does not end: \(simulation.stuck)")
        #expect(simulation.stuck.isEmpty, "\(file.name)")
        return world
    }

    private static func deliver(
        _ playbook: GoldenPlaybook,
        to simulation: Simulation<GoldenWorld>,
        from instant: Timestamp
    ) {
        for (after, input) in playbook.inputs {
            for run in playbook.bodies.indices {
                simulation.deliver(input, to: RunNumber(Int64(run) + 1), at: max(GoldenTable.start, instant) + after)
            }
        }
    }

    private static func simulate(
        _ definition: JSON,
        _ journal: MemoryJournal,
        _ world: GoldenWorld,
        from instant: Timestamp
    ) throws -> Simulation<GoldenWorld> {
        let program = try GoldenMachine.program(definition)
        return Simulation(
            seed: 1,
            machine: GoldenMachine.machine,
            world: world,
            start: instant,
            faults: .none,
            journal: journal,
            programs: { _ in program }
        )
    }
}
