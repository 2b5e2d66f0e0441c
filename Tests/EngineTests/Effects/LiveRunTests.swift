import Connectors
import Durable
import JSONTree
import Logging
import Moments
import Outbound
import Stores
import Synchronization
import Testing

@testable import Engine

/// Runs over a real database with the real driver and the live performer; only the network is made up.
@Suite(.timeLimit(.minutes(2)))
struct LiveRunTests {
    final class Watch: RunObserver {
        typealias M = WorkflowMachine

        let ended = Mutex<[RunNumber: String]>([:])

        func published(_ publication: RunPublication, by run: RunHeader) {}

        func closed(_ run: RunHeader, group: String, summary: RunSummary) {
            ended.withLock { $0[run.number] = summary.status }
        }

        func stuck(_ run: RunNumber, error: DurableError) {
            ended.withLock { $0[run] = "stuck: \(error)" }
        }
    }

    private func driver(
        _ store: Store,
        _ transport: FakeTransport,
        _ watch: Watch,
        _ program: WorkflowProgram
    ) async throws -> Driver<WorkflowMachine> {
        let siblings = FakeSiblings()
        var configuration = Driver<WorkflowMachine>.Configuration()
        configuration.shutdownPatience = .milliseconds(50)
        return try await Driver(
            machine: SimulatedPlaybooks.machine,
            journal: SQLJournal(store: store, clock: SystemClock()),
            performer: LiveEffects(
                transport: transport,
                registry: ConnectorRegistry(folders: [], connections: FixedConnections([]), transport: transport),
                children: siblings,
                batches: siblings
            ),
            programs: { _ in program },
            observer: watch,
            clock: SystemClock(),
            configuration: configuration,
            logger: Logger(label: "test")
        )
    }

    private func seed(_ driver: Driver<WorkflowMachine>, _ program: WorkflowProgram) -> RunSeed<WorkflowMachine> {
        var seed = SimulatedPlaybooks.seed(driver.nextRunNumber().value, program, body: [:])
        seed.header.opened = .now
        return seed
    }

    private func waitUntil(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("not within a minute")
    }

    static let playbook: JSON = [
        "Start": ["type": "Http", "inputs": ["method": "POST", "uri": "https://a.example/jobs", "body": ["n": 1]]],
        "List": [
            "type": "Http", "runAfter": ["Start": ["Succeeded"]],
            "inputs": ["method": "GET", "uri": "https://a.example/items"],
            "runtimeConfiguration": ["paginationPolicy": ["minimumItemCount": 4]],
        ],
        "Report": [
            "type": "Http", "runAfter": ["List": ["Succeeded"]],
            "inputs": [
                "method": "PUT", "uri": "https://a.example/report",
                "body": "@concat(body('Start')?['state'], ' ', length(body('List')?['value']))",
            ],
        ],
    ]

