import JSONTree
import Testing

@testable import Playbooks

/// Definitions that were saved before, which run on whatever saving refuses now.
struct SavedDefinitionTests {
    private static func definition(_ actions: JSON, trigger: JSON? = nil) -> JSON {
        ["triggers": ["t": trigger ?? ["type": "Request", "kind": "Http", "inputs": [:]]], "actions": actions]
    }

    private static let loop: JSON = [
        "Each": [
            "type": "Foreach", "foreach": [1],
            "actions": ["End": ["type": "Terminate", "inputs": ["runStatus": "Failed"]]],
        ]
    ]

    @Test(
        arguments: [
            definition(["A": ["type": "Compose", "inputs": "@variables('none')"]]), definition(loop),
            definition(["A": ["type": "Compose", "inputs": "@outputs('A')"]]),
            definition([:], trigger: ["type": "Http", "inputs": ["method": "GET", "uri": "https://a.example"]]),
        ]
    )
    func `what saving refuses is a warning afterwards`(_ definition: JSON) throws {
        let refused = Definition.compile(definition)
        #expect(refused.definition == nil && refused.error != nil)
        var options = CompileOptions()
        options.isSaved = true
        let saved = Definition.compile(definition, options: options)
        #expect(saved.definition != nil && saved.error == nil)
        #expect(saved.diagnostics.contains { $0.severity == .warning && $0.message == refused.error?.message })
    }

    @Test func `what cannot be compiled stays refused`() {
        var options = CompileOptions()
        options.isSaved = true
        let broken = Self.definition(["A": ["type": "Compose", "inputs": "@concat("]])
        #expect(Definition.compile(broken, options: options).definition == nil)
    }
}
