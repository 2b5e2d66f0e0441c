import Expressions
import Foundation
import JSONTree
import Testing

/// Every expression of the playbooks that people published must compile.
///
/// The corpus lies beside the repository (`../shared/corpus`) or where `TOCSIN_CORPUS` says; without it the test is skipped.
struct CorpusTests {
    static let playbooks: URL? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = root.deletingLastPathComponent().appendingPathComponent("shared/corpus").path
        let path = ProcessInfo.processInfo.environment["TOCSIN_CORPUS"] ?? beside
        let folder = URL(fileURLWithPath: path).appendingPathComponent("playbooks")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    @Test(.enabled(if: playbooks != nil, "there is no corpus: set TOCSIN_CORPUS to its folder"))
    func publishedPlaybooksCompile() throws {
        let folder = try #require(Self.playbooks)
        var tally = Tally()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        where name.hasSuffix(".json") {
            let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
            tally.definitions(in: try JSON.parse(bytes), of: name)
        }
        #expect(tally.failures == [])
        #expect(tally.calls > 5_000)
        #expect(tally.unused == [])
    }

    /// What came of compiling.
    private struct Tally {
        var failures: [String] = []
        var calls = 0
        /// Functions that playbooks are known to use and that have not been seen.
        var unused: Set<String> = ["body", "triggerBody", "items", "variables", "parameters", "encodeUriComponent"]

        /// Looks for workflow definitions at any depth, as deployment templates hold them.
        mutating func definitions(in json: JSON, of file: String) {
            switch json {
            case .object(let object):
                if let actions = object["actions"], let triggers = object["triggers"] {
                    strings(in: actions, of: file)
                    strings(in: triggers, of: file)
                } else {
                    for value in object.values { definitions(in: value, of: file) }
                }
            case .array(let elements):
                for element in elements { definitions(in: element, of: file) }
            default: break
            }
        }

        private mutating func strings(in json: JSON, of file: String) {
            switch json {
            case .string(let text):
                // A bracket begins an expression of the deployment template, not of the workflow.
                if !text.hasPrefix("[") { compile(json, of: file) }
            case .array(let elements):
                for element in elements { strings(in: element, of: file) }
            case .object(let object):
                for (name, value) in object {
                    compile(.object([name: nil]), of: file)
                    strings(in: value, of: file)
                }
            default: break
            }
        }

        private mutating func compile(_ json: JSON, of file: String) {
            do throws(ExpressionError) {
                let template = try Template.compile(json)
                calls += template.calls.count
                for call in template.calls { unused.remove(call.function.name) }
            } catch {
                failures.append("\(file): \(error.message)")
            }
        }
    }
}
