import JSONTree
import Serving
import Testing

/// Requests that the management interface refuses: without token, role, version, or a right path.
@Suite(.timeLimit(.minutes(2)))
struct RefusalTests {
    private static let operations: [(method: String, path: String, role: String)] = [
        ("GET", "", "Logic.Reader"), ("GET", "/w", "Logic.Reader"), ("PUT", "/w", "Logic.Contributor"),
        ("PATCH", "/w", "Logic.Contributor"), ("DELETE", "/w", "Logic.Contributor"),
        ("POST", "/w/enable", "Logic.Operator"), ("POST", "/w/disable", "Logic.Operator"),
        ("POST", "/w/move", "Logic.Contributor"), ("POST", "/w/validate", "Logic.Reader"),
        ("POST", "/w/generateUpgradedDefinition", "Logic.Reader"), ("POST", "/w/listSwagger", "Logic.Reader"),
        ("POST", "/w/listCallbackUrl", "Logic.Operator"), ("POST", "/w/regenerateAccessKey", "Logic.Contributor"),
        ("GET", "/w/versions", "Logic.Reader"), ("GET", "/w/versions/v", "Logic.Reader"),
        ("POST", "/w/versions/v/triggers/t/listCallbackUrl", "Logic.Operator"),
        ("GET", "/w/triggers", "Logic.Reader"), ("GET", "/w/triggers/t", "Logic.Reader"),
        ("GET", "/w/triggers/t/schemas/json", "Logic.Reader"), ("POST", "/w/triggers/t/run", "Logic.Operator"),
        ("POST", "/w/triggers/t/reset", "Logic.Operator"), ("POST", "/w/triggers/t/setState", "Logic.Contributor"),
        ("POST", "/w/triggers/t/listCallbackUrl", "Logic.Operator"), ("GET", "/w/triggers/t/histories", "Logic.Reader"),
        ("GET", "/w/triggers/t/histories/h", "Logic.Reader"),
        ("POST", "/w/triggers/t/histories/h/resubmit", "Logic.Operator"), ("GET", "/w/runs", "Logic.Reader"),
        ("GET", "/w/runs/r", "Logic.Reader"), ("POST", "/w/runs/r/cancel", "Logic.Operator"),
        ("POST", "/w/runs/r/release", "Logic.Operator"),
        ("GET", "/w/runs/r/operations/o", "Logic.Reader"), ("GET", "/w/runs/r/actions", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a", "Logic.Reader"),
        ("POST", "/w/runs/r/actions/a/listExpressionTraces", "Logic.Reader"),
        ("POST", "/w/runs/r/actions/a/settle", "Logic.Operator"),
        ("GET", "/w/runs/r/actions/a/requestHistories", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a/requestHistories/0", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a/repetitions", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a/repetitions/0", "Logic.Reader"),
        ("POST", "/w/runs/r/actions/a/repetitions/0/listExpressionTraces", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a/repetitions/0/requestHistories", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a/repetitions/0/requestHistories/0", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a/scopeRepetitions", "Logic.Reader"),
        ("GET", "/w/runs/r/actions/a/scopeRepetitions/0", "Logic.Reader"),
    ]

    @Test func `every operation asks for a caller, its role and a version`() async throws {
        let fixture = try await LogicFixture()
        let body = LogicFixture.body(LogicFixture.definition(actions: [:]))
        let weaker = [
            "Logic.Contributor": "Logic.Operator", "Logic.Operator": "Logic.Reader",
            "Logic.Reader": "SecurityEvents.Read.All",
        ]
        for (method, path, role) in Self.operations {
            let sent: JSON? = method == "GET" ? Optional<JSON>.none : body
            let nobody = try await fixture.manage(method, path, sent, principal: nil)
            #expect(nobody.status == 401 && nobody.code == "AuthenticationFailed", "\(method) \(path): \(nobody.text)")
            let weak = LogicFixture.principal([weaker[role] ?? ""])
            let forbidden = try await fixture.manage(method, path, sent, principal: weak)
            #expect(forbidden.status == 403 && forbidden.code == "AuthorizationFailed", "\(method) \(path)")
            #expect(forbidden.message.contains(role))
            let target = "\(LogicFixture.base)\(path)"
            let unversioned = try await fixture.send(method, target, bytes: sent.map { $0.bytes() } ?? [])
            #expect(unversioned.status == 400 && unversioned.code == "MissingApiVersionParameter", "\(method) \(path)")
            let strange = try await fixture.send(method, "\(target)?api-version=1999-01-01")
            #expect(strange.code == "InvalidApiVersionParameter")
            // A workflow of another tenant is as if it were not there.
            guard role != "Logic.Contributor" || method != "PUT", path.hasPrefix("/w"), path != "/w/validate" else {
                continue
            }
            let absent = try await fixture.manage(method, path, sent, principal: LogicFixture.principal([role]))
            #expect(absent.status == 404 || absent.status == 204, "\(method) \(path): \(absent.text)")
            if absent.status == 404 { #expect(absent.code == "WorkflowNotFound", "\(method) \(path): \(absent.text)") }
        }
    }

    @Test(arguments: [
        ("GET", "/w/nothing", 404, "ResourceNotFound"), ("PUT", "/w/runs", 405, "MethodNotAllowed"),
        ("DELETE", "/w/runs/r", 405, "MethodNotAllowed"), ("POST", "/w", 405, "MethodNotAllowed"),
        ("PUT", "/a%20b", 400, "InvalidWorkflowName"), ("PUT", "/w", 400, "InvalidRequestContent"),
        ("GET", "?$filter=state", 200, ""), ("GET", "?$filter=state%20eq", 400, "InvalidFilterInQueryString"),
        ("GET", "?$top=none", 400, "InvalidQueryString"), ("GET", "?$skiptoken=00ff", 400, "InvalidSkipToken"),
        ("GET", "?$skiptoken=6162", 400, "InvalidSkipToken"),
    ])
    func `wrong requests say what is wrong`(
        _ method: String,
        _ path: String,
        _ status: Int,
        _ code: String
    ) async throws {
        let fixture = try await LogicFixture()
        let answer = try await fixture.manage(method, path)
        #expect(answer.status == status && answer.code == code, "\(answer.text)")
        if status >= 400 { #expect(!answer.message.isEmpty) }
    }

    @Test func `case does not matter in paths`() async throws {
        try await LogicFixture.running { fixture in
            try await fixture.put("Case", actions: [:])
            let path = "/SUBSCRIPTIONS/S1/resourcegroups/G1/PROVIDERS/microsoft.logic/WorkFlows/cASE"
            let answer = try await fixture.send("GET", "\(path)?API-VERSION=2019-05-01")
            #expect(answer.status == 200 && answer.json["name"] == "Case", "\(answer.text)")
            #expect(answer.headers["x-ms-request-id"]?.isEmpty == false)
            let trigger = try await fixture.send("GET", "\(path)/TRIGGERS/MANUAL?api-version=2019-05-01")
            #expect(trigger.json["name"] == "manual", "\(trigger.text)")
        }
    }
}
