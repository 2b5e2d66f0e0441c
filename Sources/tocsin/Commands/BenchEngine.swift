import ArgumentParser
import Durable
import Engine
import Foundation
import JSONTree
import Logging
import Moments
import Playbooks
import Stores
import Synchronization

/// The command `tocsin bench engine`.
struct BenchEngine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: "Run playbooks durably, beside the raw speed of the same disk.",
        discussion: """
            Many runs of five Compose actions at a time, each acknowledged only when it is on disk with full sync; afterwards the \
            history of every run is read back, and only what it shows is counted.
            """
    )

    @OptionGroup var options: BenchOptions

    @Option(help: "Where the data folder is made; it is removed afterwards. Let it be on a real disk.")
    var folder = "."

    func run() async throws {
        print(try await EngineBenchmark(folder: folder, seconds: options.quick ? 5 : 20).run().text)
    }
}

/// Measures durable runs over SQLite with full sync.
struct EngineBenchmark {
    let folder: String
    let seconds: Double

    private final class Idle: EffectPerformer, RunObserver {
        typealias M = WorkflowMachine

        func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
            .landed(flight, .refused(RunError("NoCalls", "The benchmark makes no calls."), code: "BadRequest"))
        }
        func published(_ publication: RunPublication, by run: RunHeader) {}
        func closed(_ run: RunHeader, group: String, summary: RunSummary) {}
        func stuck(_ run: RunNumber, error: DurableError) {}
    }

    private static let actions: JSON = [
        "A": ["type": "Compose", "inputs": ["alert": "@triggerBody()?['id']", "severity": "high"]],
        "B": [
            "type": "Compose", "inputs": "@concat('alert ', outputs('A')?['alert'])", "runAfter": ["A": ["Succeeded"]],
        ],
        "C": ["type": "Compose", "inputs": "@toUpper(outputs('B'))", "runAfter": ["B": ["Succeeded"]]],
        "D": ["type": "Compose", "inputs": "@length(outputs('C'))", "runAfter": ["C": ["Succeeded"]]],
        "E": ["type": "Compose", "inputs": "@add(outputs('D'), 1)", "runAfter": ["D": ["Succeeded"]]],
    ]

    func run() async throws -> JSON {
        let calibration = try StoreCalibration.run(folder: folder, seconds: min(4, seconds / 2))
        let path = "\(folder)/bench-\(ProcessInfo.processInfo.processIdentifier)"
        defer { removeFolder(path) }
        let store = try Store.open(folder: path, options: StoreOptions(migrations: DurableMigrations.all))
        let machine = WorkflowMachine(
            environment: RunEnvironment(
                callbackURL: { header, _, flight in "https://localhost/\(header.name)/\(flight)" },
                newGUID: { UUID().uuidString.lowercased() },
                random: { Int64.random(in: $0) },
                seal: { String(decoding: $0, as: UTF8.self) },
                open: { Array($0.utf8) }
            )
        )
        let program = try Self.program()
        let driver = try await Driver(
            machine: machine,
            journal: SQLJournal(store: store, clock: SystemClock()),
            performer: Idle(),
            programs: { _ in program },
            observer: Idle(),
            clock: SystemClock(),
            logger: Logger(label: "bench")
        )
        let single = try await latency(driver, program)
        let processor = Self.processorSeconds()
        let begin = ContinuousClock.now
        let started = try await load(driver, program)
        let span = begin.duration(to: .now)
        let elapsed = Double(span.components.seconds) + Double(span.components.attoseconds) * 1e-18
        let used = Self.processorSeconds() - processor
        let actions = try await verify(store, machine, program)
        await driver.shutDown()
        try await store.close()
        return [
            "benchmark": "engine", "runs": .integer(Int64(started)), "actionsInHistory": .integer(Int64(actions)),
            "durableActionsPerSecond": .double((Double(actions) / elapsed).rounded()),
            "cpuMillisecondsPerAction": .double((used * 1e6 / Double(max(1, actions))).rounded() / 1_000),
            "singleRunP50Milliseconds": .double((single * 1_000).rounded() / 1_000),
            "calibration": calibration.json,
        ]
    }

    private static func program() throws -> WorkflowProgram {
        let definition: JSON = [
            "triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]], "actions": actions,
        ]
        return WorkflowProgram(
            identity: .init(tenant: "bench", id: "bench", name: "bench", resourceID: "/workflows/bench", version: "1"),
            definition: try Definition.compiled(definition, parameters: JSONObject())
        )
    }

    private static func seed(_ driver: Driver<WorkflowMachine>, _ program: WorkflowProgram) -> RunSeed<WorkflowMachine>
    {
        let number = driver.nextRunNumber()
        let now = Timestamp.now
        return RunSeed(
            header: RunHeader(
                number: number,
                tenant: "bench",
                scope: "bench",
                name: RunNames.name(at: now, number: number),
                program: "1",
                opened: now
            ),
            program: program,
            group: "manual",
            input: .begin(
                RunOrigin(
                    trigger: "manual",
                    record: [
                        "name": "manual", "outputs": ["headers": [:], "body": ["id": .string("alert-\(number)")]],
                    ]
                )
            )
        )
    }

    /// The middle of the times that single runs take, one after the other, in milliseconds.
    private func latency(_ driver: Driver<WorkflowMachine>, _ program: WorkflowProgram) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<200 {
            let begin = MonotonicClock.nanoseconds()
            try await driver.start(Self.seed(driver, program))
            times.append(Double(MonotonicClock.nanoseconds() - begin) / 1e6)
        }
        return times.sorted()[times.count / 2]
    }

    private func load(_ driver: Driver<WorkflowMachine>, _ program: WorkflowProgram) async throws -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<256 {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        try await driver.start(Self.seed(driver, program))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    /// Reads every run's history back, and counts the actions that have status, times, inputs and outputs.
    private func verify(_ store: Store, _ machine: WorkflowMachine, _ program: WorkflowProgram) async throws -> Int {
        var actions = 0
        var last: String?
        while true {
            let after = last
            let page = try await store.read { snapshot in
                try SQLRuns.list(tenant: "bench", scope: "bench", after: after, limit: 500, in: snapshot).map { run in
                    (run.header, try SQLRuns.rows(of: run.header.number, in: snapshot))
                }
            }
            guard let end = page.last else { break }
            last = end.0.name
            for (header, rows) in page {
                let history = try HistoryReader.read(header: header, rows: rows, program: program, machine: machine)
                actions += history.entries.count {
                    $0.status == .succeeded && $0.end != nil && $0.inputs != nil && $0.outputs != nil
                }
            }
        }
        return actions - 200 * 5
    }

    private static func processorSeconds() -> Double {
        Double(clock()) / Double(CLOCKS_PER_SEC)
    }

    private func removeFolder(_ path: String) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            FileHandle.standardError.write(Data("The folder \(path) could not be removed: \(error)\n".utf8))
        }
    }
}
