import Foundation
import JSONTree
import Playbooks
import Testing

/// The playbooks that come with this project are templates that Azure would accept, without a remark.
struct ReadyMadeTests {
    static let folder = Support.tests.deletingLastPathComponent().appendingPathComponent("Playbooks")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { name in
            FileManager.default.fileExists(atPath: folder.appendingPathComponent("\(name)/azuredeploy.json").path)
        }.sorted()
    }()

    @Test func theMainJobIsThere() {
        #expect(Self.names.contains("alerts-to-tickets"))
    }

    @Test(arguments: names)
    func compilesWithoutARemark(_ name: String) throws {
        let bytes = Array(try Data(contentsOf: Self.folder.appendingPathComponent("\(name)/azuredeploy.json")))
        let report = Validator().check(bytes: bytes, name: name)
        #expect(report.form == .deploymentTemplate)
        #expect(report.workflows.map(\.name) == [name])
        // What only the one who deploys it knows has no default.
        let remarks = report.diagnostics.filter { !$0.message.contains("has neither a value nor a default value") }
        #expect(remarks.map(\.message) == [])
    }
}
