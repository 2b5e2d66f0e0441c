import Foundation
import JSONTree
import Testing

/// `tocsin connectors` and `tocsin coverage` from end to end.
struct ConnectorsCommandTests {
    static let definition = """
        {"swagger": "2.0", "info": {"title": "Mine"}, "host": "mine.example", "paths": {"/items/{id}": {"get": {
          "operationId": "GetItem", "responses": {"200": {"description": "ok"}},
          "parameters": [{"name": "id", "in": "path", "required": true, "type": "string"}]}}}}
        """

    static func playbook(_ path: String, method: String = "get", api: String = "managedApis/mine") -> String {
        """
        {"definition": {"triggers": {"manual": {"type": "Request"}}, "parameters": {"$connections": {"type": "Object"}}, "actions": {
          "Scope": {"type": "Scope", "actions": {"Call": {"type": "ApiConnection", "inputs": {
            "host": {"connection": {"name": "@parameters('$connections')['c']['connectionId']"}},
            "method": "\(method)", "path": "\(path)"}}}}}},
         "parameters": {"$connections": {"value": {"c": {"connectionId": "/x", "id": "/a/\(api)"}}}}}
        """
    }

    @Test func `check counts what loads, and its exit code says whether all do`() throws {
        let scratch = try Scratch()
        let folder = try scratch.folder("connectors")
        try scratch.write("connectors/good/apiDefinition.swagger.json", Self.definition)
        let fine = try Program.run("connectors", "check", folder)
        #expect(fine.lastLine == "1 loaded, 0 failed" && fine.exitCode == 0, "\(fine.output)")
        try scratch.write("connectors/bad/apiDefinition.swagger.json", "{\"swagger\": \"2.0\",\n}")
        let both = try Program.run("connectors", "check", folder)
        #expect(both.lastLine == "1 loaded, 1 failed" && both.exitCode == 1)
        #expect(both.output.contains("apiDefinition.swagger.json:2:1: error: A comma stands before a closing bracket."))
        let one = try Program.run("connectors", "check", folder + "/good", folder + "/bad")
        #expect(one.lastLine == "1 loaded, 1 failed")
        let none = try Program.run("connectors", "check", folder + "/nothing")
        #expect(none.lastLine == "0 loaded, 1 failed" && none.exitCode == 1)
    }

    @Test func `the connectors of this repository are without error`() throws {
        let result = try Program.run(
            "connectors",
            "check",
            "--quiet",
            Program.tests.deletingLastPathComponent().appending(path: "Connectors").path
        )
        #expect(result.exitCode == 0, "\(result.output)")
        #expect(result.lastLine.hasSuffix(" loaded, 0 failed"))
    }

