import Identity
import JSONTree
import Moments
import Outbound
import Serving
import Testing

/// Changes by the management interface leave a record of who did what to what, without what was sent.
@Suite(.timeLimit(.minutes(2)))
struct AuditTests {
    private func entries(_ fixture: LogicFixture) async throws -> [AuditEntry] {
        try await fixture.audit.records(tenant: "t1", limit: 1_000).reversed().map(\.entry)
    }

    @Test func `every operation that changes something is recorded with caller, action and target`() async throws {
        try await LogicFixture.running { fixture in
            let base = LogicFixture.base
            let patient: JSON = [
                "Wait": ["type": "Wait", "inputs": ["interval": ["count": 1, "unit": "Hour"]]]
            ]
            let doubt: JSON = [
                "Call": ["type": "Http", "inputs": ["method": "POST", "uri": "https://a.example/doubt"]]
            ]
            try await fixture.put("w", actions: patient)
            try await fixture.put("w", actions: doubt)
            _ = try await fixture.manage("PATCH", "/w", ["tags": ["secret-tag": "canary-1"]])
            _ = try await fixture.manage("POST", "/w/disable")
            _ = try await fixture.manage("POST", "/w/enable")
            _ = try await fixture.manage("POST", "/w/regenerateAccessKey", ["keyType": "Secondary"])
            let run = try #require(
                try await fixture.manage("POST", "/w/triggers/manual/run", ["text": "canary-2"])
                    .headers["x-ms-workflow-run-id"]
            )
            _ = try await fixture.run("w", run) { $0["properties"]?["outcomeUnknown"] == true }
            let outputs: JSON = ["statusCode": 200, "headers": [:], "body": "canary-3"]
            let settled = try await fixture.manage(
                "POST",
                "/w/runs/\(run)/actions/Call/settle",
                ["decision": "Happened", "outputs": outputs]
            )
            #expect(settled.status == 200, "\(settled.text)")
            _ = try await fixture.ended("w", run)
            let again = try await fixture.manage("POST", "/w/triggers/manual/histories/\(run)/resubmit")
            let second = try #require(again.headers["x-ms-workflow-run-id"], "\(again.text)")
            #expect(try await fixture.manage("POST", "/w/runs/\(second)/cancel").status == 200)
            _ = try await fixture.manage("POST", "/w/triggers/manual/reset")
            _ = try await fixture.manage("POST", "/w/listCallbackUrl")
            _ = try await fixture.manage("POST", "/w/move", ["id": .string("\(base)/v")])
            #expect(try await fixture.manage("DELETE", "/v").status == 200)

            let found = try await entries(fixture)
            let expected: [(action: String, target: String)] = [
                ("workflow.create", "\(base)/w"), ("workflow.update", "\(base)/w"), ("workflow.update", "\(base)/w"),
                ("workflow.disable", "\(base)/w"), ("workflow.enable", "\(base)/w"),
                ("workflow.regenerateKey", "\(base)/w"), ("trigger.run", "\(base)/w/triggers/manual"),
                ("run.settle", "\(base)/w/runs/\(run)/actions/Call"),
                ("run.resubmit", "\(base)/w/triggers/manual/histories/\(run)"),
                ("run.cancel", "\(base)/w/runs/\(second)"), ("trigger.reset", "\(base)/w/triggers/manual"),
                ("workflow.callbackUrl", "\(base)/w"), ("workflow.move", "\(base)/w"), ("workflow.delete", "\(base)/v"),
            ]
            #expect(found.map(\.action) == expected.map(\.action))
            #expect(found.map(\.target) == expected.map(\.target))
            #expect(found.allSatisfy { $0.actor == "o" && $0.detail["clientId"] == "a" && $0.detail["name"] == "Test" })
            #expect(found.allSatisfy { $0.outcome == "success" && $0.detail["request"]?.stringValue?.isEmpty == false })
            func detail(_ action: String) -> JSON? { found.first { $0.action == action }?.detail }
            #expect(detail("workflow.regenerateKey")?["keyType"] == "Secondary")
            #expect(detail("trigger.run")?["run"] == .string(run))
            #expect(detail("run.settle")?["decision"] == "Happened")
            #expect(detail("run.resubmit")?["run"] == .string(second))
            #expect(detail("workflow.create")?["status"] == 201)
            #expect(!found.contains { $0.detail.text.contains("canary") || $0.detail.text.contains("sig=") })
        }
    }

    @Test func `what was refused is recorded as a failure, what only reads is not`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("w", actions: ["C": ["type": "Compose", "inputs": 1]])
            let reader = LogicFixture.principal(["Logic.Reader"])
            #expect(try await fixture.manage("DELETE", "/w", principal: reader).status == 403)
            #expect(try await fixture.manage("PUT", "/w", ["location": "x", "properties": [:]]).status == 400)
            #expect(try await fixture.manage("POST", "/none/disable").status == 404)
            #expect(try await fixture.manage("GET", "/w").status == 200)
            #expect(try await fixture.manage("GET", "/w/runs").status == 200)
            let found = try await entries(fixture).dropFirst()
            #expect(found.map(\.action) == ["workflow.delete", "workflow.update", "workflow.disable"])
            #expect(found.allSatisfy { $0.outcome == "failure" })
            #expect(found.compactMap { $0.detail["status"]?.integerValue } == [403, 400, 404])
            #expect(found.last?.detail["code"] == "WorkflowNotFound")
        }
    }

    @Test func `a record is of its own tenant, and goes when it is old, but for the newest`() async throws {
        try await LogicFixture.running { fixture in
            for _ in 0..<3 { try await fixture.put("w", actions: ["C": ["type": "Compose", "inputs": 1]]) }
            #expect(try await fixture.audit.records(tenant: "t2").isEmpty)
            #expect(try await fixture.audit.prune(before: Timestamp.now - .days(1)) == 0)
            #expect(try await fixture.audit.prune(before: Timestamp.now + .days(1)) == 2)
            #expect(try await fixture.audit.records(tenant: "t1").map(\.number) == [3])
            try await fixture.put("w", actions: ["C": ["type": "Compose", "inputs": 2]])
            #expect(try await fixture.audit.records(tenant: "t1").map(\.number) == [4, 3])
        }
    }
}
