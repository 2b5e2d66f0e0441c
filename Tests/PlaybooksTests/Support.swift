import Foundation
import JSONTree
import Playbooks
import Testing

/// Files beside the tests, and definitions in short.
enum Support {
    static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    static func json(_ text: String) throws -> JSON {
        try JSON.parse(text)
    }

    static func file(_ path: String) throws -> JSON {
        try JSON.parse(Array(Data(contentsOf: tests.appendingPathComponent(path))))
    }

    /// The folder of real playbooks: `TOCSIN_CORPUS`, or `../shared/corpus` beside the repository; nil when absent.
    static let corpus: URL? = {
        let named = ProcessInfo.processInfo.environment["TOCSIN_CORPUS"].map { URL(fileURLWithPath: $0) }
        let beside = tests.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
            "shared/corpus"
        )
        let folder = (named ?? beside).appendingPathComponent("playbooks")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// The names of the corpus, in order.
    static let corpusFiles: [String] = {
        guard let corpus, let names = try? FileManager.default.contentsOfDirectory(atPath: corpus.path) else {
            return []
        }
        return names.filter { $0.hasSuffix(".json") && $0 != "manifest.json" }.sorted()
    }()

    static func corpusBytes(_ name: String) throws -> [UInt8] {
        let folder = try #require(corpus)
        return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// A definition with a Request trigger and these actions.
    static func definition(_ actions: String, more: String = "") throws -> JSON {
        try json(
            """
            {"triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {}}}, "actions": {\(actions)}\(more)}
            """
        )
    }
}
