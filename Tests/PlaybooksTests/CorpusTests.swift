import Foundation
import JSONTree
import Playbooks
import Testing

/// Every real playbook of the corpus loads and compiles; the exceptions are listed in the README of these tests.
@Suite(.enabled(if: Support.corpus != nil, "The corpus of playbooks is not here; set TOCSIN_CORPUS to its folder."))
struct CorpusTests {
    /// The files that are truly broken, with a word of the error that says so.
    static let broken = [
        "0xbennyv-Azure-Sentinel__Playbooks-Close-Incident-MCAS-azuredeploy.json":
            "The variable 'MCASURL' must be initialized before it can be used inside action 'HTTP'",
        "0xbennyv-Azure-Sentinel__Playbooks-Update-BulkIncidents-azuredeploy.json":
            "The workflow parameter 'SentinelWorkspaceName' is not found",
    ]

    @Test func theCorpusIsWhole() {
        #expect(Support.corpusFiles.count >= 157)
    }

    @Test(arguments: Support.corpusFiles)
    func loads(_ name: String) throws {
        let bytes = try Support.corpusBytes(name)
        let report = Validator().check(bytes: bytes, name: name)
        let errors = report.diagnostics.filter(\.isError).map { "\($0.pointer) \($0.line):\($0.column) \($0.message)" }
        guard let word = Self.broken[name] else {
            #expect(errors.isEmpty)
            #expect(!report.workflows.isEmpty)
            #expect(report.workflows.allSatisfy { $0.actions != nil })
            return
        }
        #expect(errors.count == 1)
        #expect(errors.allSatisfy { $0.contains(word) })
    }

    /// What the manifest counts in the files is what is found.
    @Test func countsAgreeWithTheManifest() throws {
        let manifest = try JSON.parse(try Support.corpusBytes("manifest.json"))
        for entry in try #require(manifest["files"]?.arrayValue) {
            let name = try #require(entry["file"]?.stringValue)
            let file = PlaybookFile.load(bytes: try Support.corpusBytes(name))
            #expect(Int64(file.workflows.count) == entry["workflows"]?.integerValue, "\(name)")
            let flows = try #require(entry["flows"]?.arrayValue)
            #expect(
                file.workflows.map { String($0.pointer.dropFirst()) } == flows.compactMap { $0["at"]?.stringValue },
                "\(name)"
            )
        }
    }

    /// No expression of a deployment template is left behind in a definition.
    @Test(arguments: Support.corpusFiles)
    func noDeploymentExpressionIsLeft(_ name: String) throws {
        let file = PlaybookFile.load(bytes: try Support.corpusBytes(name))
        guard file.form == .deploymentTemplate else {
            return
        }
        for workflow in file.workflows {
            let text = workflow.definition.text
            #expect(!text.contains("\"[parameters("))
            #expect(!text.contains("\"[variables("))
            #expect(!text.contains("\"[concat("))
        }
    }
}
