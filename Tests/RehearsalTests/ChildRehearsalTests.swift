import JSONTree
import Moments
import Playbooks
import Rehearsal
import Testing

/// Workflows that a playbook calls: rehearsed, too, when they are given, else answered with what is read.
struct ChildRehearsalTests {
    private static let parent = ExpectationTests.playbook(
        #"""
        "Ask_child": {"type": "Workflow", "runAfter": {}, "inputs": {"body": {"host": "host-17"}, "host": {"triggerName": "manual",
          "workflow": {"id": "/subscriptions/x/resourceGroups/y/providers/Microsoft.Logic/workflows/enrich"}}}},
        "Use": {"type": "Compose", "inputs": "@body('Ask_child')['verdicts'][0]", "runAfter": {"Ask_child": ["Succeeded"]}}
        """#
    )

    private static func child(_ response: String) -> RehearsedFile {
        let text = ExpectationTests.playbook(
            #"""
            "Wait": {"type": "Wait", "runAfter": {}, "inputs": {"interval": {"count": 20, "unit": "Second"}}},
            "Create_ticket": {"type": "ApiConnection", "runAfter": {"Wait": ["Succeeded"]}, "inputs": {
              "host": {"connection": {"name": "@parameters('$connections')['freshdesk']['connectionId']"}},
              "method": "post", "path": "/api/v2/tickets",
              "body": {"subject": "@{triggerBody()['host']}", "description": "A", "email": "a@contoso.example", "priority": 2, "status": 2}}}\#(response)
            """#
        )
        return RehearsedFile(PlaybookFile.load(text: text), name: "enrich")
    }

    private static let answer = #"""
        , "Response": {"type": "Response", "kind": "Http", "runAfter": {"Create_ticket": ["Succeeded"]},
          "inputs": {"statusCode": 200, "body": {"verdicts": ["clean"]}}}
        """#

    @Test func `a child that is given is rehearsed`() async throws {
        var options = PlaybookRehearsal.Options()
        options.others = [Self.child(Self.answer)]
        let report = try await Rehearsals.run(definition: Self.parent, options: options)
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.action("Use")?["outputs"] == "clean")
        #expect(report.requests.map(\.action) == ["Ask_child", "Ask_child/Create_ticket"])
        #expect(report.requests.last?.body?["subject"] == "host-17")
        #expect(report.requests.first?.status == 200)
        #expect(report.action("Ask_child")?["endTime"]?.stringValue?.hasPrefix("2026-03-02T09:00:20") == true)
    }

    @Test func `a child that ends without a Response says why`() async throws {
        var options = PlaybookRehearsal.Options()
        let broken = #"""
            , "Fail": {"type": "Terminate", "inputs": {"runStatus": "Failed"}, "runAfter": {"Create_ticket": ["Succeeded"]}},
            "Response": {"type": "Response", "kind": "Http", "runAfter": {"Fail": ["Succeeded"]}, "inputs": {"statusCode": 200}}
            """#
        options.others = [Self.child(broken)]
        let report = try await Rehearsals.run(definition: Self.parent, options: options)
        #expect(report.status == "Failed")
        #expect(report.action("Ask_child")?["outputs"]?["statusCode"] == 502)
        #expect(report.action("Ask_child")?["outputs"]?["body"]?["error"]?["code"] == "NoResponse")
    }

    @Test func `a child that calls itself comes to an end`() async throws {
        var options = PlaybookRehearsal.Options()
        let text = Self.parent.replacing("workflows/enrich", with: "workflows/sample")
        let file = PlaybookFile.load(text: text)
        options.others = [RehearsedFile(file, name: "sample")]
        let report = try await Rehearsals.run(definition: text, options: options)
        #expect(report.status == "Failed")
    }

    @Test func `a child that nobody has answers what is read`() async throws {
        let report = try await Rehearsals.run(definition: Self.parent)
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.requests.map(\.origin) == ["unmatched"])
    }
}
