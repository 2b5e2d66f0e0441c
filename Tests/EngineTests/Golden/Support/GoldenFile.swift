import Durable
import Engine
import Foundation
import JSONTree
import Moments
import Testing

/// A journal as a release wrote it: the playbook, every batch of its runs, and what became of them.
///
/// The files are written by `TOCSIN_GOLDEN=write` and never changed afterwards: a new release adds a folder of its own.
struct GoldenFile: Sendable {
    struct Outcome: Sendable, Hashable {
        var run: Int64
        var status: String
        /// One line a record.
        var history: [String]
    }

    var name: String
    var definition: JSON
    var batches: [CommitBatch]
    var outcomes: [Outcome]

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of this release's files.
    static let current = root.appendingPathComponent("1")

    static func all() throws -> [GoldenFile] {
        let releases = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { Int($0) != nil }.sorted()
        return try releases.flatMap { release in
            let folder = root.appendingPathComponent(release)
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
                .sorted().map { try GoldenFile(contentsOf: folder.appendingPathComponent($0)) }
        }
    }

    init(name: String, definition: JSON, batches: [CommitBatch], outcomes: [Outcome]) {
        self.name = name
        self.definition = definition
        self.batches = batches
        self.outcomes = outcomes
    }

    init(contentsOf url: URL) throws {
        let json = try JSON.parse(Array(try Data(contentsOf: url)))
        name = try #require(json["name"]?.stringValue)
        definition = try #require(json["definition"])
        batches = try #require(json["batches"]?.arrayValue).map(GoldenBatch.batch)
        outcomes = try #require(json["outcomes"]?.arrayValue).map { outcome in
            Outcome(
                run: try #require(outcome["run"]?.integerValue),
                status: try #require(outcome["status"]?.stringValue),
                history: try #require(outcome["history"]?.arrayValue).compactMap(\.stringValue)
            )
        }
    }

    var json: JSON {
        [
            "name": .string(name), "definition": definition, "batches": .array(batches.map(GoldenBatch.json)),
            "outcomes": .array(
                outcomes.map {
                    [
                        "run": .integer($0.run), "status": .string($0.status),
                        "history": .array($0.history.map { .string($0) }),
                    ]
                }
            ),
        ]
    }

    /// The outcome of a run: its status and every record, in full.
    static func outcome(of run: RunNumber, in journal: MemoryJournal, definition: JSON) throws -> Outcome {
        let program = try GoldenMachine.program(definition)
        let stored = try #require(journal.stored(run))
        let history = try HistoryReader.read(
            header: stored.header,
            rows: journal.allRows(of: run),
            bodies: journal.bodies(of: run),
            program: program,
            machine: GoldenMachine.machine
        )
        let lines = history.entries.map { entry in
            let error = entry.error.map { "\($0.code): \($0.message)" } ?? ""
            return "\(entry.name) \(entry.indexes) \(entry.status.word) \(entry.code ?? "") \(error)"
                + " in=\(short(entry.inputs)) out=\(short(entry.outputs)) start=\(entry.start.iso8601) end=\(entry.end?.iso8601 ?? "")"
                + " retries=\(entry.retryHistory.count) tracked=\(short(entry.tracked)) turns=\(entry.iterations.map(\.word))"
        }
        let variables = "variables=\(short(history.state.variableValues)) outputs=\(short(history.state.outputs))"
        return Outcome(run: run.value, status: history.state.status.word, history: lines + [variables])
    }

    /// Long values by their length and their ends.
    private static func short(_ value: JSON?) -> String {
        guard let text = value?.text else { return "-" }
        return text.utf8.count > 300 ? "\(text.utf8.count):\(text.prefix(40))…\(text.suffix(40))" : text
    }
}
