import Foundation
import JSONTree
import Playbooks
import Rehearsal
import Testing

/// Every security playbook of the corpus rehearses without an error of the engine; see README.md beside this file.
@Suite(
    .enabled(if: SecurityCorpus.folder != nil, "The corpus of playbooks is not here; set TOCSIN_CORPUS to its folder.")
)
struct CorpusRehearsalTests {
    /// Errors that are ours, not the playbook's and not an honest refusal of a service.
    static let ours: Set<String> = [
        "OutcomeUnknown", "NotSupported", "OperationNotSupported", "AdapterFailed", "InvalidConnectorDefinition",
        "ConnectorNotFound", "ConnectionNotFound", "IncompleteConnection", "ConnectionAuthenticationFailed",
        "TriggerTypeNotSupported", "ActionTypeNotSupported", "InternalError", "UnreadableHistory", "ConnectionLost",
        "DestinationNotAllowed",
    ]

    @Test func `the corpus is whole`() {
        #expect(SecurityCorpus.files.count >= 120)
    }

    @Test(arguments: SecurityCorpus.files)
    func `it rehearses without an error of the engine`(_ name: String) async throws {
        let file = PlaybookFile.load(bytes: try SecurityCorpus.bytes(name))
        var statuses: [String] = []
        for workflow in file.workflows {
            let report: RehearsalReport
            do {
                report = try await Rehearsals.run(file, workflow, name: name)
            } catch let error as RehearsalError {
                #expect(HonestFailures.doesNotStart[name] != nil, "\(error.description)")
                statuses.append(error.code)
                continue
            }
            // Scripts need more than a plain machine; what came of the playbook is not known then.
            if report.advice.contains(where: { $0.reason.contains("runs no scripts") }) { return }
            statuses.append(report.status)
            for action in report.run.json["actions"]?.arrayValue ?? [] {
                let code = action["error"]?["code"]?.stringValue ?? action["code"]?.stringValue ?? ""
                let message = action["error"]?["message"]?.stringValue ?? ""
                #expect(!Self.ours.contains(code), "\(action["name"]?.stringValue ?? ""): \(code) \(message)")
            }
            if report.status != "Succeeded" {
                #expect(HonestFailures.fails[name] != nil, "\(Self.failures(report))")
                #expect(!report.advice.isEmpty, "nobody is told what to do")
            }
        }
        if statuses.allSatisfy({ $0 == "Succeeded" }) {
            #expect(HonestFailures.fails[name] == nil, "it succeeds now: take it off the list")
            #expect(HonestFailures.doesNotStart[name] == nil, "it starts now: take it off the list")
        }
    }

    /// The failed actions with their errors.
    private static func failures(_ report: RehearsalReport) -> String {
        let failed = (report.run.json["actions"]?.arrayValue ?? []).filter { $0["status"]?.stringValue == "Failed" }
        return failed.map { action in
            "\(action["name"]?.stringValue ?? ""): \(action["error"]?.text ?? action["outputs"]?.text.prefix(300).description ?? "")"
        }.joined(separator: "\n")
    }
}

/// Playbooks that do not succeed in a rehearsal for a good reason: `Tests/Data/rehearsal-failures.json`.
enum HonestFailures {
    private static let json: JSON = {
        let place = Rehearsals.root.appending(path: "Tests/Data/rehearsal-failures.json")
        guard let data = try? Data(contentsOf: place) else { return .null }
        return (try? JSON.parse([UInt8](data))) ?? .null
    }()

    /// Files that cannot be run at all, with the reason.
    static let doesNotStart = reasons("doesNotStart")
    /// Files of which a run fails, with the reason.
    static let fails = reasons("fails")

    private static func reasons(_ name: String) -> [String: String] {
        var reasons: [String: String] = [:]
        for (file, reason) in json[name]?.objectValue ?? JSONObject() { reasons[file] = reason.stringValue }
        return reasons
    }
}

/// The playbooks of the corpus that are about security.
enum SecurityCorpus {
    static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["TOCSIN_CORPUS"].map { URL(filePath: $0) }
        let beside = Rehearsals.root.deletingLastPathComponent().appending(path: "shared/corpus")
        let folder = (named ?? beside).appending(path: "playbooks")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static let files: [String] = {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            return []
        }
        return names.filter { name in
            guard name.hasSuffix(".json"), name != "manifest.json" else { return false }
            return name.contains("Azure-Sentinel__") || name.contains("sentinel-playbooks__")
                || name.contains("__templates-asc-")
        }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = try #require(folder)
        return [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }
}
