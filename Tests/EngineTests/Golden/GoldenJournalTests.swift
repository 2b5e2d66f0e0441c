import Durable
import Engine
import Foundation
import JSONTree
import Moments
import Playbooks
import Testing

/// Journals that releases wrote must load, tell the same history, and go on, in every later release.
///
/// The files lie beside this one, in a folder for each release that changed what is written. To write those of this release after
/// a change of format, run `TOCSIN_GOLDEN=write swift test --filter GoldenJournalTests` and read the difference: files of
/// a folder that was released are never written again.
@Suite(.timeLimit(.minutes(3)))
struct GoldenJournalTests {
    static let isWriting = ProcessInfo.processInfo.environment["TOCSIN_GOLDEN"] == "write"

    @Test(.enabled(if: Self.isWriting)) func `write the files of this release`() async throws {
        try FileManager.default.createDirectory(at: GoldenFile.current, withIntermediateDirectories: true)
        for playbook in GoldenTable.playbooks {
            await Task.yield()
            do { try write(playbook) } catch { Issue.record("\(playbook.name): \(error)") }
        }
    }

    private func write(_ playbook: GoldenPlaybook) throws {
        let file = try GoldenRuns.record(playbook)
        let lines = file.batches.map { GoldenBatch.json($0).text }.joined(separator: ",\n")
        var json = file.json.objectValue ?? JSONObject()
        json["batches"] = "BATCHES"
        let text = JSON.object(json).text.replacingOccurrences(of: "\"BATCHES\"", with: "[\n\(lines)\n]")
        try Data((text + "\n").utf8).write(to: GoldenFile.current.appendingPathComponent("\(playbook.name).json"))
    }

    @Test func `every kind of event and every way to wait is in the files`() throws {
        var kinds = Set<String>()
        var phases = Set<String>()
        var types = Set<String>()
        for file in try GoldenFile.all() {
            for batch in file.batches where !batch.body.isEmpty {
                for event in try JournalRow.parse(batch.body).events {
                    let kind = event[0]?.stringValue ?? ""
                    kinds.insert(kind)
                    if kind == "depart" { phases.insert(event[4]?.stringValue ?? "") }
                    if kind == "progress" { phases.insert(event[2]?.stringValue ?? "") }
                }
            }
            types.formUnion(try GoldenMachine.program(file.definition).definition.actions.map(\.type.word))
        }
        #expect(
            kinds == ["start", "admit", "skip", "done", "open", "loop", "turn", "turned", "depart", "progress", "end"]
        )
        #expect(
            phases == [
                "calling", "pausing", "polling", "sleeping", "subscribed", "claiming", "keyTaken", "settling",
                "lookingUp", "unknown",
            ]
        )
        #expect(types.count >= 28, "\(types.sorted())")
    }

    @Test func `a journal tells the history that it told when it was written`() async throws {
        for file in try GoldenFile.all() {
            await Task.yield()
            let journal = try GoldenRuns.journal(file)
            let outcomes = try journal.allRuns().map {
                try GoldenFile.outcome(of: $0, in: journal, definition: file.definition)
            }
            #expect(outcomes == file.outcomes, "\(file.name)")
            for run in journal.allRuns() {
                let stored = try #require(journal.stored(run))
                let program = try GoldenMachine.program(file.definition)
                let replayed = try JournalReplay.replay(stored, program: program, machine: GoldenMachine.machine)
                #expect(GoldenMachine.machine.summary(of: replayed.state) == stored.summary, "\(file.name)")
            }
        }
    }

    @Test func `from every batch of a journal a run goes on to the end that it had`() async throws {
        for file in try GoldenFile.all() {
            let steps = max(1, file.batches.count / 12)
            for count in Swift.stride(from: 1, to: file.batches.count, by: steps) {
                await Task.yield()
                let journal = try GoldenRuns.journal(file, first: count)
                let started = Set(journal.allRuns().map(\.value))
                let instant = file.batches[count - 1].at
                _ = try GoldenRuns.resume(file, journal, at: instant)
                for expected in file.outcomes where started.contains(expected.run) {
                    let run = RunNumber(expected.run)
                    let outcome = try GoldenFile.outcome(of: run, in: journal, definition: file.definition)
                    #expect(outcome.status == expected.status, "\(file.name) after \(count) batches")
                    #expect(
                        outcome.history.map(Self.statuses) == expected.history.map(Self.statuses),
                        "\(file.name) after \(count) batches"
                    )
                }
            }
        }
    }

    @Test func `nothing secured is in clear in the files`() throws {
        for file in try GoldenFile.all() where file.name == "secured" {
            for batch in file.batches {
                let text = GoldenBatch.json(batch).text
                #expect(!text.contains("golden-secret"), "\(text)")
            }
        }
    }

    /// Action, iterations and status of a line.
    private static func statuses(_ line: String) -> String {
        guard let end = line.range(of: " in=") else { return "" }
        return line[..<end.lowerBound].split(separator: " ").prefix(3).joined(separator: " ")
    }
}
