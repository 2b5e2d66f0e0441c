import Durable
import Foundation
import JSONTree
import Stores
import Synchronization
import Testing

@testable import tocsin

/// `tocsin serve` itself under load, killed or frozen at random instants by seed and started again on the same data folder.
///
/// Its callers do not repeat a call that got no answer, so that a double is always the server's.
@Suite(.serialized, .timeLimit(.minutes(60)))
struct ServerChaosTests {
    /// How many rounds: 6 in `make test`, 200 in `make chaos`.
    static let rounds = ProcessInfo.processInfo.environment["TOCSIN_CHAOS_ROUNDS"].flatMap { Int($0) } ?? 6

    private static let workflow =
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/chaos/providers/Microsoft.Logic/workflows/items"
    private static let version = [("api-version", "2016-06-01")]

    /// What was offered, and which of it was acknowledged.
    private final class Offers: Sendable {
        private struct State {
            var next = 0
            var accepted: Set<String> = []
            var isOver = false
        }

        private let state = Mutex(State())

        func take() -> String? {
            state.withLock { state in
                guard !state.isOver else { return nil }
                state.next += 1
                return "item-\(state.next)"
            }
        }

        func accept(_ item: String) { _ = state.withLock { $0.accepted.insert(item) } }
        func end() { state.withLock { $0.isOver = true } }
        var accepted: Set<String> { state.withLock { $0.accepted } }
    }

