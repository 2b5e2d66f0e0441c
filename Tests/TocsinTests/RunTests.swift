import Foundation
import JSONTree
import Testing

/// `tocsin run FILE`: a playbook in virtual time, its calls answered from mocks.
struct RunTests {
    private static let mocks =
        #"[{"action": "Greet", "responses": [{"status": 503}, {"status": 200, "body": {"id": 7}}]}]"#

    private func record(_ result: Program.Result) throws -> JSON {
        try JSON.parse(result.output.split(separator: "\n").dropLast().joined(separator: "\n"))
    }

    private func action(_ name: String, _ record: JSON) -> JSON? {
        record["actions"]?.arrayValue?.first { $0["name"]?.stringValue == name }
    }

    @Test func `a run is told as JSON with its status last`() throws {
        let scratch = try Scratch()
        let result = try Program.run(
            "run",
            try scratch.file("greeting.json", Playbook.greeting),
            "--payload",
            try scratch.file("payload.json", #"{"name": "Avery"}"#),
            "--mocks",
            try scratch.file("mocks.json", Self.mocks)
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.lastLine == "Succeeded")
        let run = try record(result)
        #expect(run["status"] == "Succeeded")
        #expect(run["workflow"] == "greeting")
        #expect(run["outputs"] == [:])
        let greet = action("Greet", run)
        #expect(greet?["inputs"]?["body"]?["text"] == "Hello Avery")
        #expect(greet?["outputs"]?["body"]?["id"] == 7)
        #expect(greet?["retryHistory"]?.arrayValue?.count == 1)
        #expect(action("Number", run)?["outputs"] == 8)
    }

    @Test func `what a workflow secures is not printed`() throws {
        let scratch = try Scratch()
        let secured = Playbook.greeting.replacing(
            #""type": "Http","#,
            with: #""type": "Http", "runtimeConfiguration": {"secureData": {"properties": ["inputs", "outputs"]}},"#
        )
        let result = try Program.run(
            "run",
            try scratch.file("greeting.json", secured),
            "--payload",
            try scratch.file("payload.json", #"{"body": {"name": "canary-31"}, "headers": {}}"#),
            "--mocks",
            try scratch.file("mocks.json", Self.mocks)
        )
        let greet = action("Greet", try record(result))
        #expect(greet?["hidden"] == ["inputs", "outputs"])
        #expect(greet?["inputs"] == nil)
        #expect(greet?["outputs"] == nil)
        #expect(!result.output.contains("Hello canary-31"))
    }

    @Test func `a call that no mock answers fails and says which mock is missing`() throws {
        let scratch = try Scratch()
        let result = try Program.run(
            "run",
            try scratch.file("greeting.json", Playbook.greeting),
            "--payload",
            try scratch.file("payload.json", #"{"name": "Avery"}"#)
        )
        #expect(result.exitCode == 1)
        #expect(result.lastLine == "Failed")
        #expect(result.output.contains("No mock answers 'POST https://chat.example/greetings' of action 'Greet'"))
    }

    @Test func `the address of a secured call is in no error`() throws {
        let scratch = try Scratch()
        let secured = Playbook.greeting.replacing(
            #""type": "Http","#,
            with: #""type": "Http", "runtimeConfiguration": {"secureData": {"properties": ["inputs"]}},"#
        )
        let result = try Program.run("run", try scratch.file("greeting.json", secured))
        #expect(result.lastLine == "Failed")
        #expect(result.output.contains("No mock answers 'POST (secured)' of action 'Greet'"))
        #expect(!result.output.contains("chat.example"))
    }

    @Test func `a broken playbook does not run`() throws {
        let scratch = try Scratch()
        let broken = Playbook.greeting.replacing("triggerBody()", with: "triggerBody(")
        let result = try Program.run("run", try scratch.file("broken.json", broken))
        #expect(result.exitCode == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("error InvalidTemplate at "), "\(result.errors)")
    }

    @Test func `an unknown trigger is told with those that there are`() throws {
        let scratch = try Scratch()
        let result = try Program.run("run", try scratch.file("greeting.json", Playbook.greeting), "--trigger", "other")
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("UnknownTrigger"))
        #expect(result.errors.contains("'manual'"))
    }
}

/// Playbooks for these tests.
enum Playbook {
    /// Greets the caller by a chat service and computes with its answer.
    static let greeting = """
        {
          "definition": {
            "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
            "contentVersion": "1.0.0.0",
            "triggers": { "manual": { "type": "Request", "kind": "Http", "inputs": { "schema": {} } } },
            "actions": {
              "Greet": {
                "type": "Http",
                "inputs": {
                  "method": "POST",
                  "uri": "https://chat.example/greetings",
                  "body": { "text": "Hello @{triggerBody()?['name']}" }
                },
                "runAfter": {}
              },
              "Number": {
                "type": "Compose",
                "inputs": "@add(body('Greet')?['id'], 1)",
                "runAfter": { "Greet": [ "Succeeded" ] }
              }
            },
            "outputs": {}
          }
        }
        """
}
