import Durable
import Engine
import JSONTree
import Logging
import Moments
import Stores
import Synchronization
import Testing

/// The driver itself, with its shards and tasks, over a real database.
@Suite(.timeLimit(.minutes(2)))
struct DriverTests {
    /// Answers every call; counts them by execution.
    final class Services: EffectPerformer, RunObserver {
        typealias M = WorkflowMachine

        let calls = Mutex<[String: Int]>([:])
        let ended = Mutex<[RunNumber: String]>([:])
        let hangs: Bool

        init(hangs: Bool = false) {
            self.hangs = hangs
        }

        func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
            calls.withLock { $0[effect.executionKey, default: 0] += 1 }
            if hangs {
                // The process ends before the answer comes.
                do { try await Task.sleep(for: .seconds(60)) } catch {
                    return .landed(flight, .unknown(RunError("Stopped", "stopped")))
                }
            }
            let body = effect.inputs["body"] ?? .null
            return .landed(
                flight,
                .answered(.init(status: 200, headers: .object(JSONObject()), body: ["echo": body, "ticket": body]))
            )
        }

        func published(_ publication: RunPublication, by run: RunHeader) {}

        func closed(_ run: RunHeader, group: String, summary: RunSummary) {
            ended.withLock { $0[run.number] = summary.status }
        }

        func stuck(_ run: RunNumber, error: DurableError) {
            ended.withLock { $0[run] = "stuck: \(error)" }
        }
    }

    /// Calls and look-ups that need no wait: the driver's own clock is the real one.
    static let actions: JSON = [
        "Each": [
            "type": "Foreach", "foreach": "@triggerBody()",
            "actions": [
                "Call": ["type": "Http", "inputs": ["method": "PUT", "uri": "https://a.example/", "body": "@item()"]]
            ],
        ],
        "Nap": [
            "type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Second"]], "runAfter": ["Each": ["Succeeded"]],
        ],
        "Report": [
            "type": "Compose", "inputs": "@actions('Each')['repetitionCount']", "runAfter": ["Nap": ["Succeeded"]],
        ],
    ]

    private func driver(
        _ store: Store,
        _ services: Services,
        _ program: WorkflowProgram
    ) async throws -> Driver<WorkflowMachine> {
        var configuration = Driver<WorkflowMachine>.Configuration()
        configuration.shutdownPatience = .milliseconds(50)
        return try await Driver(
            machine: SimulatedPlaybooks.machine,
            journal: SQLJournal(store: store, clock: SystemClock()),
            performer: services,
            programs: { _ in program },
            observer: services,
            clock: SystemClock(),
            configuration: configuration,
            logger: Logger(label: "test")
        )
    }

    private func seed(_ driver: Driver<WorkflowMachine>, _ program: WorkflowProgram) -> RunSeed<WorkflowMachine> {
        var seed = SimulatedPlaybooks.seed(driver.nextRunNumber().value, program, body: [1, 2, 3])
        seed.header.opened = .now
        return seed
    }

    private func waitUntil(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while !condition(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        #expect(condition(), "not within a minute")
    }

    @Test func `many runs end, each call made once`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let program = try SimulatedPlaybooks.program(Self.actions)
        let services = Services()
        let driver = try await driver(store, services, program)
        let serving = Task { await driver.run() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                let seed = seed(driver, program)
                group.addTask { try await driver.start(seed) }
            }
            try await group.waitForAll()
        }
        try await waitUntil { services.ended.withLock { $0.count } == 200 }
        #expect(services.ended.withLock { $0.values.allSatisfy { $0 == "Succeeded" } })
        #expect(services.calls.withLock { $0.count } == 600)
        #expect(services.calls.withLock { $0.values.allSatisfy { $0 == 1 } })
        serving.cancel()
        await driver.shutDown()
        try await store.close()
    }

    @Test func `a second driver takes over what the first had under way`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let program = try SimulatedPlaybooks.program(Self.actions)
        let first = try await driver(store, Services(hangs: true), program)
        for _ in 0..<20 { try await first.start(seed(first, program)) }
        await first.shutDown()

        let services = Services()
        let second = try await driver(store, services, program)
        let serving = Task { await second.run() }
        try await waitUntil { services.ended.withLock { $0.count } == 20 }
        #expect(services.ended.withLock { $0.values.allSatisfy { $0 == "Succeeded" } })
        #expect(second.nextRunNumber().value > 20)
        serving.cancel()
        await second.shutDown()
        try await store.close()
    }

    @Test func `after the shutdown nothing new is let in`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let program = try SimulatedPlaybooks.program(Self.actions)
        let driver = try await driver(store, Services(), program)
        await driver.shutDown()
        let late = seed(driver, program)
        await #expect { try await driver.start(late) } throws: { ($0 as? DurableError)?.code == .stopped }
        try await store.close()
    }
}
