import Foundation
import JSONTree
import Testing

/// Playbooks on a server that runs as a process: deployed, called, looked at, and alive again after the process was killed.
struct DeployTests {
    @Test func `a deployed workflow answers at its address, and its run is shown with contents`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let server = try await ServerProcess(data: data)
        let url = try address(try deploy(LivePlaybooks.echo, as: "echo", in: scratch))
        let answer = try await server.ask("POST", url, body: ["name": "Avery"])
        #expect(answer.status == 201)
        #expect(answer.json == ["hello": "Avery"])
        let run = try #require(answer.headers["x-ms-workflow-run-id"])
        let list = try Program.run("runs", "list", "echo", "--json", "--data", data)
        #expect(try JSON.parse(list.output)[0]?["name"]?.stringValue == run)
        let shown = try Program.run("runs", "show", "echo", run, "--contents", "--data", data)
        #expect(shown.exitCode == 0, "\(shown.errors)")
        let actions = try JSON.parse(shown.output)["actions"]?.arrayValue ?? []
        let compose = actions.first { $0["name"] == "Greeting" }
        #expect(compose?["properties"]?["outputs"] == ["hello": "Avery"])
        let wrong = try await server.ask("POST", url.replacing("sig=", with: "sig=x"), body: [:])
        #expect([401, 403].contains(wrong.status))
        #expect(try await server.stop() == 0)
    }

    @Test func `what was accepted before a kill goes on after the restart, once`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let first = try await ServerProcess(data: data)
        let url = try address(try deploy(LivePlaybooks.patient, as: "patient", in: scratch))
        var accepted: Set<String> = []
        for number in 0..<5 {
            let answer = try await first.ask("POST", url, body: ["number": .integer(Int64(number))])
            #expect(answer.status == 202)
            accepted.insert(try #require(answer.headers["x-ms-workflow-run-id"]))
        }
        try await first.crash()
        let second = try await ServerProcess(data: data)
        let deadline = ContinuousClock.now + .seconds(60)
        var runs: [JSON] = []
        while ContinuousClock.now < deadline {
            runs =
                try JSON.parse(try Program.run("runs", "list", "patient", "--json", "--data", data).output).arrayValue
                ?? []
            if runs.allSatisfy({ $0["properties"]?["status"] == "Succeeded" }) { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(Set(runs.compactMap { $0["name"]?.stringValue }) == accepted)
        #expect(runs.allSatisfy { $0["properties"]?["status"] == "Succeeded" })
        #expect(try await second.stop() == 0)
    }

    @Test func `workflows are listed, disabled, enabled and deleted, runs cancelled and resubmitted`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let server = try await ServerProcess(data: data)
        let url = try address(
            try deploy(LivePlaybooks.patient.replacing("\"Second\"", with: "\"Hour\""), as: "patient", in: scratch)
        )
        let run = try #require(try await server.ask("POST", url, body: [:]).headers["x-ms-workflow-run-id"])
        #expect(try Program.run("workflows", "list", "--data", data).output.contains("patient"))
        #expect(try Program.run("workflows", "disable", "patient", "--data", data).exitCode == 0)
        #expect(try await server.ask("POST", url, body: [:]).status >= 400)
        #expect(try Program.run("workflows", "enable", "patient", "--data", data).exitCode == 0)
        #expect(try Program.run("runs", "cancel", "patient", run, "--data", data).exitCode == 0)
        let shown = try Program.run("runs", "show", "patient", run, "--json", "--data", data)
        #expect(try JSON.parse(shown.output)["run"]?["properties"]?["status"] == "Cancelled")
        let again = try Program.run("runs", "resubmit", "patient", run, "--data", data)
        #expect(again.exitCode == 0, "\(again.errors)")
        #expect(
            try JSON.parse(try Program.run("runs", "list", "patient", "--json", "--data", data).output).arrayValue?
                .count == 2
        )
        let undecided = try Program.run("runs", "settle", "patient", run, "Wait", "failed", "--data", data)
        #expect(undecided.exitCode == 1)
        #expect(undecided.errors.contains("unknown"))
        #expect(try Program.run("workflows", "delete", "patient", "--data", data).exitCode == 0)
        #expect(try Program.run("workflows", "show", "patient", "--data", data).errors.contains("could not be found"))
        #expect(try await server.stop() == 0)
    }

    @Test func `a template makes the connections that need nobody and names the others`() async throws {
        let scratch = try Scratch()
        let server = try await ServerProcess(data: scratch.path("data"))
        let file = Program.tests.deletingLastPathComponent().appending(
            path: "Playbooks/alerts-to-tickets/azuredeploy.json"
        )
        let result = try Program.run("deploy", file.path(percentEncoded: false), "--data", scratch.path("data"))
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains("Created alerts-to-tickets"))
        #expect(result.output.contains("Connection made: microsoftgraphsecurity-alerts-to-tickets"))
        #expect(result.output.contains("tocsin connections create freshdesk-alerts-to-tickets --connector freshdesk"))
        #expect(try await server.stop() == 0)
    }

    @Test func `a command without a server says so`() throws {
        let scratch = try Scratch()
        let result = try Program.run("workflows", "list", "--data", scratch.path("data"))
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("No server runs"))
    }

    @Test func `the demonstration ends well with --once, with every fault settled`() throws {
        let result = try Program.run("demo", "--once")
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        #expect(result.lastLine.hasPrefix("13 of 13 new alerts have exactly one ticket"), "\(result.output)")
        #expect(result.lastLine.contains("3 faults"))
    }

    // MARK: -

    private func deploy(_ definition: String, as name: String, in scratch: Scratch) throws -> String {
        let file = try scratch.file("\(name).json", definition)
        let result = try Program.run("deploy", file, "--data", scratch.path("data"))
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains("Created \(name)"))
        return result.output
    }

    /// The path and query of the address that a deployment printed.
    private func address(_ output: String) throws -> String {
        let word = try #require(output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") })
        let path = try #require(word.dropFirst(8).firstIndex(of: "/"))
        return String(word[path...])
    }
}

/// Definitions for servers.
enum LivePlaybooks {
    /// Answers its caller with a greeting.
    static let echo = """
        {"definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
          "contentVersion": "1.0.0.0",
          "triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}},
          "actions": {
            "Greeting": {"type": "Compose", "inputs": {"hello": "@triggerBody()?['name']"}, "runAfter": {}},
            "Response": {"type": "Response", "kind": "Http", "inputs": {"statusCode": 201, "body": "@outputs('Greeting')"},
              "runAfter": {"Greeting": ["Succeeded"]}}},
          "outputs": {}}}
        """

    /// Takes a call, and two seconds.
    static let patient = """
        {"definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
          "contentVersion": "1.0.0.0",
          "triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}},
          "actions": {
            "Wait": {"type": "Wait", "inputs": {"interval": {"count": 2, "unit": "Second"}}, "runAfter": {}},
            "After": {"type": "Compose", "inputs": "@triggerBody()", "runAfter": {"Wait": ["Succeeded"]}}},
          "outputs": {}}}
        """
}
