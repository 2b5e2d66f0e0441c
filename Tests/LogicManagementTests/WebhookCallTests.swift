import JSONTree
import Outbound
import Testing

/// Calls of the address at which a webhook action waits.
@Suite(.timeLimit(.minutes(2)))
struct WebhookCallTests {
    private static func waiting(_ uri: String) -> JSON {
        [
            "Wait": [
                "type": "HttpWebhook",
                "inputs": [
                    "subscribe": [
                        "method": "POST", "uri": .string(uri), "body": ["callback": "@{listCallbackUrl()}"],
                    ]
                ],
            ]
        ]
    }

    /// Starts a run and gives its name and the callback address of its action, once that is as wanted.
    private func start(
        _ fixture: LogicFixture,
        _ isReady: (JSON) -> Bool
    ) async throws -> (run: String, address: String) {
        let called = try await fixture.call("POST", try await fixture.address("w"))
        let run = try #require(called.headers["x-ms-workflow-run-id"])
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let action = try await fixture.manage("GET", "/w/runs/\(run)/actions/Wait")
            let address = fixture.outside.callbacks.last { $0.contains(run) }
            if let address, isReady(action.json["properties"] ?? .null) { return (run, address) }
            try #require(ContinuousClock.now < deadline, "\(action.text)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func outputs(_ fixture: LogicFixture, _ run: String) async throws -> JSON {
        let action = try await fixture.manage("GET", "/w/runs/\(run)/actions/Wait").json
        let uri = try #require(action["properties"]?["outputsLink"]?["uri"]?.stringValue, "\(action)")
        return try await fixture.call("GET", uri).json
    }

    @Test func `of calls at the same time exactly one is taken, the others hear 404`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: Self.waiting("https://a.example/subscribe"))
            for _ in 0..<10 {
                let (run, address) = try await start(fixture) { $0["status"] == "Waiting" }
                let answers = try await withThrowingTaskGroup(of: (Int64, LogicFixture.Answer).self) { group in
                    for number in Int64(0)..<8 {
                        group.addTask {
                            (number, try await fixture.call("POST", address, ["number": .integer(number)]))
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let taken = answers.filter { $0.1.status == 200 }
                #expect(taken.count == 1, "\(answers.map(\.1.status))")
                for (_, answer) in answers where answer.status != 200 {
                    #expect(answer.status == 404 && answer.code == "WorkflowRunActionCallbackNotExpected")
                }
                _ = try await fixture.ended("w", run)
                #expect(try await outputs(fixture, run)["body"]?["number"] == taken.first.map { JSON.integer($0.0) })
            }
        }
    }

    @Test func `a subscription of which a person says that it was made waits for its call`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: Self.waiting("https://a.example/doubt"))
            let (run, address) = try await start(fixture) { $0["outcomeUnknown"] == true }
            let decision: JSON = [
                "decision": "Happened", "outputs": ["statusCode": 201, "headers": [:], "body": ["id": 7]],
            ]
            let settled = try await fixture.manage("POST", "/w/runs/\(run)/actions/Wait/settle", decision)
            #expect(settled.status == 200, "\(settled.text)")
            let waiting = try await fixture.manage("GET", "/w/runs/\(run)/actions/Wait").json["properties"]
            #expect(waiting?["status"] == "Waiting" && waiting?["outcomeUnknown"] != true)
            #expect(try await fixture.call("POST", address, ["answer": 42]).status == 200)
            _ = try await fixture.ended("w", run)
            #expect(try await outputs(fixture, run)["body"] == ["answer": 42])
        }
    }

    @Test func `a call proves a subscription whose answer was lost`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: Self.waiting("https://a.example/doubt"))
            let (run, address) = try await start(fixture) { $0["outcomeUnknown"] == true }
            #expect(try await fixture.call("POST", address, ["answer": 1]).status == 200)
            #expect(try await fixture.ended("w", run)["properties"]?["status"] == "Succeeded")
        }
    }
}