    @Test func `the server loses nothing it acknowledged, and nothing is stuck, changed or silently doubled`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tocsin-chaos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // A folder left behind in the temporary directory harms no test.
            try? FileManager.default.removeItem(at: folder)
        }
        let data = folder.appending(path: "data").path(percentEncoded: false)
        let service = RecordingService(seed: ChaosTests.seed)
        let freePort = try await RecordingService(seed: 0).serve { $0 }
        let accepted = try await service.serve { port in
            let victim = try ServerVictim(folder: data, port: freePort)
            do {
                let accepted = try await Self.torment(victim, service, port)
                await victim.close()
                return accepted
            } catch {
                await victim.close()
                throw error
            }
        }
        #expect(accepted.count > Self.rounds, "there was hardly any load")
        let created = service.current.created
        let lost = accepted.filter { created[$0] == nil }
        #expect(lost.isEmpty, "acknowledged and lost: \(lost)")
        let doubles = created.filter { $0.value != 1 }
        #expect(doubles.isEmpty, "created more than once: \(doubles)")
        let parts = service.current.parts
        #expect(parts.count == created.count * 3)
        #expect(parts.values.allSatisfy { $0.count == 1 })
        let runs = try await Self.runs(in: data)
        #expect(runs.count == created.count, "one run an item")
        #expect(runs.values.allSatisfy { $0.isClosed && $0.status == "Succeeded" })
    }

    private static func torment(
        _ victim: ServerVictim,
        _ service: RecordingService,
        _ servicePort: Int
    ) async throws -> Set<String> {
        var random = SplitRandom(state: ChaosTests.seed &+ 1)
        try await victim.start()
        let url = try await deploy(victim, service: servicePort)
        let offers = Offers()
        let client = victim.client
        let load = Task {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { await Self.offer(offers, url, client) } }
            }
        }
        var ended: [Int64: Found] = [:]
        for _ in 0..<rounds {
            try await Task.sleep(for: .milliseconds(Int64(200 + random.below(800))))
            if random.below(4) == 0 {
                victim.freeze()
                try await Task.sleep(for: .milliseconds(Int64(50 + random.below(400))))
                victim.thaw()
            } else {
                victim.kill()
                try await compare(&ended, in: victim.folder)
                try await victim.start()
                try await settle(victim, service)
            }
        }
        offers.end()
        await load.value
        let deadline = ContinuousClock.now + .seconds(180)
        while try await !settle(victim, service) {
            guard ContinuousClock.now < deadline else { throw ChaosFailure("Runs are stuck.") }
            try await Task.sleep(for: .milliseconds(200))
        }
        // After all this the journals prove themselves, and the server ends in order.
        let copy = victim.folder + "-copy"
        let report = try await victim.administrator.call(
            "POST",
            "/tocsin/v1/local/backup",
            body: ["target": .string(copy)]
        )
        #expect(report["journals"]?["unsigned"] == 0, "\(report)")
        #expect(victim.stop() == 0)
        try await compare(&ended, in: victim.folder)
        return offers.accepted
    }

    /// Puts the workflow and gives the address of its trigger.
    private static func deploy(_ victim: ServerVictim, service: Int) async throws -> String {
        let properties: JSON = [
            "state": "Enabled",
            "definition": [
                "contentVersion": "1.0.0.0",
                "triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]],
                "actions": ChaosTests.actions(service: service),
            ],
        ]
        let body: JSON = ["location": "local", "properties": properties]
        try await victim.administrator.call("PUT", workflow, query: version, body: body)
        let path = "\(workflow)/triggers/manual/listCallbackUrl"
        let answer = try await victim.administrator.call("POST", path, query: version)
        guard let url = answer["value"]?.stringValue else { throw ChaosFailure("There is no callback address.") }
        return victim.client.local(url)
    }

    /// Offers items, each once: whether one that got no answer was taken is the server's secret.
    private static func offer(_ offers: Offers, _ url: String, _ client: ServerClient) async {
        while let item = offers.take() {
            do {
                let answer = try await client.ask("POST", url, body: ["id": .string(item)], patience: .seconds(10))
                if answer.status == 202 { offers.accept(item) }
            } catch {
                // The server is down: a caller with sense waits a little.
                try? await Task.sleep(for: .milliseconds(20))
            }
            try? await Task.sleep(for: .milliseconds(30))
        }
    }

    /// Decides the calls whose outcome nobody knows, as a person would who asks the service; says whether no run is open.
    @discardableResult
    private static func settle(_ victim: ServerVictim, _ service: RecordingService) async throws -> Bool {
        // What is under way at the service has to arrive before it can be asked.
        try await Task.sleep(for: .milliseconds(50))
        let filter = [("$filter", "status ne 'Succeeded'"), ("$top", "250")]
        let open = try await victim.administrator.list("\(workflow)/runs", query: version + filter)
        for run in open where run["properties"]?["outcomeUnknown"] == true {
            let path = "\(workflow)/runs/\(run["name"]?.stringValue ?? "")/actions/Create"
            let action = try await victim.administrator.call("GET", path, query: version)["properties"]
            guard action?["outcomeUnknown"] == true, let link = action?["inputsLink"]?["uri"]?.stringValue else {
                continue
            }
            let inputs = try await victim.administrator.call("GET", victim.administrator.local(link))
            let item = inputs["body"]?["id"]?.stringValue ?? ""
            let happened: JSON = [
                "decision": "Happened",
                "outputs": ["statusCode": 200, "headers": [:], "body": ["ticket": .string("ticket of \(item)")]],
            ]
            let decision: JSON = service.current.created[item] == nil ? ["decision": "SendAgain"] : happened
            let answer = try await victim.administrator.ask("POST", "\(path)/settle", query: version, body: decision)
            guard answer.status == 200 || answer.status == 409 else {
                throw ChaosFailure("A decision was refused with \(answer.status).")
            }
        }
        return open.isEmpty
    }

    // MARK: - What the folder holds

    private struct Found: Equatable {
        var status: String
        var isClosed: Bool
        var hash: [UInt8]
    }

    /// Finished runs must stay as they are, byte for byte.
    private static func compare(_ ended: inout [Int64: Found], in folder: String) async throws {
        let found = try await runs(in: folder).filter(\.value.isClosed)
        for (number, run) in ended { #expect(found[number] == run, "run \(number) had ended and was changed") }
        ended = found
    }

    /// All runs of a data folder that nobody has open.
    private static func runs(in folder: String) async throws -> [Int64: Found] {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: ServerParts.migrations))
        let found = try await store.read { snapshot in
            var found: [Int64: Found] = [:]
            for row in try snapshot.query("SELECT number, status, closed FROM run ORDER BY number") {
                let number = try row[0].integer
                found[number] = Found(
                    status: try row[1].text,
                    isClosed: try row[2].optionalInteger != nil,
                    hash: try SQLRuns.rows(of: RunNumber(number), in: snapshot).last?.hash ?? []
                )
            }
            return found
        }
        try await store.close()
        return found
    }
}