    @Test func `a connector that was added is listed, shown and covers calls`() throws {
        let scratch = try Scratch()
        let data = try scratch.folder("data")
        let file = try scratch.file("mine.json", Self.definition)
        let before = try Program.run(
            "coverage",
            try scratch.file("p.json", Self.playbook("/items/@{encodeURIComponent(1)}")),
            "--data",
            data
        )
        #expect(before.lastLine == "1 calls, 0 answered")
        #expect(before.output.contains("not answered: the connector 'mine' is not installed"))
        let added = try Program.run("connectors", "add", file, "--data", data)
        #expect(added.exitCode == 0, "\(added.errors)")
        #expect(try Program.run("connectors", "list", "--data", data).output.contains("mine"))
        let shown = try Program.run("connectors", "show", "MINE", "--data", data)
        #expect(
            shown.output.contains("GetItem") && shown.output.contains("/items/{id}") && shown.output.contains("read")
        )
        let again = try Program.run("connectors", "add", file, "--data", data)
        #expect(again.exitCode == 1 && again.errors.contains("--replace"))
        #expect(try Program.run("connectors", "add", file, "--replace", "--data", data).exitCode == 0)
        let after = try Program.run(
            "coverage",
            try scratch.file("q.json", Self.playbook("/items/@{encodeURIComponent(1)}")),
            "--data",
            data
        )
        #expect(after.lastLine == "1 calls, 1 answered" && after.exitCode == 0)
        #expect(after.output.contains("mine GetItem"))
        let valid = try Program.run(
            "validate",
            try scratch.file("r.json", Self.playbook("/nothing/@{1}")),
            "--data",
            data
        )
        #expect(valid.output.contains("an operation that the connector does not have"))
    }

    @Test(
        arguments: [
            (
                "ApiConnection",
                #""host": {"connection": {"referenceName": "mine-someone"}}, "method": "get", "path": "/items/@{1}""#,
                nil
            ),
            (
                "OpenApiConnection",
                #""host": {"connectionName": "c", "apiId": "/apis/shared_mine", "operationId": "GetItem"}, "parameters": {}"#,
                nil
            ),
            (
                "ApiConnectionNotification",
                #"""
                "host": {"connection": {"referenceName": "mine"}}, "fetch": {"method": "get", "pathTemplate": {"template": "/items/1"}},
                "subscribe": {"method": "post", "pathTemplate": {"template": "/hooks"}}
                """#, "POST /hooks"
            ),
        ] as [(String, String, String?)]
    )
    func `coverage finds the connector in all forms of a trigger's inputs`(
        _ type: String,
        _ inputs: String,
        _ subscription: String?
    ) throws {
        let scratch = try Scratch()
        let data = try scratch.folder("data")
        let file = try scratch.file("mine.json", Self.definition)
        #expect(try Program.run("connectors", "add", file, "--data", data).exitCode == 0)
        let playbook = """
            {"kind": "Stateful", "definition": {"triggers": {"T": {"type": "\(type)", "inputs": {\(inputs)}, "recurrence":
              {"frequency": "Hour", "interval": 1}}}, "actions": {}}}
            """
        let covered = try Program.run("coverage", try scratch.file("p.json", playbook), "--data", data)
        #expect(covered.lastLine == "1 calls, 1 answered", "\(covered.output)")
        #expect(covered.output.contains("mine GetItem"))
        let replaced = covered.output.contains("in place of the subscription by \(subscription ?? "")")
        #expect(replaced == (subscription != nil), "\(covered.output)")
    }

    @Test func `what does not load is not added`() throws {
        let scratch = try Scratch()
        let data = try scratch.folder("data")
        let broken = try scratch.file("broken.json", Self.definition.dropLast(1) + ",}")
        let result = try Program.run("connectors", "add", broken, "--data", data)
        #expect(
            result.exitCode == 1 && result.errors.contains("A comma stands before a closing bracket"),
            "\(result.errors)"
        )
        #expect(try !Program.run("connectors", "list", "--data", data).output.contains("broken"))
        let lenient = try Program.run("connectors", "add", broken, "--lenient", "--data", data)
        #expect(lenient.exitCode == 0, "\(lenient.errors)")
        #expect(try Program.run("connectors", "list", "--data", data).output.contains("broken"))
    }

    @Test func `a deployment template brings its connector, for add and for coverage`() throws {
        let scratch = try Scratch()
        let data = try scratch.folder("data")
        let template = """
            {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
             "parameters": {"name": {"type": "string", "defaultValue": "mine"}},
             "resources": [
              {"type": "Microsoft.Web/customApis", "apiVersion": "2016-06-01", "name": "[parameters('name')]", "location": "x",
               "properties": {"swagger": \(Self.definition), "connectionParameters": {"api_key": {"type": "securestring"}}}},
              {"type": "Microsoft.Logic/workflows", "apiVersion": "2017-07-01", "name": "w", "location": "x", "properties": {
               "definition": {"$schema": "x", "contentVersion": "1", "triggers": {}, "parameters": {"$connections": {"type": "Object", "defaultValue": {}}},
                "actions": {"A": {"type": "ApiConnection", "inputs": {"host": {"connection": {"name": "@parameters('$connections')['c']['connectionId']"}},
                 "method": "get", "path": "[concat('/items/', parameters('name'))]"}}}},
               "parameters": {"$connections": {"value": {"c": {"connectionId": "x",
                "id": "[resourceId('Microsoft.Web/customApis', parameters('name'))]"}}}}}}]}
            """
        let file = try scratch.file("template.json", template)
        let covered = try Program.run("coverage", file, "--data", data)
        #expect(covered.lastLine == "1 calls, 1 answered", "\(covered.output)")
        let added = try Program.run("connectors", "add", file, "--data", data)
        #expect(added.exitCode == 0, "\(added.errors)")
        #expect(try Program.run("connectors", "show", "mine", "--data", data).output.contains("api_key"))
        let linked = template.replacing(
            "\"swagger\": \(Self.definition)",
            with: "\"apiDefinitions\": {\"originalSwaggerUrl\": \"https://s.example/d.json\"}"
        )
        let refused = try Program.run(
            "connectors",
            "add",
            try scratch.file("linked.json", linked),
            "--data",
            data,
            "--replace"
        )
        #expect(refused.exitCode == 1 && refused.errors.contains("https://s.example/d.json"), "\(refused.errors)")
    }

    @Test(
        arguments: [
            ("/items/@{triggerBody()?['id']}", "get", true), ("/items/x-@{1}-y", "get", true),
            ("/items/@{1}/more", "get", false),
            ("/items/7", "post", false), ("@concat('/items/', triggerBody())", "get", true),
            ("@{concat('/items/', 1)}", "get", true),
            ("/other/@{1}", "get", false),
        ]
    )
    func `expressions in paths count as any value`(_ path: String, _ method: String, _ isAnswered: Bool) throws {
        let scratch = try Scratch()
        let folder = try scratch.folder("connectors")
        try scratch.write("connectors/mine/apiDefinition.swagger.json", Self.definition)
        let file = try scratch.file("p.json", Self.playbook(path, method: method))
        let result = try Program.run("coverage", "--json", file, "--connectors", folder)
        #expect(result.lastLine == "1 calls, \(isAnswered ? 1 : 0) answered", "\(result.output)")
    }

    @Test func `a file that cannot be read is no silent success`() throws {
        let scratch = try Scratch()
        let result = try Program.run("coverage", try scratch.file("broken.json", "{"))
        #expect(result.exitCode == 1 && result.lastLine == "0 calls, 0 answered")
    }
}
