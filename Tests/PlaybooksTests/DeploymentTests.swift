import JSONTree
import Playbooks
import Testing

/// Deployments in deployments, and workflows whose properties are one expression.
struct DeploymentTests {
    private func inputs(_ template: String) throws -> (value: JSON?, codes: [String]) {
        let file = PlaybookFile.load(text: template)
        let workflow = try #require(file.workflows.first)
        return (workflow.definition["actions"]?["A"]?["inputs"], file.diagnostics.map(\.code))
    }

    private static func template(_ resources: String, _ expression: String) -> String {
        """
        {"$schema": "deploymentTemplate.json", "parameters": {"p": {"type": "string", "defaultValue": "outer"}}, "resources": [
         \(resources),
         {"type": "Microsoft.Logic/workflows", "name": "w", "properties": {"definition": {"triggers": {}, "actions": {
          "A": {"type": "Compose", "inputs": "\(expression)"}}}}}]}
        """
    }

    private static func deployment(_ name: String, scope: String) -> String {
        """
        {"type": "Microsoft.Resources/deployments", "name": "\(name)", "properties": {
         "expressionEvaluationOptions": {"scope": "\(scope)"}, "parameters": {"p": {"value": "[concat(parameters('p'), '-inner')]"}},
         "template": {"parameters": {"p": {"type": "string"}}, "resources": [],
          "outputs": {"id": {"type": "string", "value": "[concat(parameters('p'), '!')]"},
           "again": {"type": "string", "value": "[reference('\(name)').outputs.id.value]"}}}}}
        """
    }

    @Test(arguments: [
        ("inner", "[reference('n').outputs.id.value]", "outer-inner!"),
        ("outer", "[reference('N').outputs.ID.value]", "outer!"),
        ("inner", "[reference(resourceId('Microsoft.Resources/deployments', 'n')).outputs.id.value]", "outer-inner!"),
        ("inner", "[concat('a', reference('n', '2020-10-01').outputs.id.value)]", "aouter-inner!"),
    ])
    func outputsOfADeploymentAreKnown(_ scope: String, _ expression: String, _ expected: String) throws {
        let found = try inputs(Self.template(Self.deployment("n", scope: scope), expression))
        #expect(found.value == .string(expected))
        #expect(found.codes == [])
    }

    @Test(arguments: ["[reference('other').outputs.id.value]", "[reference(variables('none')).x]"])
    func otherReferencesStayOpen(_ expression: String) throws {
        let found = try inputs(Self.template(Self.deployment("n", scope: "inner"), expression))
        #expect(found.value == .string("<unresolved: \(expression.dropFirst().dropLast())>"))
        #expect(found.codes == [DiagnosticCode.unresolved])
    }

    /// An output that asks for itself is not known, and asking ends.
    @Test func anOutputMayNotAskForItself() throws {
        let found = try inputs(
            Self.template(Self.deployment("n", scope: "outer"), "[reference('n').outputs.again.value]")
        )
        #expect(found.value == "<unresolved: reference('n').outputs.id.value>")
    }

    @Test(arguments: ["[variables('all')]", "[union(variables('all'), createObject('state', 'Disabled'))]"])
    func propertiesMayBeOneExpression(_ expression: String) throws {
        let text = """
            {"$schema": "deploymentTemplate.json", "variables": {"all": {"state": "Enabled", "parameters": {"q": {"value": "[[x]"}},
              "definition": {"triggers": {}, "parameters": {"q": {"type": "String"}}, "actions": {"A": {"type": "Compose", "inputs": "[[y]"}}}}},
             "resources": [{"type": "Microsoft.Logic/workflows", "name": "w", "properties": "\(expression)"}]}
            """
        let file = PlaybookFile.load(text: text)
        #expect(file.diagnostics == [])
        let workflow = try #require(file.workflows.first)
        #expect(workflow.definition["actions"]?["A"]?["inputs"] == "[y]")
        #expect(workflow.parameters == ["q": ["value": "[x]"]])
        #expect(workflow.state == (expression.contains("union") ? "Disabled" : "Enabled"))
        #expect(workflow.compile().definition != nil)
    }

    @Test(arguments: [#""[variables('none')]""#, "{}", #""text""#])
    func propertiesWithoutADefinitionAreRefused(_ properties: String) {
        let text = """
            {"$schema": "deploymentTemplate.json", "resources": [{"type": "Microsoft.Logic/workflows", "name": "w", "properties": \(properties)}]}
            """
        let file = PlaybookFile.load(text: text)
        #expect(file.hasErrors)
        #expect(file.diagnostics.contains { $0.message == "The workflow 'w' has no definition." })
    }
}
