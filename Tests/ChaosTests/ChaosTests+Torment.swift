import Durable
import Engine
import Foundation
import JSONTree
import Moments
import Outbound
import Playbooks
import Stores
import Synchronization
import Testing

extension ChaosTests {
    /// A run as the data folder holds it.
    struct Found {
        var header: RunHeader
        var status: String
        var isClosed: Bool
        var rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])]
    }

    /// Items that wait to be accepted, and those that were.
    final class Items: Sendable {
        private struct State {
            var next = 0
            var accepted: Set<String> = []
            var isOver = false
        }

        private let state = Mutex(State())

        func take() -> String {
            state.withLock { state in
                state.next += 1
                return "item-\(state.next)"
            }
        }

        func accept(_ item: String) { _ = state.withLock { $0.accepted.insert(item) } }

        /// Lets no new item be taken: a cancelled task could not even offer its last one.
        func end() { state.withLock { $0.isOver = true } }

        var isOver: Bool { state.withLock { $0.isOver } }

        var accepted: Int { state.withLock { $0.accepted.count } }
    }

    /// Puts load on the victim, and kills or freezes it round after round; at the end everything is let finish.
    ///
    /// - Returns: how many items were accepted.
    static func torment(_ victim: Victim, _ service: RecordingService, _ transport: HTTPTransport) async throws -> Int {
        var random = SplitRandom(state: seed)
        let items = Items()
        var ended: [RunNumber: [UInt8]] = [:]
        let port = victim.port
        try await victim.start()
        let load = Task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { await Self.load(items, transport, port) } }
            }
        }
        for _ in 0..<rounds {
            try await Task.sleep(for: .milliseconds(Int64(100 + random.below(600))))
            if random.below(4) == 0 {
                victim.freeze()
                try await Task.sleep(for: .milliseconds(Int64(50 + random.below(400))))
                victim.thaw()
            } else {
                victim.kill()
                try await compare(&ended, in: victim.folder)
                try await victim.start()
                await settle(service, transport, port)
            }
        }
        items.end()
        await load.value
        let deadline = ContinuousClock.now + .seconds(120)
        while try await open(victim, transport) > 0 {
            guard ContinuousClock.now < deadline else { throw ChaosFailure("Runs are stuck.") }
            await settle(service, transport, port)
            try await Task.sleep(for: .milliseconds(200))
        }
        victim.kill()
        try await compare(&ended, in: victim.folder)
        #expect(items.accepted > rounds, "there was hardly any load")
        return items.accepted
    }

    /// Offers items until the load is over; one that was not accepted for certain is offered again, as a caller would.
    private static func load(_ items: Items, _ transport: HTTPTransport, _ port: Int) async {
        while !items.isOver {
            let item = items.take()
            // An item once taken is offered until it is accepted, also after the end of the load.
            while await Victim.ask(transport, port, "POST", "/runs", ["id": .string(item)]) == nil {
                await pause(5)
            }
            items.accept(item)
            await pause(30)
        }
    }

    private static func pause(_ milliseconds: Int64) async {
        // Nobody cancels the load.
        try? await Task.sleep(for: .milliseconds(milliseconds))
    }

    /// Decides the calls whose outcome nobody knows, as a person would who asks the service.
    private static func settle(_ service: RecordingService, _ transport: HTTPTransport, _ port: Int) async {
        // What is under way at the service has to arrive before it can be asked.
        await pause(50)
        for call in await Victim.ask(transport, port, "GET", "/unknown")?.arrayValue ?? [] {
            let item = call["body"]?["id"]?.stringValue ?? ""
            let happened = service.current.created[item] != nil
            let decision: JSON = [
                "run": call["run"] ?? .null, "flight": call["flight"] ?? .null, "happened": .bool(happened),
                "body": ["ticket": .string("ticket of \(item)")],
            ]
            _ = await Victim.ask(transport, port, "POST", "/settle", decision)
        }
    }

    private static func open(_ victim: Victim, _ transport: HTTPTransport) async throws -> Int {
        guard let count = await Victim.ask(transport, victim.port, "GET", "/open")?["open"]?.integerValue else {
            return 1
        }
        return Int(count)
    }

    /// Finished runs must stay as they are, byte for byte.
    private static func compare(_ ended: inout [RunNumber: [UInt8]], in folder: String) async throws {
        let runs = try await runs(in: folder).filter(\.isClosed)
        var found: [RunNumber: [UInt8]] = [:]
        for run in runs { found[run.header.number] = (run.rows.last?.hash ?? []) + Array(run.status.utf8) }
        for (number, state) in ended {
            #expect(found[number] == state, "run \(number) had ended and was changed")
        }
        ended = found
    }

    /// All runs of a data folder that nobody has open.
    static func runs(in folder: String) async throws -> [Found] {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: DurableMigrations.all))
        let found = try await store.read { snapshot in
            try snapshot.query("SELECT number FROM run ORDER BY number").compactMap { row -> Found? in
                let number = RunNumber(try row[0].integer)
                guard let run = try SQLRuns.find(number, in: snapshot) else { return nil }
                return Found(
                    header: run.header,
                    status: run.summary.status,
                    isClosed: run.summary.closed != nil,
                    rows: try SQLRuns.rows(of: number, in: snapshot)
                )
            }
        }
        try await store.close()
        return found
    }

    static var machine: WorkflowMachine {
        WorkflowMachine(
            environment: RunEnvironment(
                callbackURL: { _, _, _ in "" },
                newGUID: { "" },
                random: { $0.lowerBound },
                seal: { String(decoding: $0, as: UTF8.self) },
                open: { Array($0.utf8) }
            )
        )
    }

    static func program(service: Int) throws -> WorkflowProgram {
        let definition: JSON = [
            "triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]],
            "actions": actions(service: service),
        ]
        return WorkflowProgram(
            identity: .init(tenant: "bench", id: "bench", name: "bench", resourceID: "/workflows/bench", version: "1"),
            definition: try Definition.compiled(definition, parameters: JSONObject())
        )
    }
}
