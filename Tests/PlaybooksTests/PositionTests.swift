import JSONTree
import Playbooks
import Testing

/// Remarks point to their place in the file as it is, through deployment templates too.
struct PositionTests {
    static let template = """
        {
          "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          "variables": { "n": "Named" },
          "resources": [
            {
              "type": "Microsoft.Logic/workflows",
              "name": "w",
              "properties": { "definition": { "triggers": {}, "actions": {
                "[concat(variables('n'), '_one')]": {
                  "type": "Compose",
                  "inputs": "@body('Nope')"
                },
                "Plain": { "type": "Compose", "inputs": { "a/b": [ 1, "@nope()" ] } }
              } } }
            }
          ]
        }
        """

    @Test func throughADeploymentTemplate() {
        let report = Validator().check(bytes: Array(Self.template.utf8), name: "f.json")
        let errors = report.diagnostics.filter(\.isError)
        #expect(errors.map(\.line) == [13, 11])
        #expect(errors.map(\.column) == [63, 21])
        #expect(
            errors.map(\.pointer) == [
                "/resources/0/properties/definition/actions/Plain/inputs/a~1b/1",
                "/resources/0/properties/definition/actions/[concat(variables('n'), '_one')]/inputs",
            ]
        )
        #expect(errors.last?.message.contains("in action 'Named_one' are not defined in the template") == true)
    }

    @Test func reports() throws {
        let good = Validator().check(bytes: Array(#"{"triggers":{},"actions":{}}"#.utf8), name: "good.json")
        let bad = Validator().check(bytes: Array(Self.template.utf8), name: "bad.json")
        let report = ValidateReport([good, bad])
        #expect(report.text.split(separator: "\n").last == "1 valid, 1 invalid")
        #expect(
            report.text.contains(
                "bad.json:13:63: error InvalidTemplate: The template validation failed: 'The template action 'Plain'"
            )
        )
        #expect(report.json["valid"] == 1)
        #expect(report.json["files"]?[1]?["diagnostics"]?[0]?["line"] == 13)
        #expect(report.invalid == 1)
    }

    /// The words of Azure: the action with its line and column, then the inner text.
    @Test func azureWords() throws {
        let text = "{\"triggers\":{},\n \"actions\":{\"X\":{\"type\":\"Compose\",\"inputs\":\"@concat('a'\"}}}"
        let workflow = try #require(PlaybookFile.load(text: text).workflows.first)
        let message = try #require(workflow.compile().error).message
        #expect(
            message.hasPrefix(
                "The template validation failed: 'The template action 'X' at line '2' and column '17' is not valid: \"Unable to parse"
            )
        )
        #expect(message.hasSuffix("\".'."))
    }

    struct Catalogue: OperationCatalogue {
        func hasConnector(_ api: String) -> Bool { api == "known" }
        func hasOperation(_ api: String, method: String, path: String) -> Bool {
            method == "GET" && path == "/items/{}/x"
        }
    }

    @Test(arguments: [
        ("known", "get", "/items/@{encodeURIComponent('}')}/x", [String]()),
        ("known", "post", "/items/@{string(1)}/x", [DiagnosticCode.unknownOperation]),
        ("strange", "get", "/items", [DiagnosticCode.unknownOperation]),
    ])
    func unknownOperationsAreWarnings(_ api: String, _ method: String, _ path: String, _ codes: [String]) {
        let text = """
            {"definition": {"triggers": {"manual": {"type": "Request"}}, "parameters": {"$connections": {"type": "Object"}}, "actions": {
              "X": {"type": "ApiConnection", "inputs": {"host": {"connection": {"name": "@parameters('$connections')['c']['connectionId']"}},
                "method": "\(method)", "path": "\(path)"}}}},
             "parameters": {"$connections": {"value": {"c": {"connectionId": "/x", "id": "/a/managedApis/\(api)"}}}}}
            """
        let report = Validator(catalogue: Catalogue()).check(bytes: Array(text.utf8), name: "f")
        #expect(report.isValid)
        #expect(report.diagnostics.map(\.code) == codes)
    }

    @Test func absentConnectionsAndValuesAreWarnings() {
        let text = """
            {"definition": {"triggers": {"manual": {"type": "Request"}}, "parameters": {"$connections": {"type": "Object", "defaultValue": {}},
              "p": {"type": "String"}}, "actions": {"X": {"type": "ApiConnection", "inputs": {"method": "get", "path": "/",
              "host": {"connection": {"name": "@parameters('$connections')['c']['connectionId']"}}}}}}, "parameters": {}}
            """
        let report = Validator().check(bytes: Array(text.utf8), name: "f")
        #expect(report.isValid)
        #expect(report.diagnostics.map(\.code) == [DiagnosticCode.placeholder, DiagnosticCode.unknownConnection])
    }
}
