import JSONTree
import Lab
import Moments
import Rehearsal
import Testing

/// Rehearsals of small playbooks: what is sent, how long it takes, and how people and faults change it.
struct RehearsalTests {
    private static func playbook(trigger: String = "", _ actions: String) -> String {
        let manual = #""manual": {"type": "Request", "kind": "Http", "inputs": {}}"#
        return """
            {"definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
            "contentVersion": "1.0.0.0", "parameters": {"$connections": {"type": "Object", "defaultValue": {}}},
            "triggers": {\(trigger.isEmpty ? manual : trigger)}, "actions": {\(actions)}, "outputs": {}}}
            """
    }

    private static let ticket = #"""
        "Create_ticket": {"type": "ApiConnection", "runAfter": {}, "inputs": {
          "host": {"connection": {"name": "@parameters('$connections')['freshdesk']['connectionId']"}},
          "method": "post", "path": "/api/v2/tickets",
          "body": {"subject": "Phishing", "description": "A mail", "email": "a@contoso.example", "priority": 2, "status": 2}}}
        """#

    @Test func `a ticket is made by the request that would be sent`() async throws {
        let report = try await Rehearsals.run(definition: Self.playbook(Self.ticket))
        #expect(report.status == "Succeeded")
        let request = try #require(report.requests.first)
        #expect(report.requests.count == 1)
        #expect(request.method == "POST")
        #expect(request.url == "https://contoso.freshdesk.com/api/v2/tickets")
        #expect(request.body?["subject"] == "Phishing")
        #expect(!request.headers.contains { $0.name == "Authorization" })
        let outputs = report.action("Create_ticket")?["outputs"]
        #expect(outputs?["statusCode"] == 201)
        #expect(outputs?["body"]?["subject"] == "Phishing")
        #expect(outputs?["headers"]?["x-tocsin-stand-in"] == nil)
        #expect(report.text.split(separator: "\n").last == "Succeeded")
    }

    @Test func `a refused request fails the run`() async throws {
        let text = Self.playbook(Self.ticket.replacing(#""priority": 2"#, with: #""priority": 9"#))
        let report = try await Rehearsals.run(definition: text)
        #expect(report.status == "Failed")
    }

    @Test func `a limit is waited for in virtual time`() async throws {
        var lab = LabOptions()
        lab.faults = ["freshdesk:CreateTicket:429*2"].compactMap { LabFault($0) }
        let report = try await Rehearsals.run(definition: Self.playbook(Self.ticket), lab: lab)
        #expect(report.status == "Succeeded")
        #expect(report.requests.map(\.status) == [429, 429, 201])
        #expect(report.requests[1].at - report.requests[0].at >= .seconds(10))
    }

    @Test func `an answer that comes too late is no answer`() async throws {
        var lab = LabOptions()
        lab.faults = ["freshdesk:CreateTicket:latency=5"].compactMap { LabFault($0) }
        let report = try await Rehearsals.run(definition: Self.playbook(Self.ticket), lab: lab)
        let action = report.action("Create_ticket")
        #expect(
            action?["startTime"] == "2026-03-02T09:00:00.0000000Z" || action?["startTime"] == "2026-03-02T09:00:00Z"
        )
        #expect(action?["endTime"]?.stringValue?.hasPrefix("2026-03-02T09:00:05") == true)
    }

    @Test func `a lost answer is looked up and not sent again`() async throws {
        var lab = LabOptions()
        lab.faults = ["freshdesk:CreateTicket:cut-after"].compactMap { LabFault($0) }
        let report = try await Rehearsals.run(definition: Self.playbook(Self.ticket), lab: lab)
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.requests.filter { $0.method == "POST" }.count == 1)
        #expect(report.requests.contains { $0.method == "GET" })
    }

    @Test func `delays take no real time`() async throws {
        let text = Self.playbook(
            #""Wait": {"type": "Wait", "runAfter": {}, "inputs": {"interval": {"count": 30, "unit": "Day"}}}"#
        )
        let clock = ContinuousClock()
        let begin = clock.now
        let report = try await Rehearsals.run(definition: text)
        #expect(report.status == "Succeeded")
        #expect(report.action("Wait")?["endTime"]?.stringValue?.hasPrefix("2026-04-01T09:00:00") == true)
        #expect(clock.now - begin < .seconds(60))
    }

    private static let approval = #"""
        "Ask": {"type": "ApiConnectionWebhook", "runAfter": {}, "inputs": {
          "host": {"connection": {"name": "@parameters('$connections')['office365_2']['connectionId']"}},
          "path": "/approvalmail/$subscriptions",
          "body": {"NotificationUrl": "@{listCallbackUrl()}",
            "Message": {"To": "soc@contoso.example", "Subject": "Block?", "Options": "Approve, Reject"}}}}
        """#

    @Test(arguments: [(nil, "Approve"), ("Reject", "Reject")] as [(String?, String)])
    func `an approval is answered`(_ chosen: String?, _ expected: String) async throws {
        var options = PlaybookRehearsal.Options()
        options.answers.options["Ask"] = chosen
        let report = try await Rehearsals.run(definition: Self.playbook(Self.approval), options: options)
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.action("Ask")?["outputs"]?["body"]?["SelectedOption"]?.stringValue == expected)
        #expect(report.action("Ask")?["endTime"]?.stringValue?.hasPrefix("2026-03-02T09:01:00") == true)
    }

    @Test func `mocks go before stand-ins`() async throws {
        var options = PlaybookRehearsal.Options()
        options.mocks = MockedServices([
            ["action": "Create_ticket", "responses": [["status": 201, "body": ["id": 77]]]]
        ])
        let report = try await Rehearsals.run(definition: Self.playbook(Self.ticket), options: options)
        #expect(report.action("Create_ticket")?["outputs"]?["body"]?["id"] == 77)
    }

    @Test func `the Sentinel trigger hands over an incident with entities`() async throws {
        let trigger = #"""
            "Incident": {"type": "ApiConnectionWebhook", "inputs": {"path": "/incident-creation",
              "host": {"connection": {"name": "@parameters('$connections')['microsoftsentinel']['connectionId']"}},
              "body": {"callback_url": "@{listCallbackUrl()}"}}}
            """#
        let entities = #"""
            "Addresses": {"type": "ApiConnection", "runAfter": {}, "inputs": {"method": "post", "path": "/entities/ip",
              "host": {"connection": {"name": "@parameters('$connections')['microsoftsentinel']['connectionId']"}},
              "body": "@triggerBody()?['object']?['properties']?['relatedEntities']"}}
            """#
        let report = try await Rehearsals.run(definition: Self.playbook(trigger: trigger, entities))
        #expect(report.status == "Succeeded", "\(report.text)")
        let found = report.action("Addresses")?["outputs"]?["body"]?["IPs"]?.arrayValue
        #expect(found?.map { $0["Address"] } == ["203.0.113.66"])
    }

    @Test func `a plain call to a host that a connector has is answered by its definition`() async throws {
        let text = Self.playbook(
            #"""
            "Get": {"type": "Http", "runAfter": {}, "inputs": {"method": "GET",
              "uri": "https://api.securitycenter.microsoft.com/api/machines/abc",
              "authentication": {"type": "ManagedServiceIdentity", "audience": "https://api.securitycenter.microsoft.com"}}},
            "Other": {"type": "Http", "runAfter": {"Get": ["Succeeded"]}, "inputs": {"method": "GET", "uri": "https://x.example/"}},
            "Parse": {"type": "ParseJson", "runAfter": {"Other": ["Succeeded"]}, "inputs": {"content": "@body('Other')",
              "schema": {"type": "object", "properties": {"score": {"type": "integer"}}, "required": ["score"]}}}
            """#
        )
        let report = try await Rehearsals.run(definition: text)
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.requests.map(\.connector) == ["wdatp", nil])
        #expect(report.requests.map(\.origin) == ["generated", "unmatched"])
        #expect(report.action("Get")?["outputs"]?["body"]?["id"] == "abc")
    }
}
