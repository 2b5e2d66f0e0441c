import Durable
import Engine
import JSONTree
import Moments
import Stores
import Testing

/// Values come out of the journal as they went in, whatever they look like and however large they are.
@Suite(.timeLimit(.minutes(1)))
struct StoredValueTests {
    private static let large = JSON.string(String(repeating: "0123456789", count: 30_000))

    private static let nested: JSON = (0..<505).reduce(JSON.string("deep")) { value, _ in .array([value]) }

    static let values: [JSON] = [
        ["$sealed": "not sealed"], ["$sealed": 1], ["$plain": ["$sealed": "x"]], ["$body": ["abc", 3]],
        ["$sealed": "x", "more": true], .null, [:], [], large, [large, large, ["$body": large]], ["$plain": large],
        nested,
    ]

    private func run(
        _ value: JSON,
        _ more: JSONObject = JSONObject()
    ) throws -> (Simulation<TicketWorld>, WorkflowProgram) {
        var keep: JSONObject = ["type": "Compose", "inputs": "@triggerBody()"]
        keep.merge(more)
        let program = try SimulatedPlaybooks.program([
            "Keep": .object(keep),
            "List": [
                "type": "InitializeVariable", "runAfter": ["Keep": ["Succeeded"]],
                "inputs": ["variables": [["name": "list", "type": "Array", "value": ["@outputs('Keep')"]]]],
            ],
            "Add": [
                "type": "AppendToArrayVariable", "inputs": ["name": "list", "value": "@outputs('Keep')"],
                "runAfter": ["List": ["Succeeded"]],
            ],
            "Each": [
                "type": "Foreach", "foreach": "@variables('list')", "runAfter": ["Add": ["Succeeded"]],
                "actions": [
                    "Send": [
                        "type": "Http", "inputs": ["method": "PUT", "uri": "https://a.example/", "body": "@item()"],
                    ]
                ],
            ],
            "Show": ["type": "Compose", "inputs": "@variables('list')", "runAfter": ["Each": ["Succeeded"]]],
        ])
        let simulation = Simulation(
            seed: 5,
            machine: GoldenMachine.machine,
            world: TicketWorld(seed: 5, isUnkind: false),
            start: SimulatedPlaybooks.start,
            faults: SimulatedFaults(crash: 0.4, commitSurvival: 0.7, crashLimit: 12),
            programs: { _ in program }
        )
        simulation.start(SimulatedPlaybooks.seed(1, program, body: value), at: SimulatedPlaybooks.start)
        let isDone = simulation.run(until: SimulatedPlaybooks.start + .days(3))
        try #require(isDone, "\(simulation.stuck)")
        return (simulation, program)
    }

    private func outputs(_ simulation: Simulation<TicketWorld>, _ program: WorkflowProgram) throws -> [String: JSON] {
        let stored = try #require(simulation.journal.stored(RunNumber(1)))
        let history = try HistoryReader.read(
            header: stored.header,
            rows: simulation.journal.allRows(of: RunNumber(1)),
            bodies: simulation.journal.bodies(of: RunNumber(1)),
            program: program,
            machine: GoldenMachine.machine
        )
        return Dictionary(history.entries.map { ($0.name, $0.outputs ?? .null) }) { _, last in last }
    }

    @Test(arguments: 0..<Self.values.count) func `a value is the same after crashes`(_ index: Int) throws {
        let value = Self.values[index]
        let (simulation, program) = try run(value)
        let outputs = try outputs(simulation, program)
        #expect(outputs["Keep"] == value)
        #expect(outputs["Show"] == [value, value])
        #expect(outputs["Send"]?["body"]?["echo"] == value)
        let rows = simulation.journal.allRows(of: RunNumber(1))
        #expect(rows.allSatisfy { $0.body.count < 300_000 }, "\(rows.map(\.body.count))")
        #expect(simulation.crashes > 0)
    }

    @Test func `a large secured value is sealed before it is set aside`() throws {
        let value: JSON = ["secret": .string(String(repeating: "canary", count: 40_000))]
        let (simulation, program) = try run(
            value,
            ["runtimeConfiguration": ["secureData": ["properties": ["inputs", "outputs"]]]]
        )
        let history = try outputs(simulation, program)
        #expect(history["Keep"] == value)
        let stored = try #require(simulation.journal.stored(RunNumber(1)))
        let event = try JournalRow.parse(try #require(simulation.journal.allRows(of: RunNumber(1)).first).body).events
        let body = try #require(try stored.bodies.content(of: event[0][2] ?? .null))
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.hasPrefix("{\"$sealed\":"))
        #expect(!text.contains("canary"))
    }
}
