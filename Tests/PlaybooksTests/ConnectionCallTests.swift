import Expressions
import JSONTree
import Playbooks
import Testing

/// What is known before a run of the calls that go through connections.
struct ConnectionCallTests {
    @Test(arguments: [
        ("/subscriptions/s/providers/Microsoft.Web/locations/x/managedApis/office365", "office365"),
        ("/providers/Microsoft.PowerApps/apis/shared_office365", "office365"), ("shared_teams", "teams"),
        ("Shared_teams", "teams"), ("azuresentinel", "azuresentinel"), ("shared_", "shared_"), ("", ""),
    ])
    func `an id names its connector`(_ id: String, _ name: String) {
        #expect(ConnectorName.of(id: id) == name)
    }

    @Test(arguments: [
        ("powerbi-andrewga", nil, "powerbi"), ("azuresentinel_1", nil, "azuresentinel"),
        ("shared_teams-1", nil, "teams"), ("c", "/a/managedApis/mine", "mine"), ("c", "<unresolved: x('/a')>", "c"),
        ("Outlook", nil, "outlook"), ("contoso-teams", "", "teams"),
    ])
    func `a connection is named after its connector`(_ key: String, _ api: String?, _ name: String) {
        let names = ConnectorName.candidates(key: key, api: api)
        #expect(names.contains(name), "\(names)")
        let odd = names.filter { $0.isEmpty || $0.contains("<") || $0.contains(")") }
        #expect(odd.isEmpty, "\(names)")
    }

    private static func calls(_ text: String) throws -> [ConnectionCall] {
        let file = PlaybookFile.load(text: text)
        let workflow = try #require(file.workflows.first)
        return try #require(workflow.compile().definition).connectionCalls(references: file.connections)
    }

    private static let host =
        #""host": {"connection": {"name": "@parameters('$connections')['office365']['connectionId']"}}"#

    private static func notification(_ inputs: String, _ more: String = "") -> String {
        """
        {"definition": {"parameters": {"$connections": {"type": "Object", "defaultValue": {}}}, "actions": {},
         "triggers": {"Mail": {"type": "ApiConnectionNotification", \(more) "inputs": {\(host), \(inputs)}}}}, "parameters": {}}
        """
    }

