import Foundation
import JSONTree
import Serving
import Testing

/// Runs, their actions and contents, and triggers by the management interface.
@Suite(.timeLimit(.minutes(2)))
struct RunTests {
    static let actions: JSON = [
        "Compose": ["type": "Compose", "inputs": ["sum": "@add(1, 2)", "body": "@triggerBody()?['text']"]],
        "Call": [
            "type": "Http", "runAfter": ["Compose": ["Succeeded"]],
            "inputs": [
                "method": "POST", "uri": "https://a.example/busy", "body": "@outputs('Compose')",
                "headers": ["Authorization": "Bearer s3cret"],
                "retryPolicy": ["type": "fixed", "count": 3, "interval": "PT5S"],
            ],
        ],
    ]

    static let loop: JSON = [
        "Each": [
            "type": "Foreach", "foreach": "@triggerBody()",
            "actions": [
                "Inner": [
                    "type": "Foreach", "foreach": "@item()",
                    "actions": [
                        "Item": ["type": "Compose", "inputs": "@concat('v', item())"],
                        "Check": [
                            "type": "If", "expression": "@equals(item(), 2)", "runAfter": ["Item": ["Succeeded"]],
                            "actions": ["Two": ["type": "Compose", "inputs": "two"]],
                        ],
                    ],
                ]
            ],
        ]
    ]

