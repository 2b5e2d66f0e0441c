import Durable
import Engine
import Foundation
import JSONTree
import Logging
import Moments
import Playbooks
import Stores
import Synchronization

/// A store with a driver over it, as the server has them, for a workflow of a benchmark.
struct Workbench: Sendable {
    let store: Store
    let driver: Driver<WorkflowMachine>
    let program: WorkflowProgram
    let watch: RunWatch

    /// The rules with what a benchmark gives them from outside.
    static var machine: WorkflowMachine {
        WorkflowMachine(
            environment: RunEnvironment(
                callbackURL: { header, _, flight in "https://localhost/\(header.name)/\(flight)" },
                newGUID: { UUID().uuidString.lowercased() },
                random: { Int64.random(in: $0) },
                seal: { String(decoding: $0, as: UTF8.self) },
                open: { Array($0.utf8) }
            )
        )
    }

    /// Compiles a workflow with a Request trigger and these actions.
    static func program(_ actions: JSON, isStateless: Bool = false) throws -> WorkflowProgram {
        let definition: JSON = [
            "triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]], "actions": actions,
        ]
        return WorkflowProgram(
            identity: .init(
                tenant: "bench",
                id: "bench",
                name: "bench",
                resourceID: "/workflows/bench",
                version: "1",
                isStateless: isStateless
            ),
            definition: try Definition.compiled(definition, parameters: JSONObject())
        )
    }

    /// Opens a data folder with a driver over it.
    static func open(
        folder: String,
        program: WorkflowProgram,
        performer: some EffectPerformer<WorkflowMachine> = NoCalls()
    ) async throws -> Workbench {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: DurableMigrations.all))
        let watch = RunWatch()
        let driver = try await Driver(
            machine: machine,
            journal: SQLJournal(store: store, clock: SystemClock()),
            performer: performer,
            programs: { _ in program },
            observer: watch,
            clock: SystemClock(),
            logger: Logger(label: "bench")
        )
        return Workbench(store: store, driver: driver, program: program, watch: watch)
    }

    /// A new run with a body for its trigger; of runs with the same cause only the first is made.
    func seed(body: JSON, cause: String? = nil) -> RunSeed<WorkflowMachine> {
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
            cause: cause,
            input: .begin(
                RunOrigin(
                    trigger: "manual",
                    record: ["name": "manual", "outputs": ["headers": [:], "body": body]]
                )
            ),
            isEphemeral: program.identity.isStateless
        )
    }

    /// Starts runs from this many tasks until the deadline.
    ///
    /// - Returns: how many were acknowledged.
    func load(tasks: Int, until deadline: ContinuousClock.Instant) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < deadline {
                        try await driver.start(seed(body: ["id": .string("alert-\(count)")]))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    /// Ends in order.
    func close() async throws {
        await driver.shutDown()
        try await store.close()
    }
}

/// Refuses every call: for workflows that make none.
struct NoCalls: EffectPerformer {
    typealias M = WorkflowMachine

    func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        .landed(flight, .refused(RunError("NoCalls", "This benchmark makes no calls."), code: "BadRequest"))
    }
}

/// Tells who waits for it that a run has ended, and notes when each did.
final class RunWatch: RunObserver {
    typealias M = WorkflowMachine

    private struct State {
        var ended: [RunNumber: (at: Timestamp, status: String)] = [:]
        var waiting: [RunNumber: CheckedContinuation<String, Never>] = [:]
        var first: RunNumber?
        var last: RunNumber?
    }

    private let state = Mutex(State())

    /// Notes the ends of the runs in this range of numbers from now on.
    func keep(_ first: RunNumber, _ last: RunNumber) {
        state.withLock { state in
            state.first = first
            state.last = last
        }
    }

    /// When each of the runs that are noted ended.
    var ended: [RunNumber: Timestamp] { state.withLock { $0.ended.mapValues(\.at) } }

    /// Waits for the end of a run that has been `keep`t or is about to be; gives its status.
    func end(of run: RunNumber) async -> String {
        await withCheckedContinuation { continuation in
            let status: String? = state.withLock { state in
                if let ended = state.ended[run] { return ended.status }
                state.waiting[run] = continuation
                return nil
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    func published(_ publication: RunPublication, by run: RunHeader) {}

    func closed(_ run: RunHeader, group: String, summary: RunSummary) {
        let continuation = state.withLock { state -> CheckedContinuation<String, Never>? in
            if let first = state.first, let last = state.last, first <= run.number, run.number <= last {
                state.ended[run.number] = (Timestamp.now, summary.status)
            }
            return state.waiting.removeValue(forKey: run.number)
        }
        continuation?.resume(returning: summary.status)
    }

    func stuck(_ run: RunNumber, error: DurableError) {
        Console.complain("Run \(run) is stuck: \(error)")
        state.withLock { $0.waiting.removeValue(forKey: run) }?.resume(returning: "Stuck")
    }
}