    private static let subscribe = #"""
        "subscribe": {"method": "post", "body": {"NotificationUrl": "@{listCallbackUrl()}"},
          "pathTemplate": {"template": "/poke/$subscriptions"}}
        """#

    @Test(arguments: [
        (#""fetch": {"method": "get", "pathTemplate": {"template": "/v3/Mail/OnNewEmail"}}"#, "/v3/Mail/OnNewEmail"),
        (
            #""fetch": {"method": "get", "pathTemplate": {"template": "/tables/{t}/{u}", "parameters": {"t": "@encodeURIComponent('a')", "u": "b"}}}"#,
            "/tables/{}/b"
        ), (#""method": "get", "path": "/v3/Mail/OnNewEmail""#, "/v3/Mail/OnNewEmail"),
    ])
    func `a notification trigger calls what it fetches`(_ fetch: String, _ path: String) throws {
        for text in [fetch, "\(fetch), \(Self.subscribe)"] {
            let call = try #require(try Self.calls(Self.notification(text)).first)
            #expect(call.method == "GET" && call.path == path)
            #expect(call.subscription == (text == fetch ? nil : "POST /poke/$subscriptions"))
        }
    }

    @Test func `a notification trigger asks every minute, or as it says`() throws {
        func recurrence(_ more: String) throws -> JSON? {
            let file = PlaybookFile.load(text: Self.notification(Self.subscribe, more))
            let compilation = try #require(file.workflows.first).compile()
            #expect(compilation.definition != nil, "\(compilation.diagnostics)")
            return compilation.definition?.triggers.first?.recurrenceValue
        }
        #expect(try recurrence("") == ["frequency": "Minute", "interval": 1])
        let hourly = #""recurrence": {"frequency": "Hour", "interval": 1},"#
        #expect(try recurrence(hourly) == ["frequency": "Hour", "interval": 1])
    }

    private static let flow = #"""
        {"properties": {"displayName": "x", "connectionReferences": {
          "new_mail": {"api": {"name": "shared_office365"}}, "files": {"id": "/providers/Microsoft.PowerApps/apis/shared_onedrive"}},
         "definition": {"parameters": {"$authentication": {"defaultValue": {}, "type": "SecureObject"}},
          "triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {}}},
          "actions": {
           "A": {"type": "OpenApiConnection", "inputs": {"host": {"connectionName": "x", "operationId": "SendEmailV2",
             "apiId": "/providers/Microsoft.PowerApps/apis/shared_teams"}, "parameters": {}}},
           "B": {"type": "OpenApiConnection", "inputs": {"host": {"connectionName": "new_mail", "operationId": "O"}, "parameters": {}}},
           "C": {"type": "OpenApiConnection", "inputs": {"host": {"connectionName": "files", "operationId": "O"}, "parameters": {}}}}}}}
        """#

    @Test func `a cloud flow names connectors by apiId or by its references`() throws {
        #expect(try Self.calls(Self.flow).map(\.api) == ["teams", "office365", "onedrive"])
        let file = PlaybookFile.load(text: Self.flow)
        #expect(file.connections.map(\.api) == ["office365", "onedrive"])
    }

    @Test(
        arguments: [
            ("{}", false), ("null", false), (#""""#, false), ("[]", false), (#"{"type": "Raw"}"#, true),
            (#""x""#, true),
        ]
    )
    func `only a default that holds something is a secret in the open`(_ value: String, _ warns: Bool) throws {
        let type = value.hasPrefix("\"") ? "SecureString" : "SecureObject"
        let json = try Support.definition(
            #""A": {"type": "Compose", "inputs": 1}"#,
            more: #", "parameters": {"p": {"type": "\#(type)", "defaultValue": \#(value)}}"#
        )
        let remarks = Definition.compile(json, parameters: JSONObject()).diagnostics
        let codes = remarks.map(\.code)
        #expect(codes.contains(DiagnosticCode.secureDefault) == warns, "\(remarks)")
    }

    @Test(arguments: [
        "@parameters('$authentication')", "@json(decodeBase64(triggerOutputs()['headers']['X']))['$Key']",
    ])
    func `what cloud flows write to sign in is neither evaluated nor secret`(_ authentication: String) throws {
        let json = try Support.json(
            #"""
            {"parameters": {"$authentication": {"defaultValue": {}, "type": "SecureObject"}},
             "triggers": {"T": {"type": "OpenApiConnection", "recurrence": {"frequency": "Hour", "interval": 1}, "inputs": {
               "host": {"connectionName": "c", "operationId": "O"}, "authentication": "@parameters('$authentication')"}}},
             "actions": {"A": {"type": "OpenApiConnection", "inputs": {"host": {"connectionName": "c", "operationId": "O"},
               "parameters": {}, "authentication": "\#(authentication)"}}}}
            """#
        )
        let compilation = Definition.compile(json, parameters: JSONObject())
        let definition = try #require(compilation.definition, "\(compilation.diagnostics)")
        let node = try #require(definition.node(named: "A"))
        #expect(node.secureParameters.isEmpty && !node.hidesInputs)
        #expect(node.inputs?.calls.isEmpty == true)
        #expect(definition.triggers.first?.inputs?.calls.isEmpty == true)
    }

    @Test func `an agent is remarked upon, and the calls of its tools are seen`() throws {
        let mail =
            #""inputs": {"host": {"connection": {"referenceName": "Outlook"}}, "method": "post", "path": "/v2/Mail"}"#
        let text = #"""
            {"kind": "Stateful", "definition": {"triggers": {}, "actions": {"Agent": {"type": "Agent", "inputs": {}, "tools": {
              "Notify": {"actions": {"Mail": {"type": "ApiConnection", \#(mail)}}},
              "Choose": {"actions": {"If": {"type": "If", "actions": {"Yes": {"type": "ApiConnection", \#(mail)}},
                "else": {"actions": {"No": {"type": "ApiConnection", \#(mail)}}}},
                "Switch": {"type": "Switch", "cases": {"a": {"actions": {"Case": {"type": "ApiConnection", \#(mail)}}}}}}},
              "Remote": {"type": "McpClientTool", "inputs": {}}}}}}}
            """#
        let calls = try Self.calls(text)
        #expect(calls.map(\.name) == ["Mail", "Yes", "No", "Case"])
        #expect(calls.first?.pointer == "/actions/Agent/tools/Notify/actions/Mail")
        #expect(Set(calls.map(\.path)) == ["/v2/Mail"])
        #expect(Set(calls.map(\.connectorNames)) == [["outlook"]])
        let report = Validator().check(bytes: Array(text.utf8), name: "agent.json")
        #expect(report.workflows.first?.actions == 7)
        #expect(report.isValid)
        #expect(report.diagnostics.map(\.code).contains(DiagnosticCode.unsupportedType))
    }
}
