import JSONTree
import Playbooks
import Rehearsal
import Testing

/// Rehearsals of playbooks in the forms of other tools, and what is said of those that fail.
struct RehearsedFormTests {
    private static func cloud(_ connector: String, _ operation: String, _ parameters: String) -> String {
        #"""
        "Do": {"type": "OpenApiConnection", "runAfter": {}, "inputs": {
          "host": {"apiId": "/providers/Microsoft.PowerApps/apis/shared_\#(connector)", "connectionName": "shared_\#(connector)-1",
            "operationId": "\#(operation)"},
          "parameters": {\#(parameters)}, "authentication": "@parameters('$authentication')"}}
        """#
    }

    private static func flow(_ action: String) -> String {
        #"""
        {"properties": {"displayName": "x", "connectionReferences": {}, "definition": {
          "parameters": {"$authentication": {"defaultValue": {}, "type": "SecureObject"}},
          "triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}},
          "actions": {\#(action), "Read": {"type": "Compose", "runAfter": {"Do": ["Succeeded"]}, "inputs": "@outputs('Do')?['body/value']"}}}}}
        """#
    }

    @Test(
        arguments: [
            (
                "office365", "SendEmailV2",
                #""emailMessage/To": "a@b.example", "emailMessage/Subject": "s", "emailMessage/Body": "b""#,
                "message", "subject", "s"
            ),
            (
                "sharepointonline", "PatchItem",
                #""dataset": "https://contoso.sharepoint.com/sites/x", "table": "t", "id": 1, "item/Title": "s""#, nil,
                "Title", "s"
            ),
        ] as [(String, String, String, String?, String, String)]
    )
    func `a cloud flow sends flattened parameters as a body`(
        _ connector: String,
        _ operation: String,
        _ parameters: String,
        _ member: String?,
        _ name: String,
        _ value: String
    ) async throws {
        let report = try await Rehearsals.run(definition: Self.flow(Self.cloud(connector, operation, parameters)))
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.missing.isEmpty)
        let request = try #require(report.requests.last { $0.body != nil }, "\(report.text)")
        #expect(request.connector == connector && request.operation == operation)
        let body = try #require(request.body)
        let holder = member.flatMap { body[$0] } ?? body
        #expect((holder["fields"] ?? holder)[name] == .string(value), "\(body.text)")
    }

    private static func standard(
        _ action: String,
        trigger: String = #""manual": {"type": "Request", "inputs": {}}"#
    ) -> String {
        #"{"kind": "Stateful", "definition": {"triggers": {\#(trigger)}, "actions": {\#(action)}}}"#
    }

    @Test(arguments: [
        ("freshdesk", "freshdesk"), ("freshdesk-someone", "freshdesk"), ("shared_freshdesk_2", "freshdesk"),
    ])
    func `a connection without a file is known by its name`(_ key: String, _ connector: String) async throws {
        let action = #"""
            "Get": {"type": "ApiConnection", "inputs": {"host": {"connection": {"referenceName": "\#(key)"}}, "method": "get",
              "path": "/api/v2/tickets/1"}}
            """#
        let report = try await Rehearsals.run(definition: Self.standard(action))
        #expect(report.requests.map(\.connector) == [connector], "\(report.text)")
    }

    @Test func `a notification trigger hands over what its fetch answers`() async throws {
        let trigger = #"""
            "Mail": {"type": "ApiConnectionNotification", "splitOn": "@triggerBody()?['value']", "inputs": {
              "host": {"connection": {"referenceName": "office365"}},
              "fetch": {"method": "get", "pathTemplate": {"template": "/v3/Mail/OnNewEmail"}},
              "subscribe": {"method": "post", "pathTemplate": {"template": "/poke/$subscriptions"}}}}
            """#
        let action = #""C": {"type": "Compose", "inputs": "@triggerBody()"}"#
        let report = try await Rehearsals.run(definition: Self.standard(action, trigger: trigger))
        #expect(report.status == "Succeeded", "\(report.text)")
        let body = report.action("C")?["outputs"]
        #expect((body?["subject"] ?? body?["Subject"])?.stringValue?.isEmpty == false, "\(report.run.json.text)")
    }

    @Test(
        arguments: [
            (#"{"type": "Agent", "inputs": {}}"#, "ActionTypeNotSupported", nil),
            (#"{"type": "CSharpScriptCode", "inputs": "@triggerBody()"}"#, "ActionTypeNotSupported", nil),
            (
                #"{"type": "Xslt", "inputs": {"content": "@triggerBody()", "integrationAccount": {"map": {"name": "M.xslt"}}}}"#,
                "IntegrationAccountArtifactNotFound", nil
            ),
            (
                #"{"type": "Compose", "inputs": "@concat(parameters('Base-Url'), triggerBody())"}"#, "InvalidTemplate",
                "Declare the parameter 'Base-Url' in the definition and give its value with --parameters, or correct its name in 'A'."
            ),
            (
                #"{"type": "Compose", "inputs": "@json(concat('x', string(triggerBody())))"}"#, "InvalidTemplate",
                "Give a payload that the playbook can read with --payload."
            ),
        ] as [(String, String, String?)]
    )
    func `advice goes by the error, and says nothing twice`(
        _ action: String,
        _ code: String,
        _ remedy: String?
    ) async throws {
        let report = try await Rehearsals.run(definition: Self.standard(#""A": \#(action)"#))
        let failed = try #require(report.action("A"))
        #expect(failed["error"]?["code"]?.stringValue == code, "\(report.text)")
        #expect(report.advice.map(\.remedy) == [remedy], "\(report.text)")
        #expect(report.text.contains("What can be done:") == (remedy != nil))
        #expect(report.advice.first?.json["remedy"]?.stringValue == remedy)
    }
}
