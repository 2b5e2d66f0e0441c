import Foundation
import JSONTree
import Testing

/// `tocsin run FILE --live`: the calls are made.
@Suite(.timeLimit(.minutes(2)))
struct LiveRunTests {
    private func record(_ result: Program.Result) throws -> JSON {
        try JSON.parse(result.output.split(separator: "\n").dropLast().joined(separator: "\n"))
    }

    private func action(_ name: String, _ record: JSON) -> JSON? {
        record["actions"]?.arrayValue?.first { $0["name"]?.stringValue == name }
    }

    /// A server whose workflow answers calls, and a playbook that calls it.
    private func playbook(_ scratch: Scratch, _ server: ServerProcess) throws -> String {
        let deployed = try Program.run(
            "deploy",
            try scratch.file("echo.json", LivePlaybooks.echo),
            "--data",
            scratch.path("data")
        )
        let url = deployed.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http") }
        let definition: JSON = [
            "definition": [
                "$schema":
                    "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
                "contentVersion": "1.0.0.0",
                "triggers": ["manual": ["type": "Request", "kind": "Http", "inputs": [:]]],
                "actions": [
                    "Ask": [
                        "type": "Http",
                        "inputs": [
                            "method": "POST", "uri": .string(String(try #require(url, "\(deployed.errors)"))),
                            "body": ["name": "@triggerBody()?['who']"],
                        ],
                    ],
                    "Rest": [
                        "type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Second"]],
                        "runAfter": ["Ask": ["Succeeded"]],
                    ],
                    "Note": [
                        "type": "Compose", "inputs": "@body('Ask')?['hello']", "runAfter": ["Rest": ["Succeeded"]],
                    ],
                ],
            ]
        ]
        return try scratch.file("live.json", definition.text)
    }

    @Test func `calls go to the service, and delays take their time`() async throws {
        let scratch = try Scratch()
        let server = try await ServerProcess(data: scratch.path("data"))
        let file = try playbook(scratch, server)
        let payload = try scratch.file("payload.json", #"{"who": "Avery"}"#)
        let start = ContinuousClock.now
        let result = try Program.run(
            "run",
            file,
            "--live",
            "--payload",
            payload,
            "--allow-network",
            "127.0.0.0/8",
            "--data",
            scratch.path("none")
        )
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(result.lastLine == "Succeeded")
        let run = try record(result)
        #expect(action("Ask", run)?["outputs"]?["statusCode"] == 201)
        #expect(action("Note", run)?["outputs"] == "Avery")
        // The service has seen it.
        let runs = try Program.run("runs", "list", "echo", "--json", "--data", scratch.path("data"))
        #expect(try JSON.parse(runs.output).arrayValue?.count == 1)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("none")), "no data folder is made")
        #expect(try await server.stop() == 0)
    }

    @Test func `the guard keeps calls from this machine unless its network is opened`() async throws {
        let scratch = try Scratch()
        let server = try await ServerProcess(data: scratch.path("data"))
        let file = try playbook(scratch, server)
        let result = try Program.run("run", file, "--live", "--data", scratch.path("none"))
        #expect(result.exitCode == 1)
        #expect(result.lastLine == "Failed")
        #expect(action("Ask", try record(result))?["error"]?["message"]?.stringValue?.contains("127.0.0.1") == true)
        let runs = try Program.run("runs", "list", "echo", "--json", "--data", scratch.path("data"))
        #expect(try JSON.parse(runs.output).arrayValue?.isEmpty == true)
        #expect(try await server.stop() == 0)
    }

    @Test func `a call that may have happened fails as unknown, and is not made again`() throws {
        let scratch = try Scratch()
        let service = try SilentService()
        let file = try scratch.file("posting.json", LivePlaybooks.posting(to: service.port))
        let result = try Program.run(
            "run",
            file,
            "--live",
            "--allow-network",
            "127.0.0.0/8",
            "--data",
            scratch.path("none")
        )
        #expect(result.exitCode == 1)
        let create = action("Create", try record(result))
        #expect(create?["code"] == "OutcomeUnknown", "\(result.output)")
        #expect(create?["error"]?["message"]?.stringValue?.contains("may have happened") == true)
        #expect(service.count == 1)
    }

    @Test func `connectors use the connections of the data folder, and a webhook says what it needs`() async throws {
        let scratch = try Scratch()
        let file = Program.tests.deletingLastPathComponent().appending(
            path: "Playbooks/alerts-to-tickets/azuredeploy.json"
        ).path(percentEncoded: false)
        let data = scratch.path("data")
        let missing = try Program.run("run", file, "--live", "--data", data)
        #expect(missing.exitCode == 1)
        #expect(missing.output.contains("connection"), "\(missing.output)\(missing.errors)")
        // With its own alerts the server's connector answers in the process: none are there, so nothing else is called.
        let made = try Program.run(
            "connections",
            "create",
            "microsoftgraphsecurity-alerts-to-tickets",
            "--connector",
            "microsoftgraphsecurity",
            "--data",
            data
        )
        #expect(made.exitCode == 0, "\(made.errors)")
        let result = try Program.run("run", file, "--live", "--data", data)
        #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
        let server = try await ServerProcess(data: data)
        let refused = try Program.run("run", file, "--live", "--data", data)
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("ServerRuns") && refused.errors.contains("tocsin deploy"), "\(refused.errors)")
        #expect(try await server.stop() == 0)

        let hook = LivePlaybooks.posting(to: 1).replacing(
            #""type": "Http", "runAfter": {},"#,
            with: #""type": "HttpWebhook", "runAfter": {},"#
        ).replacing(#""inputs": {"method""#, with: #""inputs": {"subscribe": {"method""#)
            .replacing(#""body": {"a": 1}}"#, with: #""body": {"a": 1}}}"#)
        let waiting = try Program.run(
            "run",
            try scratch.file("hook.json", hook),
            "--live",
            "--data",
            scratch.path("no")
        )
        #expect(waiting.exitCode == 1)
        #expect(waiting.output.contains("CallbackNotPossible"), "\(waiting.output)\(waiting.errors)")
    }

    @Test(arguments: [
        (["--live", "--mocks", "m.json"], "either made (--live) or answered from --mocks"),
        (["--allow-network", "127.0.0.0/8"], "add --live"),
        (["--data", "x"], "add --live"),
        (["--live", "--allow-network", "127.0.0.0/99"], "is no network"),
    ])
    func `options that do not go together are refused`(_ options: [String], _ words: String) throws {
        let scratch = try Scratch()
        let file = try scratch.file("greeting.json", Playbook.greeting)
        let result = try Program.run(arguments: ["run", file] + options)
        #expect(result.exitCode != 0)
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test func `without mocks and --live the error names both`() throws {
        let scratch = try Scratch()
        let result = try Program.run("run", try scratch.file("greeting.json", Playbook.greeting))
        #expect(result.output.contains("--mocks") && result.output.contains("--live"))
    }
}
