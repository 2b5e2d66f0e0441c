import ArgumentParser
import Durable
import Engine
import JSONTree
import Moments
import Outbound
import Serving
import Stores

/// A small server over a data folder that the chaos tests kill under load; not for users.
struct ChaosWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos-worker",
        abstract: "Run one workflow for the tests that kill the process.",
        shouldDisplay: false
    )

    @Option var folder: String
    @Option var definition: String
    @Option var listen: Int

    func run() async throws {
        let transport = try HTTPTransport()
        let bench = try await Workbench.open(
            folder: folder,
            program: try Workbench.program(try InputFile.json(definition)),
            performer: LiveEffects.onLoopback(transport)
        )
        var options = ServerOptions(security: .plain())
        options.port = listen
        let server = try Server(router: Router([routes(bench)]), options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await bench.driver.run() }
            group.addTask { try await server.run() }
            try await group.next()
            group.cancelAll()
        }
        try await bench.close()
    }

    /// `POST /runs {"id"}` starts the run of an item once; `GET /open` counts open runs; `GET /unknown` lists calls that nobody
    /// knows the outcome of, and `POST /settle {"run", "flight", "happened", "body"}` decides one.
    private func routes(_ bench: Workbench) -> Routes {
        var routes = Routes()
        routes.post("/runs") { request in
            let body = try JSON.parse(request.body)
            do {
                let cause = body["id"]?.stringValue
                return .json(
                    ["run": .integer(try await bench.driver.start(bench.seed(body: body, cause: cause)).number.value)],
                    status: 202
                )
            } catch let error as DurableError where error.code == .duplicate {
                return .empty(202)
            }
        }
        routes.get("/open") { _ in
            .json(["open": .integer(Int64(try await bench.store.read { try SQLRuns.census(in: $0).open }))])
        }
        routes.get("/unknown") { _ in
            let open = try await bench.store.read { snapshot in
                try snapshot.query("SELECT number FROM run WHERE closed IS NULL AND unknown_outcome = 1").map {
                    RunNumber(try $0[0].integer)
                }
            }
            var found: [JSON] = []
            for run in open {
                guard let stored = try await SQLJournal(store: bench.store, clock: SystemClock()).load(run) else {
                    continue
                }
                let rows = try await bench.store.read { try SQLRuns.rows(of: run, in: $0) }
                let history = try HistoryReader.read(
                    header: stored.header,
                    rows: rows,
                    program: bench.program,
                    machine: Workbench.machine
                )
                for entry in history.entries where entry.isOutcomeUnknown {
                    found.append([
                        "run": .integer(run.value), "flight": .integer(entry.flight ?? 0),
                        "body": entry.inputs?["body"] ?? .null,
                    ])
                }
            }
            return .json(.array(found))
        }
        routes.post("/settle") { request in
            let body = try JSON.parse(request.body)
            let happened = body["happened"]?.boolValue ?? false
            let decision: RunInput.Settlement =
                happened ? .happened(["statusCode": 200, "headers": [:], "body": body["body"] ?? .null]) : .sendAgain
            try await bench.driver.deliver(
                .settle(body["flight"]?.integerValue ?? 0, decision),
                to: RunNumber(body["run"]?.integerValue ?? 0)
            )
            return .empty(200)
        }
        return routes
    }
}
