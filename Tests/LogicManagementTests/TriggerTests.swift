import JSONTree
import Serving
import Testing

/// Triggers and their history by the management interface.
@Suite(.timeLimit(.minutes(2)))
struct TriggerTests {
    static let daily: JSON = [
        "every": [
            "type": "Recurrence",
            "recurrence": ["frequency": "Day", "interval": 3, "startTime": "2066-01-01T00:00:00Z"],
        ]
    ]

    @Test func `a trigger tells how it stands`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: [:], triggers: Self.daily)
            let trigger = try await fixture.manage("GET", "/w/triggers/EVERY").json
            #expect(trigger["name"] == "every" && trigger["type"] == "Microsoft.Logic/workflows/triggers")
            let properties = try #require(trigger["properties"])
            #expect(properties["state"] == "Enabled" && properties["provisioningState"] == "Succeeded")
            #expect(properties["recurrence"]?["frequency"] == "Day")
            let list = try await fixture.manage("GET", "/w/triggers").json["value"]?.arrayValue ?? []
            #expect(list.map { $0["name"] } == ["every"])
            #expect(try await fixture.manage("GET", "/w/triggers?$filter=type%20eq%20'Request'").json["value"] == [])
            #expect(try await fixture.manage("GET", "/w/triggers/no").code == "WorkflowTriggerNotFound")
            let address = try await fixture.manage("POST", "/w/triggers/every/listCallbackUrl").json
            let value = try #require(address["value"]?.stringValue)
            #expect(value.contains("/triggers/every/run?") && address["method"] == "POST")
        }
    }

    @Test func `a trigger is fired by hand`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: ["C": ["type": "Compose", "inputs": 1]], triggers: Self.daily)
            let fired = try await fixture.manage("POST", "/w/triggers/every/run")
            #expect(fired.status == 202, "\(fired.text)")
            let name = try #require(fired.headers["x-ms-workflow-run-id"])
            #expect(try await fixture.ended("w", name)["properties"]?["trigger"]?["name"] == "every")
            let address = try await fixture.address("w", trigger: "every")
            let called = try await fixture.call("POST", address)
            #expect(called.status == 202, "\(called.text)")
            #expect(try await fixture.call("POST", address + "a").status == 401)

            try await fixture.put("r", actions: ["C": ["type": "Compose", "inputs": "@triggerBody()"]])
            let request = try await fixture.manage("POST", "/r/triggers/manual/run", ["a": 1])
            let run = try #require(request.headers["x-ms-workflow-run-id"], "\(request.text)")
            _ = try await fixture.ended("r", run)
            let action = try await fixture.manage("GET", "/r/runs/\(run)/actions/C").json
            let uri = try #require(action["properties"]?["outputsLink"]?["uri"]?.stringValue)
            #expect(try await fixture.call("GET", uri).json == ["a": 1])
        }
    }

    @Test func `histories are listed, read and resubmitted`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: ["C": ["type": "Compose", "inputs": "@triggerBody()"]])
            let first = try await fixture.run("w", ["n": 1])
            let second = try await fixture.run("w", ["n": 2])
            let list = try await fixture.manage("GET", "/w/triggers/manual/histories")
            let entries = list.json["value"]?.arrayValue ?? []
            #expect(entries.map { $0["name"] } == [.string(second), .string(first)], "\(list.text)")
            #expect(entries.allSatisfy { $0["properties"]?["fired"] == true })
            #expect(entries.first?["properties"]?["run"]?["name"] == .string(second))
            let none = try await fixture.manage("GET", "/w/triggers/manual/histories?$filter=status%20eq%20'Failed'")
            #expect(none.json["value"] == [], "\(none.text)")
            let paged = try await fixture.manage("GET", "/w/triggers/manual/histories?$top=1").json
            let next = try #require(paged["nextLink"]?.stringValue)
            #expect(try await fixture.send("GET", next).json["value"]?[0]?["name"] == .string(first))

            let entry = try await fixture.manage("GET", "/w/triggers/manual/histories/\(first)").json
            let uri = try #require(entry["properties"]?["outputsLink"]?["uri"]?.stringValue, "\(entry)")
            #expect(try await fixture.call("GET", uri).json["body"] == ["n": 1])
            let again = try await fixture.manage("POST", "/w/triggers/manual/histories/\(first)/resubmit")
            #expect(again.status == 202, "\(again.text)")
            let run = try #require(again.headers["x-ms-workflow-run-id"])
            let resubmitted = try await fixture.ended("w", run)
            #expect(resubmitted["properties"]?["trigger"]?["originHistoryName"] == .string(first))
            let action = try await fixture.manage("GET", "/w/runs/\(run)/actions/C").json
            let output = try #require(action["properties"]?["outputsLink"]?["uri"]?.stringValue)
            #expect(try await fixture.call("GET", output).json == ["n": 1])
            #expect(try await fixture.manage("GET", "/w/triggers/manual/histories/none").status == 404)
            #expect(try await fixture.manage("POST", "/w/triggers/manual/histories/none/resubmit").status == 404)
        }
    }

    @Test func `evaluations that start no run are kept, too`() async throws {
        try await LogicFixture.running { fixture in
            let trigger: JSON = [
                "type": "Request", "conditions": [["expression": "@equals(triggerBody()?['go'], true)"]],
                "inputs": ["schema": [:]],
            ]
            try await fixture.put("w", actions: [:], triggers: ["manual": trigger])
            let called = try await fixture.call("POST", try await fixture.address("w"), ["go": false])
            #expect(called.status == 202 && called.headers["x-ms-workflow-run-id"] == nil, "\(called.text)")
            let list = try await fixture.manage("GET", "/w/triggers/manual/histories").json["value"]?.arrayValue ?? []
            #expect(list.map { $0["properties"]?["status"] } == ["Skipped"])
            #expect(list.first?["properties"]?["fired"] == false)
            let name = try #require(list.first?["name"]?.stringValue)
            let entry = try await fixture.manage("GET", "/w/triggers/manual/histories/\(name)").json
            #expect(entry["properties"]?["outputs"]?["body"] == ["go": false], "\(entry)")
            #expect(try await fixture.manage("POST", "/w/triggers/manual/reset").status == 200)
            let source: JSON = ["source": ["id": .string("\(LogicFixture.base)/w/triggers/manual")]]
            #expect(
                try await fixture.manage("POST", "/w/triggers/manual/setState", ["x": 1]).code
                    == "InvalidRequestContent"
            )
            let taken = try await fixture.manage("POST", "/w/triggers/manual/setState", source)
            #expect(taken.status == 200 || taken.status == 400, "\(taken.text)")
        }
    }
}
