import JSONTree
import Playbooks
import Testing

/// The forms in which files hold workflows.
struct FileFormTests {
    static let definition = #"{"triggers":{},"actions":{"A":{"type":"Compose","inputs":1}}}"#

    @Test(arguments: [
        (#"{"triggers":{},"actions":{}}"#, FileForm.bareDefinition),
        (#"{"$schema":"https://x/workflowdefinition.json#"}"#, .bareDefinition),
        (#"{"definition":{"triggers":{},"actions":{}},"kind":"Stateless"}"#, .standardWorkflow),
        (#"{"definition":{"triggers":{},"actions":{}},"parameters":{}}"#, .codeView),
        (#"{"properties":{"definition":{"triggers":{},"actions":{}}}}"#, .workflowResource),
        (
            #"{"type":"Microsoft.Logic/galleries/templates","properties":{"definition":{"triggers":{},"actions":{}}}}"#,
            .galleryTemplate
        ),
        (
            #"{"type":"Microsoft.Flow/flows","properties":{"definition":{"triggers":{},"actions":{}},"displayName":"F"}}"#,
            .cloudFlow
        ),
    ])
    func isRecognised(_ text: String, _ form: FileForm) throws {
        let file = PlaybookFile.load(text: text)
        #expect(file.form == form)
        #expect(file.workflows.count == 1)
        #expect(!file.hasErrors)
    }

    @Test(arguments: ["\u{FEFF}\(definition)", definition.split(separator: ",").joined(separator: ",\r\n\t")])
    func textFormsDoNotMatter(_ text: String) throws {
        let file = PlaybookFile.load(text: text)
        #expect(try #require(file.workflows.first).compile().definition?.actions.count == 1)
    }

    @Test func aResourceKeepsItsParts() throws {
        let text = """
            {"name": "w", "location": "x", "tags": {"a": "b"}, "identity": {"type": "SystemAssigned"},
             "properties": {"state": "Disabled", "accessControl": {"triggers": {}}, "definition": \(Self.definition),
             "parameters": {"p": {"value": 1}}}}
            """
        let workflow = try #require(PlaybookFile.load(text: text).workflows.first)
        #expect(workflow.name == "w")
        #expect(workflow.state == "Disabled")
        #expect(!workflow.isEnabled)
        #expect(workflow.tags == ["a": "b"])
        #expect(workflow.identity == ["type": "SystemAssigned"])
        #expect(workflow.accessControl == ["triggers": [:]])
        #expect(workflow.parameters == ["p": ["value": 1]])
        #expect(workflow.pointer == "/properties/definition")
    }

    @Test func connectionsBesideACodeView() throws {
        let text =
            #"{"$connections":{"value":{"a":{"connectionId":"/c"}}},"definition":{"triggers":{},"actions":{},"parameters":{"$connections":{"type":"Object"}}}}"#
        let workflow = try #require(PlaybookFile.load(text: text).workflows.first)
        let definition = try #require(workflow.compile().definition)
        #expect(definition.parameter(named: "$connections")?.value == ["a": ["connectionId": "/c"]])
    }

    @Test func galleryReferencesBecomeConnections() throws {
        let text = """
            {"type": "Microsoft.Logic/galleries/templates", "properties": {"definition": \(Self.definition),
             "connectionReferences": {"o": {"connection": {"id": ""}, "api": {"id": "/x/managedApis/office365"}}}}}
            """
        let file = PlaybookFile.load(text: text)
        #expect(file.connections.map(\.api) == ["office365"])
        #expect(file.connections.map(\.name) == ["o"])
    }

    @Test func aTemplateWithEverything() throws {
        let file = PlaybookFile.load(
            text: Self.template,
            parameters: ["$schema": "deploymentParameters.json#", "parameters": ["Count": ["value": 2]]]
        )
        #expect(file.diagnostics.filter(\.isError) == [])
        #expect(file.workflows.map(\.name) == ["flow0", "flow1", "inner-x", "outer-two", "deep"])
        #expect(file.connections.map(\.name) == ["azuresentinel-c"])
        #expect(file.connections.first?.api == "azuresentinel")
        #expect(
            file.connections.first?.id
                == "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tocsin/providers/Microsoft.Web/connections/azuresentinel-c"
        )
        #expect(file.customAPIs.map(\.name) == ["own"])
        #expect(file.otherResources.map(\.type) == ["Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/secrets"])
        #expect(file.otherResources.map(\.name) == ["v", "v/s"])
        #expect(file.diagnostics.map(\.code) == [DiagnosticCode.linkedTemplate])
        let second = try #require(file.workflows.dropFirst().first)
        #expect(second.definition["actions"]?["A"]?["inputs"] == 1)
        #expect(second.pointer == "/resources/0/properties/definition")
    }

    static let template = """
        {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
         "parameters": {"Count": {"type": "int"}},
         "variables": {"name": "two"},
         "resources": [
          {"type": "Microsoft.Logic/workflows", "name": "[concat('flow', copyIndex())]", "copy": {"name": "c", "count": "[parameters('Count')]"},
           "properties": {"definition": {"triggers": {}, "actions": {"A": {"type": "Compose", "inputs": "[copyIndex()]"}}}}},
          {"type": "MICROSOFT.WEB/CONNECTIONS", "name": "azuresentinel-c",
           "properties": {"api": {"id": "[concat(subscription().id, '/providers/Microsoft.Web/locations/x/managedApis/azuresentinel')]"}}},
          {"type": "Microsoft.Web/customApis", "name": "own", "properties": {"swagger": {}}},
          {"type": "Microsoft.Logic/workflows", "name": "never", "condition": "[equals(1, 2)]", "properties": {"definition": {}}},
          {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {"expressionEvaluationOptions": {"scope": "inner"},
           "parameters": {"p": {"value": "[concat('x')]"}},
           "template": {"parameters": {"p": {"type": "string"}}, "resources": [
            {"type": "Microsoft.Logic/workflows", "name": "[concat('inner-', parameters('p'))]", "properties": {"definition": {"triggers": {}, "actions": {}}}}]}}},
          {"type": "Microsoft.Resources/deployments", "name": "outer", "properties": {
           "template": {"variables": {"name": "not this"}, "resources": {"symbolic":
            {"type": "Microsoft.Logic/workflows", "name": "[concat('outer-', variables('name'))]", "properties": {"definition": {"triggers": {}, "actions": {}}}}}}}},
          {"type": "Microsoft.Resources/deployments", "name": "linked", "properties": {"templateLink": {"uri": "https://x"}}},
          {"type": "Microsoft.KeyVault/vaults", "name": "v", "resources": [
           {"type": "secrets", "name": "s"},
           {"type": "Microsoft.Logic/workflows", "name": "deep", "properties": {"definition": {"triggers": {}, "actions": {}}}}]}
         ]}
        """

    @Test func missingParametersGetPlaceholders() throws {
        let text = """
            {"$schema": "deploymentTemplate.json", "parameters": {
              "Name": {"type": "string"}, "Few": {"type": "string", "minLength": 30, "maxLength": 40}, "N": {"type": "int", "minValue": 3},
              "Pick": {"type": "string", "allowedValues": ["a", "b"]}, "L": {"type": "array"}, "O": {"type": "secureObject"}, "B": {"type": "bool"}},
             "resources": [{"type": "Microsoft.Logic/workflows", "name": "[parameters('Name')]", "properties": {"definition": {"triggers": {}, "actions": {
              "A": {"type": "Compose", "inputs": ["[parameters('Name')]", "[parameters('N')]", "[parameters('Pick')]", "[parameters('L')]", "[parameters('O')]", "[parameters('B')]", "[length(parameters('Few'))]"]}}}}}]}
            """
        let first = PlaybookFile.load(text: text)
        #expect(!first.hasErrors)
        #expect(first.diagnostics.allSatisfy { $0.code == DiagnosticCode.placeholder })
        #expect(first.diagnostics.count == 7)
        let inputs = try #require(first.workflows.first).definition["actions"]?["A"]?["inputs"]
        #expect(inputs == ["placeholder-Name", 3, "a", [], [:], false, 30])
        #expect(PlaybookFile.load(text: text).workflows.first?.definition == first.workflows.first?.definition)
    }

    /// What has no value yet is no fault, wherever it stands.
    @Test func placeholdersAreNeverErrors() throws {
        let text = """
            {"$schema": "deploymentTemplate.json", "parameters": {"f": {"type": "string"}, "i": {"type": "string"}, "n": {"type": "string"}}, "resources": [
             {"type": "Microsoft.Logic/workflows", "name": "w", "properties": {"definition": {
              "parameters": {"n": {"type": "Int", "defaultValue": "[parameters('n')]"}},
              "triggers": {"t": {"type": "Recurrence", "recurrence": {"frequency": "[parameters('f')]", "interval": "[parameters('i')]"}}},
              "actions": {"A": {"type": "Terminate", "inputs": {"runStatus": "[parameters('f')]"}},
               "H": {"type": "Http", "limit": {"timeout": "[parameters('i')]"}, "inputs": {"method": "GET", "uri": "u",
                "retryPolicy": {"type": "[parameters('f')]", "count": 1, "interval": "[reference('x').y]"}}}}}}}]}
            """
        let report = Validator().check(bytes: Array(text.utf8), name: "f")
        #expect(report.diagnostics.filter(\.isError).map(\.message) == [])
        #expect(report.workflows.first?.actions == 2)
    }

    @Test func commentsAndOtherEncodings() throws {
        let text = """
            // a template, as people write it
            {"triggers": {}, /* none */ "actions": {"A": {"type": "Compose", "inputs": "// no comment, [1,]",},
              "B": {"type": "Compose", "inputs": "@body('Nope')", // a reference
              },
            }}
            """
        let relaxed = PlaybookFile.load(text: text)
        #expect(relaxed.diagnostics.map(\.code) == [DiagnosticCode.comments])
        let workflow = try #require(relaxed.workflows.first)
        #expect(workflow.definition["actions"]?["A"]?["inputs"] == "// no comment, [1,]")
        #expect(workflow.compile().error?.line == 3)
        let units = Array("\u{FEFF}\(Self.definition)".utf16)
        let little = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let big = units.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        #expect(PlaybookFile.load(bytes: little).workflows.first?.compile().definition != nil)
        #expect(PlaybookFile.load(bytes: big).workflows.first?.compile().definition != nil)
    }

    /// Solutions carry their playbooks as templates inside of a template, with `[[` for their own expressions.
    @Test func contentTemplates() throws {
        let text = """
            {"$schema": "deploymentTemplate.json", "variables": {"v": "1.0"}, "resources": [
             {"type": "Microsoft.Logic/workflows", "name": "there", "existing": true},
             {"type": "Microsoft.OperationalInsights/workspaces/providers/contentTemplates", "name": "c", "properties": {
              "mainTemplate": {"parameters": {"PlaybookName": {"type": "string", "defaultValue": "Block"}}, "resources": [
               {"type": "Microsoft.Logic/workflows", "name": "[[parameters('PlaybookName')]", "tags": {"version": "[variables('v')]"},
                "properties": {"definition": {"triggers": {}, "actions": {"A": {"type": "Compose", "inputs": "[[concat('a', 'b')]"}}}}}]}}}]}
            """
        let file = PlaybookFile.load(text: text)
        #expect(file.diagnostics == [])
        let workflow = try #require(file.workflows.first)
        #expect(file.workflows.count == 1)
        #expect(workflow.name == "Block")
        #expect(workflow.tags == ["version": "1.0"])
        #expect(workflow.definition["actions"]?["A"]?["inputs"] == "ab")
        #expect(workflow.pointer == "/resources/1/properties/mainTemplate/resources/0/properties/definition")
        #expect(workflow.places.position("/actions/A/inputs").line == 6)
    }

    @Test func membersOfAMissingObjectGetPlaceholders() throws {
        let text = """
            {"$schema": "deploymentTemplate.json", "parameters": {"account": {"type": "secureObject"}}, "resources": [
             {"type": "Microsoft.Logic/workflows", "name": "w", "properties": {"definition": {"triggers": {}, "actions": {
              "A": {"type": "Compose", "inputs": "[concat('id ', parameters('account').clientId)]"}}}}}]}
            """
        let file = PlaybookFile.load(text: text)
        #expect(!file.hasErrors)
        #expect(file.workflows.first?.definition["actions"]?["A"]?["inputs"] == "id placeholder-account.clientId")
    }

    /// Members come back in the order in which they were sent.
    @Test func orderIsKept() throws {
        let text =
            #"{"triggers":{"z":{"type":"Request"},"a":{"type":"Request"}},"actions":{"Z":{"type":"Compose","inputs":{"b":1,"a":1.0}},"A":{"inputs":2,"type":"Compose"}}}"#
        let workflow = try #require(PlaybookFile.load(text: text).workflows.first)
        #expect(workflow.definition.text == text)
        #expect(try #require(workflow.compile().definition).json.text == text)
    }
}
