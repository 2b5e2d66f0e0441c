import JSONTree
import Moments
import Playbooks
import Rehearsal
import Testing

/// Answers that no definition describes have the shape that the playbook reads of them.
struct ExpectationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let what: String
        /// The actions after `Get`, which asks a host that nobody knows.
        let actions: String
        var testDescription: String { what }

        init(_ what: String, _ actions: String) {
            self.what = what
            self.actions = actions
        }
    }

    /// Each fails unless the answer is as its expressions want it.
    static let rows: [Row] = [
        Row(
            "a loop over a member",
            #"""
            "Loop": {"type": "Foreach", "foreach": "@body('Get')?['a']?['b']", "runAfter": {"Get": ["Succeeded"]}, "actions": {
              "Use": {"type": "Compose", "inputs": "@length(items('Loop')['name'])"}}}
            """#
        ),
        Row(
            "an index",
            #"""
            "Use": {"type": "Compose", "inputs": "@body('Get')['rows'][3][1]['x']", "runAfter": {"Get": ["Succeeded"]}}
            """#
        ),
        Row(
            "an index from the end",
            #"""
            "Use": {"type": "Compose", "runAfter": {"Get": ["Succeeded"]},
              "inputs": "@split(body('Get')['id'], '/')[add(length(split(body('Get')['id'], '/')), -7)]"}
            """#
        ),
        Row(
            "parts of a text",
            #"""
            "Use": {"type": "Compose", "inputs": "@split(body('Get')?['id'], '/')[8]", "runAfter": {"Get": ["Succeeded"]}}
            """#
        ),
        Row(
            "a text that holds JSON",
            #"""
            "Use": {"type": "Compose", "inputs": "@first(json(body('Get')?['Entities']))['Type']", "runAfter": {"Get": ["Succeeded"]}}
            """#
        ),
        Row(
            "base64 that holds JSON",
            #"""
            "Use": {"type": "Compose", "inputs": "@json(base64ToString(body('Get')['data']))['items'][1]['n']",
              "runAfter": {"Get": ["Succeeded"]}}
            """#
        ),
        Row(
            "a date",
            #"""
            "Use": {"type": "Compose", "inputs": "@addDays(body('Get')?['when'], 1)", "runAfter": {"Get": ["Succeeded"]}}
            """#
        ),
        Row(
            "numbers",
            #"""
            "Use": {"type": "Compose", "inputs": "@add(body('Get')?['a'], int(body('Get')?['b']))", "runAfter": {"Get": ["Succeeded"]}},
            "If": {"type": "If", "runAfter": {"Get": ["Succeeded"]}, "expression": {"and": [{"greater": ["@body('Get')?['c']", 7]}]}, "actions": {}}
            """#
        ),
        Row(
            "the first that a filter finds",
            #"""
            "Find": {"type": "Query", "inputs": {"from": "@body('Get')?['entities']", "where": "@equals(item()?['kind'], 'Host')"},
              "runAfter": {"Get": ["Succeeded"]}},
            "Find_2": {"type": "Query", "inputs": {"from": "@body('Get')?['entities']", "where": "@equals(item()?['kind'], 'Ip')"},
              "runAfter": {"Find": ["Succeeded"]}},
            "Use": {"type": "Compose", "inputs": "@concat(body('Find')[0]['kind'], body('Find_2')[0]['kind'])",
              "runAfter": {"Find_2": ["Succeeded"]}}
            """#
        ),
        Row(
            "a filter by another value",
            #"""
            "Find": {"type": "Query", "inputs": {"from": "@body('Get')?['users']", "where": "@equals(item()?['id'], body('Get')?['owner'])"},
              "runAfter": {"Get": ["Succeeded"]}},
            "Use": {"type": "Compose", "inputs": "@toLower(body('Find')[0]['mail'])", "runAfter": {"Find": ["Succeeded"]}}
            """#
        ),
        Row(
            "a member whose name is put together",
            #"""
            "Use": {"type": "Compose", "inputs": "@toLower(body('Get')['data'][concat('a', 'b')]['name'])", "runAfter": {"Get": ["Succeeded"]}}
            """#
        ),
        Row(
            "a loop that ends when a text says so",
            #"""
            "Init": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "state", "type": "string", "value": "Running"}]},
              "runAfter": {"Get": ["Succeeded"]}},
            "Until": {"type": "Until", "expression": "@or(equals(variables('state'), 'Failed'), equals(variables('state'), 'Completed'))", "limit": {"count": 3, "timeout": "PT1H"},
              "runAfter": {"Init": ["Succeeded"]}, "actions": {
              "Set": {"type": "SetVariable", "inputs": {"name": "state", "value": "@{body('Get')?['data']?['state']}"}}}},
            "Check": {"type": "If", "runAfter": {"Until": ["Succeeded"]}, "expression": "@equals(variables('state'), 'Completed')",
              "actions": {}, "else": {"actions": {"Stop": {"type": "Terminate", "inputs": {"runStatus": "Failed"}}}}}
            """#
        ),
        Row(
            "through a variable, a loop and a selection",
            #"""
            "Init": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "list", "type": "array"}]}, "runAfter": {"Get": ["Succeeded"]}},
            "Set": {"type": "SetVariable", "inputs": {"name": "list", "value": "@body('Get')?['list']"}, "runAfter": {"Init": ["Succeeded"]}},
            "Pick": {"type": "Select", "inputs": {"from": "@variables('list')", "select": {"at": "@item()?['created']"}},
              "runAfter": {"Set": ["Succeeded"]}},
            "Loop": {"type": "Foreach", "foreach": "@body('Pick')", "runAfter": {"Pick": ["Succeeded"]}, "actions": {
              "Use": {"type": "Compose", "inputs": "@formatDateTime(items('Loop')['at'], 'yyyy')"}}}
            """#
        ),
        Row(
            "a schema that asks for members",
            #"""
            "Parse": {"type": "ParseJson", "runAfter": {"Get": ["Succeeded"]}, "inputs": {"content": "@body('Get')", "schema": {
              "type": "object", "required": ["n", "list"], "properties": {"n": {"type": "integer"}, "ok": {"type": "boolean"},
              "list": {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}}}}},
            "Use": {"type": "Compose", "inputs": "@sub(body('Parse')['n'], length(body('Parse')['list'][1]['id']))",
              "runAfter": {"Parse": ["Succeeded"]}}
            """#
        ),
        Row(
            "a loop that ends when the answer says so",
            #"""
            "Init": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "more", "type": "boolean", "value": true}]},
              "runAfter": {"Get": ["Succeeded"]}},
            "Until": {"type": "Until", "expression": "@equals(variables('more'), false)", "limit": {"count": 3, "timeout": "PT1H"},
              "runAfter": {"Init": ["Succeeded"]}, "actions": {
              "Set": {"type": "SetVariable", "inputs": {"name": "more", "value": "@body('Get')?['hasNextPage']"}}}},
            "Check": {"type": "If", "runAfter": {"Until": ["Succeeded"]}, "expression": "@variables('more')", "actions": {
              "Stop": {"type": "Terminate", "inputs": {"runStatus": "Failed"}}}}
            """#
        ),
    ]

    @Test(arguments: rows)
    func `an unknown host answers what is read`(_ row: Row) async throws {
        let get =
            #""Get": {"type": "Http", "runAfter": {}, "inputs": {"method": "GET", "uri": "https://unknown.example/x"}}"#
        let report = try await Rehearsals.run(definition: Self.playbook("\(get), \(row.actions)"))
        #expect(report.status == "Succeeded", "\(report.text)")
    }

    @Test(arguments: rows)
    func `a trigger hands over what is read`(_ row: Row) async throws {
        let get = #""Get": {"type": "Compose", "runAfter": {}, "inputs": "Nothing"}"#
        let actions = row.actions.replacing("body('Get')", with: "triggerBody()")
        let report = try await Rehearsals.run(definition: Self.playbook("\(get), \(actions)"))
        #expect(report.status == "Succeeded", "\(report.text)")
    }

    @Test func `what the definition does not have is made only where it is needed, and said`() async throws {
        let report = try await Rehearsals.run(
            definition: Self.playbook(
                #"""
                "Create": {"type": "ApiConnection", "runAfter": {}, "inputs": {
                  "host": {"connection": {"name": "@parameters('$connections')['freshdesk']['connectionId']"}},
                  "method": "post", "path": "/api/v2/tickets",
                  "body": {"subject": "Phishing", "description": "A mail", "email": "a@contoso.example", "priority": 2, "status": 2}}},
                "Optional": {"type": "Compose", "runAfter": {"Create": ["Succeeded"]}, "inputs": "@body('Create')?['unheardOf']"},
                "Loop": {"type": "Foreach", "foreach": "@body('Create')?['strange']", "runAfter": {"Create": ["Succeeded"]}, "actions": {}}
                """#
            )
        )
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.assumed.map(\.action) == ["Create"])
        #expect(report.assumed.first?.members == ["/strange"])
        #expect(report.action("Create")?["outputs"]?["body"]?["unheardOf"] == nil)
        #expect(report.text.contains("  Create: /strange"))
    }

    @Test func `a connector that is not installed is said`() async throws {
        let report = try await Rehearsals.run(
            definition: Self.playbook(
                #"""
                "Scan": {"type": "ApiConnection", "runAfter": {}, "inputs": {
                  "host": {"connection": {"name": "@parameters('$connections')['acmescanner']['connectionId']"}},
                  "method": "post", "path": "/scan", "body": {"host": "host-17"}}},
                "Loop": {"type": "Foreach", "foreach": "@body('Scan')?['findings']", "runAfter": {"Scan": ["Succeeded"]}, "actions": {}}
                """#
            )
        )
        #expect(report.status == "Succeeded", "\(report.text)")
        #expect(report.missing == ["acmescanner"])
        #expect(report.requests.map(\.url) == ["acmescanner:/scan"])
        #expect(report.requests.map(\.origin) == ["unmatched"])
        #expect(report.text.contains("tocsin connectors add"))
    }

    @Test func `a webhook of an unknown service is called back with what is read`() async throws {
        let report = try await Rehearsals.run(
            definition: Self.playbook(
                #"""
                "Hook": {"type": "HttpWebhook", "runAfter": {}, "inputs": {"subscribe": {"method": "POST",
                  "uri": "https://unknown.example/hooks", "body": {"callback": "@{listCallbackUrl()}"}}}},
                "Use": {"type": "Compose", "inputs": "@toUpper(body('Hook')['verdict'])", "runAfter": {"Hook": ["Succeeded"]}}
                """#
            )
        )
        #expect(report.status == "Succeeded", "\(report.text)")
    }

    @Test func `a trigger gets its queries`() async throws {
        let text = Self.playbook(
            #""Use": {"type": "Compose", "runAfter": {}, "inputs": "@toLower(triggerOutputs()['queries']['id'])"}"#
        )
        let report = try await Rehearsals.run(definition: text)
        #expect(report.status == "Succeeded", "\(report.text)")
    }

    static func playbook(_ actions: String) -> String {
        """
        {"definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        "contentVersion": "1.0.0.0", "parameters": {"$connections": {"type": "Object", "defaultValue": {}}},
        "triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {}}}, "actions": {\(actions)}, "outputs": {}}}
        """
    }
}
