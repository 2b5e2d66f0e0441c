import Foundation
import JSONTree
import Synchronization
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// `/metrics` of a running server, read as Prometheus reads it.
@Suite(.timeLimit(.minutes(3)))
struct MetricsTests {
    /// The figures of one look: name with labels, and value.
    struct Figures {
        let text: String
        private let values: [String: Double]

        init(_ text: String) {
            self.text = text
            var values: [String: Double] = [:]
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
                    continue
                }
                values[String(line[..<blank])] = value
            }
            self.values = values
        }

        subscript(_ name: String) -> Double? { values[name] }
    }

    private func look(_ server: ServerProcess) async throws -> Figures {
        let url = try #require(URL(string: server.origin + "/metrics"))
        let (data, response) = try await URLSession.shared.data(from: url)
        #expect((response as? HTTPURLResponse)?.statusCode == 200)
        return Figures(String(decoding: data, as: UTF8.self))
    }

    /// Looks until the figures are as wanted.
    private func look(_ server: ServerProcess, until isReady: (Figures) -> Bool) async throws -> Figures {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let figures = try await look(server)
            if isReady(figures) { return figures }
            try #require(ContinuousClock.now < deadline, "the figures did not come")
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    @Test func `waiting runs and unknown outcomes are counted, and the age of the oldest grows until they end`()
        async throws
    {
        let scratch = try Scratch()
        let service = try SilentService()
        let server = try await ServerProcess(
            data: scratch.path("data"),
            environment: ["TOCSIN_NETWORKS_ALLOWED": "127.0.0.0/8"]
        )
        let idle = try await look(server) { $0["tocsin_runs_waiting"] == 0 }
        #expect(idle["tocsin_runs_outcome_unknown"] == 0)
        #expect(idle["tocsin_runs_waiting_oldest_age_seconds"] == 0)
        #expect(idle["tocsin_runs_outcome_unknown_oldest_age_seconds"] == 0)

        let queued = try deploy(LivePlaybooks.oneAtATime, as: "queued", in: scratch)
        let doubtful = try deploy(LivePlaybooks.posting(to: service.port), as: "doubtful", in: scratch)
        for _ in 0..<3 { #expect(try await server.ask("POST", queued, body: [:]).status == 202) }
        let answer = try await server.ask("POST", doubtful, body: [:])
        let unknown = try #require(answer.headers["x-ms-workflow-run-id"])

        let ages = ["tocsin_runs_waiting_oldest_age_seconds", "tocsin_runs_outcome_unknown_oldest_age_seconds"]
        let first = try await look(server) { figures in
            figures["tocsin_runs_waiting"] ?? 0 >= 2 && figures["tocsin_runs_outcome_unknown"] == 1
                && ages.allSatisfy { figures[$0] ?? 0 > 0 }
        }
        #expect(first["tocsin_runs_open"] ?? 0 >= 4)
        let later = try await look(server) { figures in ages.allSatisfy { figures[$0] ?? 0 > first[$0] ?? 0 } }
        for age in ages { #expect(later[age] ?? 0 < 120) }
        #expect(service.count == 1)

        let data = scratch.path("data")
        #expect(
            try Program.run("runs", "settle", "doubtful", unknown, "Create", "failed", "--data", data).exitCode == 0
        )
        #expect(try Program.run("workflows", "delete", "queued", "--data", data).exitCode == 0)
        let settled = try await look(server) {
            $0["tocsin_runs_outcome_unknown"] == 0 && $0["tocsin_runs_waiting"] == 0
        }
        for age in ages { #expect(settled[age] == 0) }
        #expect(try await server.stop() == 0)
    }

    @Test func `queues and commits are shown by lane, and move under load`() async throws {
        let scratch = try Scratch()
        let server = try await ServerProcess(data: scratch.path("data"))
        let url = try deploy(LivePlaybooks.patient, as: "patient", in: scratch)
        let before = try await look(server)
        for lane in ["journal", "intake", "rest"] {
            #expect(before["tocsin_store_queue_depth{lane=\"\(lane)\"}"] != nil, "lane \(lane)")
        }
        #expect(before["tocsin_engine_queue_depth"] != nil)
        let load = Load(server.origin + url)
        async let loading: Void = load.run(tasks: 16)
        let depths = ["journal", "intake", "rest"].map { "tocsin_store_queue_depth{lane=\"\($0)\"}" }
        let busy: Figures
        do {
            busy = try await look(server) { figures in
                depths.contains { figures[$0] ?? 0 > 0 }
                    && figures["tocsin_store_commits_total"] ?? 0 > (before["tocsin_store_commits_total"] ?? 0) + 50
            }
        } catch {
            load.end()
            throw error
        }
        load.end()
        await loading
        for histogram in ["tocsin_store_commit_seconds", "tocsin_store_wait_seconds"] {
            #expect(busy["\(histogram)_count"] ?? 0 > before["\(histogram)_count"] ?? 0, "\(histogram)")
            #expect(busy["\(histogram)_sum"] ?? 0 > before["\(histogram)_sum"] ?? 0, "\(histogram)")
        }
        #expect(busy["tocsin_runs_started_total"] ?? 0 > 10)
        #expect(!busy.text.contains("Not described"), "every figure says what it is")
        let idle = try await look(server) { figures in depths.allSatisfy { figures[$0] == 0 } }
        #expect(idle["tocsin_engine_queue_depth"] == 0)
        #expect(try await server.stop() == 0)
    }

    /// Callers of an address, until they are told to stop; what is under way then is let finish.
    private final class Load: Sendable {
        private let address: String
        private let isOver = Atomic(false)

        init(_ address: String) { self.address = address }

        func end() { isOver.store(true, ordering: .relaxed) }

        func run(tasks: Int) async {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<tasks { group.addTask { await self.call() } }
            }
        }

        private func call() async {
            guard let url = URL(string: address) else { return }
            var request = URLRequest(url: url)
            request.httpMethod = "POST"
            while !isOver.load(ordering: .relaxed) {
                // What is refused because of the load is none of this test's business.
                _ = try? await URLSession.shared.data(for: request)
            }
        }
    }

    private func deploy(_ definition: String, as name: String, in scratch: Scratch) throws -> String {
        let file = try scratch.file("\(name).json", definition)
        let result = try Program.run("deploy", file, "--data", scratch.path("data"))
        try #require(result.exitCode == 0, "\(result.errors)")
        let word = try #require(result.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") })
        let path = try #require(word.dropFirst(8).firstIndex(of: "/"))
        return String(word[path...])
    }
}

extension LivePlaybooks {
    /// Lets one run work at a time, for an hour.
    static let oneAtATime = """
        {"definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
          "contentVersion": "1.0.0.0",
          "triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}},
            "runtimeConfiguration": {"concurrency": {"runs": 1, "maximumWaitingRuns": 10}}}},
          "actions": {"Wait": {"type": "Wait", "inputs": {"interval": {"count": 1, "unit": "Hour"}}, "runAfter": {}}},
          "outputs": {}}}
        """

    /// Makes a call that must not be repeated.
    static func posting(to port: Int) -> String {
        """
        {"definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
          "contentVersion": "1.0.0.0",
          "triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}},
          "actions": {"Create": {"type": "Http", "runAfter": {},
            "inputs": {"method": "POST", "uri": "http://127.0.0.1:\(port)/tickets", "body": {"a": 1}}}},
          "outputs": {}}}
        """
    }
}