    @Test func `a run tells its trigger, its actions and their contents`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: ["C": ["type": "Compose", "inputs": "@triggerBody()"]])
            let name = try await fixture.run("w", ["text": "é"])
            let run = try await fixture.ended("w", name)
            let properties = try #require(run["properties"])
            #expect(run["id"] == .string("\(LogicFixture.base)/w/runs/\(name)"))
            #expect(properties["status"] == "Succeeded" && properties["error"] == nil)
            #expect(properties["correlation"]?["clientTrackingId"] == .string(name))
            #expect(properties["workflow"]?["type"] == "Microsoft.Logic/workflows/versions")
            #expect(properties["trigger"]?["name"] == "manual")
            let link = try #require(properties["trigger"]?["outputsLink"], "\(run)")
            let uri = try #require(link["uri"]?.stringValue)
            let content = try await fixture.call("GET", uri)
            #expect(content.status == 200 && content.json["body"] == ["text": "é"], "\(content.text)")
            #expect(link["contentSize"] == .integer(Int64(content.bytes.count)))
            #expect(link["contentHash"]?["algorithm"] == "md5")

            let action = try await fixture.manage("GET", "/w/runs/\(name)/actions/c").json
            #expect(action["name"] == "C" && action["properties"]?["status"] == "Succeeded")
            #expect(action["properties"]?["code"] == "OK")
            let outputs = try #require(action["properties"]?["outputsLink"]?["uri"]?.stringValue)
            #expect(try await fixture.call("GET", outputs).json == ["text": "é"])
            // Another content, another run, another end: no longer what was signed.
            for changed in [
                outputs.replacing("ActionOutputs", with: "ActionInputs"),
                outputs.replacing(name, with: "1" + name.dropFirst()),
                outputs.replacing("se=2", with: "se=3"), outputs.replacing("sig=", with: "sig=a"),
            ] {
                let answer = try await fixture.call("GET", changed)
                #expect(answer.status == 401 && answer.code == "DirectApiAuthorizationRequired", "\(changed)")
            }
            let bare = String(outputs.prefix { $0 != "?" })
            #expect(try await fixture.call("GET", bare).status == 401)
        }
    }

    @Test func `runs are listed newest first and filtered`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put(
                "w",
                actions: ["T": ["type": "Terminate", "inputs": ["runStatus": "@triggerBody()"]]]
            )
            var names: [String] = []
            for status in ["Succeeded", "Failed", "Cancelled", "Failed", "Succeeded"] {
                names.append(try await fixture.run("w", .string(status)))
            }
            var listed: [String] = []
            var link: String? = "\(LogicFixture.base)/w/runs?api-version=2019-05-01&$top=2"
            while let address = link {
                let page = try await fixture.send("GET", address).json
                listed += (page["value"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
                link = page["nextLink"]?.stringValue
            }
            #expect(listed == names.reversed())
            let failed = try await fixture.manage("GET", "/w/runs?$filter=status%20eq%20'failed'").json
            #expect(failed["value"]?.arrayValue?.count == 2)
            #expect(failed["value"]?[0]?["properties"]?["trigger"]?["name"] == "manual")
            let future = "startTime%20ge%202126-01-01T00:00:00Z"
            #expect(try await fixture.manage("GET", "/w/runs?$filter=\(future)").json["value"] == [])
            let third = names[2]
            let tracked = "clientTrackingId%20eq%20'\(third)'"
            let one = try await fixture.manage("GET", "/w/runs?$filter=\(tracked)").json
            #expect(one["value"]?.arrayValue?.map { $0["name"] } == [.string(third)])
        }
    }

    @Test func `repetitions of nested loops have their names and indexes`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: Self.loop)
            let name = try await fixture.run("w", [[1, 2], [], [3]])
            let base = "/w/runs/\(name)/actions"
            let actions = try await fixture.manage("GET", base).json["value"]?.arrayValue ?? []
            #expect(actions.map { $0["name"] } == ["Each", "Inner", "Item", "Check", "Two"])
            let item = try await fixture.manage("GET", "\(base)/Item").json
            #expect(item["properties"]?["repetitionCount"] == 3 && item["properties"]?["status"] == "Succeeded")
            #expect(item["properties"]?["outputsLink"] == nil)

            var repetitions: [JSON] = []
            var link: String? = "\(LogicFixture.base)\(base)/Item/repetitions?api-version=2019-05-01&$top=2"
            while let address = link {
                let page = try await fixture.send("GET", address).json
                repetitions += page["value"]?.arrayValue ?? []
                link = page["nextLink"]?.stringValue
            }
            #expect(repetitions.map { $0["name"] } == ["000000-000000", "000000-000001", "000002-000000"])
            #expect(
                repetitions[1]["properties"]?["repetitionIndexes"] == [
                    ["scopeName": "Each", "itemIndex": 0], ["scopeName": "Inner", "itemIndex": 1],
                ]
            )
            let last = try await fixture.manage("GET", "\(base)/item/repetitions/000002-000000").json
            let uri = try #require(last["properties"]?["outputsLink"]?["uri"]?.stringValue, "\(last)")
            #expect(try await fixture.call("GET", uri).json == "v3")
            #expect(
                try await fixture.manage("GET", "\(base)/Item/repetitions/000009").code
                    == "WorkflowRunActionRepetitionNotFound"
            )

            let outer = try await fixture.manage("GET", "\(base)/Each/scopeRepetitions").json["value"]?.arrayValue ?? []
            #expect(outer.map { $0["name"] } == ["000000", "000001", "000002"])
            #expect(outer.allSatisfy { $0["properties"]?["status"] == "Succeeded" })
            let inner =
                try await fixture.manage("GET", "\(base)/Inner/scopeRepetitions").json["value"]?.arrayValue ?? []
            #expect(inner.map { $0["name"] } == ["000000-000000", "000000-000001", "000002-000000"])
            let check = try await fixture.manage("GET", "\(base)/Check/scopeRepetitions/000000-000001").json
            #expect(check["properties"]?["repetitionIndexes"]?[1]?["itemIndex"] == 1)
            let skipped = try await fixture.manage("GET", "\(base)/Two/repetitions?$filter=status%20eq%20'Skipped'")
                .json
            #expect(skipped["value"]?.arrayValue?.map { $0["name"] } == ["000000-000000", "000002-000000"])
            let traces = try await fixture.manage(
                "POST",
                "\(base)/Item/repetitions/000000-000001/listExpressionTraces"
            ).json
            #expect(traces["inputs"]?[0]?["value"] == "v2" && traces["inputs"]?[0]?["text"] == "@concat('v', item())")
            #expect(try await fixture.manage("POST", "\(base)/Item/listExpressionTraces").code == "InvalidOperation")
        }
    }

    @Test func `a failing call shows its error and never its credentials`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put(
                "w",
                actions: [
                    "Call": [
                        "type": "Http",
                        "inputs": [
                            "method": "POST", "uri": "https://a.example/bad", "body": 1,
                            "headers": ["Authorization": "Bearer s3cret"],
                        ],
                    ]
                ]
            )
            let name = try await fixture.run("w")
            let run = try await fixture.ended("w", name)
            #expect(run["properties"]?["status"] == "Failed" && run["properties"]?["code"] == "ActionFailed")
            let base = "/w/runs/\(name)/actions/Call"
            let action = try await fixture.manage("GET", base)
            #expect(action.json["properties"]?["code"] == "BadRequest")
            let inputs = try #require(action.json["properties"]?["inputsLink"]?["uri"]?.stringValue)
            let content = try await fixture.call("GET", inputs)
            #expect(content.json["headers"]?["Authorization"] == "*sanitized*", "\(content.text)")
            let attempts = try await fixture.manage("GET", "\(base)/requestHistories")
            #expect(attempts.json["value"]?.arrayValue?.count == 1)
            #expect(attempts.json["value"]?[0]?["properties"]?["response"]?["statusCode"] == 400)
            let one = try await fixture.manage("GET", "\(base)/requestHistories/000000")
            #expect(one.json["properties"]?["request"]?["uri"] == "https://a.example/bad")
            for answer in [action, content, attempts, one] { #expect(!answer.text.contains("s3cret")) }
            #expect(
                try await fixture.manage("GET", "\(base)/requestHistories/000001").code
                    == "WorkflowRunActionRequestHistoryNotFound"
            )
            #expect(try await fixture.manage("GET", "/w/runs/\(name)/actions/No").code == "WorkflowRunActionNotFound")
            #expect(try await fixture.manage("GET", "/w/runs/No").code == "WorkflowRunNotFound")
        }
    }

    @Test func `secured contents have no address`() async throws {
        try await LogicFixture.running { fixture in
            let secure: JSON = ["secureData": ["properties": ["inputs", "outputs"]]]
            try await fixture.put(
                "w",
                actions: [
                    "Call": [
                        "type": "Http", "runtimeConfiguration": secure,
                        "inputs": ["method": "POST", "uri": "https://a.example/", "body": "h1dden"],
                    ],
                    "Use": ["type": "Compose", "inputs": "@body('Call')", "runAfter": ["Call": ["Succeeded"]]],
                ]
            )
            let name = try await fixture.run("w")
            for action in ["Call", "Use"] {
                let answer = try await fixture.manage("GET", "/w/runs/\(name)/actions/\(action)")
                let properties = try #require(answer.json["properties"])
                #expect(properties["status"] == "Succeeded", "\(answer.text)")
                #expect(properties["inputsLink"] == ["secureData": ["properties": ["inputs"]]])
                #expect(properties["outputsLink"] == ["secureData": ["properties": ["outputs"]]])
                #expect(!answer.text.contains("h1dden"))
                let traces = try await fixture.manage("POST", "/w/runs/\(name)/actions/\(action)/listExpressionTraces")
                #expect(traces.code == "ExpressionTracesNotAvailable")
            }
        }
    }

    @Test func `runs are cancelled once`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put(
                "w",
                actions: ["Call": ["type": "Http", "inputs": ["method": "GET", "uri": "https://a.example/hang"]]]
            )
            let called = try await fixture.call("POST", try await fixture.address("w"))
            let name = try #require(called.headers["x-ms-workflow-run-id"])
            _ = try await fixture.run("w", name) { $0["properties"]?["status"] == "Running" }
            let cancelled = try await fixture.manage("POST", "/w/runs/\(name)/cancel")
            #expect(cancelled.status == 200 && cancelled.bytes.isEmpty, "\(cancelled.text)")
            let run = try await fixture.ended("w", name)
            #expect(run["properties"]?["status"] == "Cancelled")
            let action = try await fixture.manage("GET", "/w/runs/\(name)/actions/Call").json
            #expect(action["properties"]?["status"] == "Cancelled")
            #expect(try await fixture.manage("POST", "/w/runs/\(name)/cancel").status == 400)
            #expect(try await fixture.manage("POST", "/w/runs/none/cancel").status == 404)
            let operation = try await fixture.manage("GET", "/w/runs/\(name)/operations/\(name)")
            #expect(operation.json["name"] == .string(name))
            #expect(try await fixture.manage("GET", "/w/runs/\(name)/operations/x").status == 404)
        }
    }

    @Test func `a person settles an unknown outcome`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put(
                "w",
                actions: [
                    "Call": [
                        "type": "Http",
                        "inputs": [
                            "method": "POST", "uri": "https://a.example/doubt", "retryPolicy": ["type": "none"],
                        ],
                    ],
                    "After": ["type": "Compose", "inputs": "@body('Call')", "runAfter": ["Call": ["Succeeded"]]],
                ]
            )
            let called = try await fixture.call("POST", try await fixture.address("w"))
            let name = try #require(called.headers["x-ms-workflow-run-id"])
            _ = try await fixture.run("w", name) { $0["properties"]?["outcomeUnknown"] == true }
            let path = "/w/runs/\(name)/actions/Call"
            #expect(try await fixture.manage("GET", path).json["properties"]?["outcomeUnknown"] == true)
            #expect(
                try await fixture.manage("POST", "\(path)/settle", ["decision": "x"]).code == "InvalidRequestContent"
            )
            let outputs: JSON = ["statusCode": 201, "headers": [:], "body": "made"]
            let settled = try await fixture.manage(
                "POST",
                "\(path)/settle",
                ["decision": "Happened", "outputs": outputs]
            )
            #expect(settled.status == 200, "\(settled.text)")
            #expect(try await fixture.ended("w", name)["properties"]?["status"] == "Succeeded")
            #expect(
                try await fixture.manage("POST", "\(path)/settle", ["decision": "Failed"]).code == "OutcomeNotUnknown"
            )
        }
    }
}
