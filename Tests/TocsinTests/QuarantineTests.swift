import Foundation
import JSONTree
import Testing

/// Runs that were counted twice as those that ended the server.
@Suite(.timeLimit(.minutes(2)))
struct QuarantineTests {
    @Test func `a quarantined run is left alone until it is released or cancelled`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let first = try await ServerProcess(data: data)
        let deployed = try Program.run(
            "deploy",
            try scratch.file("patient.json", LivePlaybooks.patient),
            "--data",
            data
        )
        let word = deployed.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") }
        let url = String(try #require(word, "\(deployed.errors)"))
        var runs: [String] = []
        for _ in 0..<3 {
            runs.append(try #require(try await first.ask("POST", url, body: [:]).headers["x-ms-workflow-run-id"]))
        }
        #expect(try await first.stop() == 0)
        try await DataFolder.change(data, [("UPDATE run SET crashes = 2 WHERE number < 3", [])])

        let second = try await ServerProcess(data: data)
        try await wait(for: runs[2], toBe: "Succeeded", data)
        #expect(try status(of: runs[0], data) == "Running")
        #expect(try second.logged().contains(runs[0]), "the log names it")
        let free = try Program.run("runs", "release", "patient", runs[2], "--data", data)
        #expect(free.exitCode == 1 && free.errors.contains("WorkflowRunNotQuarantined"), "\(free.errors)")
        let released = try Program.run("runs", "release", "patient", runs[0], "--data", data)
        #expect(released.exitCode == 0, "\(released.errors)")
        try await wait(for: runs[0], toBe: "Succeeded", data)
        let cancelled = try Program.run("runs", "cancel", "patient", runs[1], "--data", data)
        #expect(cancelled.exitCode == 0, "\(cancelled.errors)")
        try await wait(for: runs[1], toBe: "Cancelled", data)
        #expect(try await second.stop() == 0)
    }

    private func status(of run: String, _ data: String) throws -> String? {
        let shown = try Program.run("runs", "show", "patient", run, "--json", "--data", data)
        return try JSON.parse(shown.output)["run"]?["properties"]?["status"]?.stringValue
    }

    private func wait(for run: String, toBe wanted: String, _ data: String) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try status(of: run, data) != wanted {
            try #require(ContinuousClock.now < deadline, "run \(run) is not \(wanted)")
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