    @Test func `long operations are polled and pages gathered`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let program = try SimulatedPlaybooks.program(Self.playbook)
        let polls = Mutex(0)
        let transport = FakeTransport { request in
            switch (request.method, String(request.url.dropFirst("https://a.example".count))) {
            case ("POST", "/jobs"): return .init(status: 202, headers: ["Location": "/jobs/1", "Retry-After": "0"])
            case ("GET", "/jobs/1"):
                let number = polls.withLock {
                    $0 += 1
                    return $0
                }
                return number < 3
                    ? .init(status: 202, headers: ["Location": "/jobs/1", "Retry-After": "0"])
                    : .json(["state": "done"])
            case ("GET", "/items"): return .json(["value": [1, 2], "nextLink": "https://a.example/items?page=2"])
            case ("GET", "/items?page=2"):
                return .json(["value": [3, 4, 5], "nextLink": "https://a.example/items?page=3"])
            default: return .init(status: 200)
            }
        }
        let watch = Watch()
        let driver = try await driver(store, transport, watch, program)
        let serving = Task { await driver.run() }
        try await driver.start(seed(driver, program))
        try await waitUntil { watch.ended.withLock { !$0.isEmpty } }
        #expect(watch.ended.withLock { Array($0.values) } == ["Succeeded"])
        #expect(
            transport.requests.map { "\($0.method) \($0.url.dropFirst("https://a.example".count))" } == [
                "POST /jobs", "GET /jobs/1", "GET /jobs/1", "GET /jobs/1", "GET /items", "GET /items?page=2",
                "PUT /report",
            ]
        )
        #expect(transport.requests.last?.text == "done 5")
        serving.cancel()
        await driver.shutDown()
        try await store.close()
    }

    @Test func `a POST that was under way when the server stopped is unknown until a person decides`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let program = try SimulatedPlaybooks.program([
            "Create": ["type": "Http", "inputs": ["method": "POST", "uri": "https://a.example/tickets"]],
            "Read": [
                "type": "Http", "inputs": ["method": "GET", "uri": "https://a.example/tickets"],
                "runAfter": ["Create": ["Succeeded"]],
            ],
        ])
        let hanging = FakeTransport { _ in
            do { try await Task.sleep(for: .seconds(600)) } catch {
                throw OutboundError(code: .cancelled, message: "Cancelled.", certainlyNotSent: false)
            }
            return .init(status: 200)
        }
        let first = try await driver(store, hanging, Watch(), program)
        let header = try await first.start(seed(first, program))
        try await waitUntil { hanging.requests.count == 1 }
        await first.shutDown()

        let transport = FakeTransport()
        let watch = Watch()
        let second = try await driver(store, transport, watch, program)
        let serving = Task { await second.run() }
        let journal = SQLJournal(store: store, clock: SystemClock())
        try await waitUntil { try await journal.load(header.number)?.summary.isOutcomeUnknown == true }
        #expect(transport.requests.isEmpty)
        #expect(watch.ended.withLock { $0.isEmpty })
        // The call is the run's first flight.
        try await second.deliver(.settle(1, .happened(["statusCode": 201])), to: header.number)
        try await waitUntil { watch.ended.withLock { !$0.isEmpty } }
        #expect(watch.ended.withLock { $0[header.number] } == "Succeeded")
        #expect(transport.requests.map(\.method) == ["GET"])
        serving.cancel()
        await second.shutDown()
        try await store.close()
    }

    @Test func `a callback ends the wait of a webhook whose subscription got no answer`() async throws {
        let store = try Store.temporary(options: StoreOptions(migrations: DurableMigrations.all))
        let program = try SimulatedPlaybooks.program([
            "Ask": [
                "type": "HttpWebhook",
                "inputs": [
                    "subscribe": [
                        "method": "POST", "uri": "https://a.example/subs", "body": ["url": "@{listCallbackUrl()}"],
                    ]
                ],
            ],
            "Tell": [
                "type": "Http", "runAfter": ["Ask": ["Succeeded"]],
                "inputs": ["method": "PUT", "uri": "https://a.example/answer", "body": "@body('Ask')"],
            ],
        ])
        let transport = FakeTransport { request in
            guard request.method == "PUT" else {
                throw OutboundError(code: .lostReply, message: "Cut.", certainlyNotSent: false)
            }
            return .init(status: 200)
        }
        let watch = Watch()
        let driver = try await driver(store, transport, watch, program)
        let serving = Task { await driver.run() }
        let header = try await driver.start(seed(driver, program))
        let journal = SQLJournal(store: store, clock: SystemClock())
        try await waitUntil { try await journal.load(header.number)?.summary.isOutcomeUnknown == true }
        try await driver.deliver(.callback(1, ["headers": [:], "body": "yes"]), to: header.number)
        try await waitUntil { watch.ended.withLock { !$0.isEmpty } }
        #expect(watch.ended.withLock { $0[header.number] } == "Succeeded")
        #expect(transport.requests.last?.text == "yes")
        serving.cancel()
        await driver.shutDown()
        try await store.close()
    }
}
