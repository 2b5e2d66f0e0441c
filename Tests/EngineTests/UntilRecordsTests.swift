import Durable
import Engine
import JSONTree
import Moments
import Testing

/// What follows an Until may read the records of its last iteration (Azure's own templates do).
@Suite(.timeLimit(.minutes(1)))
struct UntilRecordsTests {
    private func outputs(_ actions: JSON, faults: SimulatedFaults = .none, seed: UInt64 = 1) throws -> [String: JSON] {
        let program = try SimulatedPlaybooks.program(actions)
        let simulation = Simulation(
            seed: seed,
            machine: SimulatedPlaybooks.machine,
            world: TicketWorld(seed: seed, isUnkind: false),
            start: SimulatedPlaybooks.start,
            faults: faults,
            programs: { _ in program }
        )
        simulation.start(SimulatedPlaybooks.seed(1, program, body: [1, 2]), at: SimulatedPlaybooks.start)
        let isDone = simulation.run(until: SimulatedPlaybooks.start + .days(3))
        try #require(isDone, "\(simulation.stuck)")
        let stored = try #require(simulation.journal.stored(RunNumber(1)))
        let history = try HistoryReader.read(
            header: stored.header,
            rows: simulation.journal.allRows(of: RunNumber(1)),
            bodies: simulation.journal.bodies(of: RunNumber(1)),
            program: program,
            machine: SimulatedPlaybooks.machine
        )
        return Dictionary(history.entries.map { ($0.name, $0.outputs ?? .null) }) { _, last in last }
    }

    private func loop(_ name: String, _ actions: JSON, after: String) -> JSON {
        [
            "type": "Until", "expression": .string("@greaterOrEquals(iterationIndexes('\(name)'), 2)"),
            "limit": ["count": 9, "timeout": "PT1H"], "runAfter": .object([after: ["Succeeded"]]),
            "actions": actions,
        ]
    }

    private var plain: JSON {
        [
            "Begin": ["type": "Compose", "inputs": 0],
            "Loop": loop(
                "Loop",
                [
                    "Ask": [
                        "type": "Http",
                        "inputs": ["method": "PUT", "uri": "https://a.example/", "body": "@iterationIndexes('Loop')"],
                    ],
                    "Box": [
                        "type": "Scope", "runAfter": ["Ask": ["Succeeded"]],
                        "actions": ["Deep": ["type": "Compose", "inputs": "@mul(iterationIndexes('Loop'), 10)"]],
                    ],
                    "Maybe": [
                        "type": "If", "expression": "@equals(1, 2)", "runAfter": ["Box": ["Succeeded"]],
                        "actions": ["Never": ["type": "Compose", "inputs": 1]],
                    ],
                ],
                after: "Begin"
            ),
            "Nap": [
                "type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Hour"]],
                "runAfter": ["Loop": ["Succeeded"]],
            ],
            "After": [
                "type": "Compose", "runAfter": ["Nap": ["Succeeded"]],
                "inputs": [
                    "body": "@body('Ask')?['echo']", "deep": "@outputs('Deep')", "status": "@actions('Box')?['status']",
                    "never": "@actions('Never')?['status']",
                ],
            ],
        ]
    }

    private let expected: JSON = ["body": 2, "deep": 20, "status": "Succeeded", "never": "Skipped"]

    @Test func `actions of the last iteration, nested ones too`() throws {
        #expect(try outputs(plain)["After"] == expected)
    }

    @Test func `after crashes and from checkpoints as well`() async throws {
        for seed in 1...60 {
            await Task.yield()
            let faults = SimulatedFaults(crash: 0.1, commitSurvival: 0.5, crashLimit: 20)
            #expect(try outputs(plain, faults: faults, seed: UInt64(seed))["After"] == expected, "seed \(seed)")
        }
    }

    @Test func `inside of a Foreach each iteration has its own, and nested Untils theirs`() throws {
        let actions: JSON = [
            "Each": [
                "type": "Foreach", "foreach": "@triggerBody()",
                "actions": [
                    "Begin": ["type": "Compose", "inputs": 0],
                    "Outer": loop(
                        "Outer",
                        [
                            "First": ["type": "Compose", "inputs": 0],
                            "Inner": loop(
                                "Inner",
                                [
                                    "X": [
                                        "type": "Compose",
                                        "inputs":
                                            "@concat(items('Each'), '-', iterationIndexes('Outer'), '-', iterationIndexes('Inner'))",
                                    ]
                                ],
                                after: "First"
                            ),
                            "Seen": [
                                "type": "Compose", "inputs": "@outputs('X')", "runAfter": ["Inner": ["Succeeded"]],
                            ],
                        ],
                        after: "Begin"
                    ),
                    "Say": [
                        "type": "Compose", "inputs": ["seen": "@outputs('Seen')", "deep": "@outputs('X')"],
                        "runAfter": ["Outer": ["Succeeded"]],
                    ],
                ],
            ]
        ]
        #expect(try outputs(actions)["Say"] == ["seen": "2-2-2", "deep": "2-2-2"])
    }
}
