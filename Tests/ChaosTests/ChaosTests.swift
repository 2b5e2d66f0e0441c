import Durable
import Engine
import Foundation
import JSONTree
import Moments
import Outbound
import Stores
import Testing

/// A real process under load, killed or frozen at random instants by seed and started again on the same data folder.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct ChaosTests {
    /// How many rounds: 14 in `make test` besides the 6 of the real server, 200 in `make chaos`.
    static let rounds = ProcessInfo.processInfo.environment["TOCSIN_CHAOS_ROUNDS"].flatMap { Int($0) } ?? 14
    static let seed = ProcessInfo.processInfo.environment["TOCSIN_CHAOS_SEED"].flatMap { UInt64($0) } ?? 7

    /// A call that must not be repeated, a loop of calls that may be, a timer, and actions that compute.
    static func actions(service: Int) -> JSON {
        [
            "Note": ["type": "Compose", "inputs": "@concat('item ', triggerBody()?['id'])"],
            "Create": [
                "type": "Http",
                "inputs": [
                    "method": "POST", "uri": .string("http://127.0.0.1:\(service)/items"), "body": "@triggerBody()",
                ],
                "runAfter": ["Note": ["Succeeded"]],
            ],
            "Each": [
                "type": "Foreach", "foreach": [1, 2, 3],
                "actions": [
                    "Put": [
                        "type": "Http",
                        "inputs": [
                            "method": "PUT",
                            "uri": .string(
                                "http://127.0.0.1:\(service)/items/@{triggerBody()?['id']}/parts/@{item()}"
                            ),
                            "body": ["ticket": "@body('Create')?['ticket']", "part": "@item()"],
                        ],
                    ]
                ],
                "runAfter": ["Create": ["Succeeded"]],
            ],
            "Nap": [
                "type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Second"]],
                "runAfter": ["Each": ["Succeeded"]],
            ],
            "Close": ["type": "Compose", "inputs": "@body('Create')?['ticket']", "runAfter": ["Nap": ["Succeeded"]]],
        ]
    }

    @Test func `nothing acknowledged is lost, nothing is stuck, changed or silently doubled`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-chaos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // A folder left behind in the temporary directory harms no test.
            try? FileManager.default.removeItem(at: folder)
        }
        let data = folder.appending(path: "data").path(percentEncoded: false)
        let definition = folder.appending(path: "actions.json")
        let service = RecordingService(seed: Self.seed)
        let freePort = try await RecordingService(seed: 0).serve { $0 }
        let items = try await service.serve { port in
            try Data(Self.actions(service: port).text.utf8).write(to: definition)
            let transport = try HTTPTransport()
            let victim = Victim(
                folder: data,
                definition: definition.path(percentEncoded: false),
                port: freePort,
                transport: transport
            )
            let items = try await Self.torment(victim, service, transport)
            victim.kill()
            await transport.shutdown()
            return items
        }
        let account = service.current
        let runs = try await Self.runs(in: data)
        #expect(runs.count == items, "one run an item")
        #expect(runs.allSatisfy { $0.status == "Succeeded" })
        #expect(account.created.count == items)
        let doubles = account.created.filter { $0.value != 1 }
        #expect(doubles.isEmpty, "created more than once: \(doubles)")
        #expect(account.parts.count == items * 3)
        #expect(account.parts.values.allSatisfy { $0.count == 1 })
        let program = try Self.program(service: 1)
        let machine = Self.machine
        for run in runs {
            let history = try HistoryReader.read(header: run.header, rows: run.rows, program: program, machine: machine)
            let ended = history.entries.filter { $0.status == .succeeded && $0.end != nil }.map(\.name)
            #expect(ended.count == 8, "run \(run.header.number) shows \(ended)")
        }
    }
}
