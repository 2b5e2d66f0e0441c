import Foundation
import Glibc
import Testing

@testable import Stores

@Suite struct CrashTests {
    /// A process that writes as fast as it can kills itself; what it acknowledged is there, each row whole.
    @Test(.timeLimit(.minutes(2)), arguments: 0..<4)
    func whatWasAcknowledgedSurvivesAKill(round: Int) async throws {
        let scratch = try Scratch()
        let folder: String = scratch.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
            try await CrashingWriter.run(folder: folder, milliseconds: 150 + round * 70)
        }
        let acknowledged = try String(contentsOfFile: scratch("acknowledged"), encoding: .utf8).split(separator: "\n")
            .dropLast()
        #expect(acknowledged.count > 50)
        let store = try Store.open(folder: scratch("data"), options: TestTables.options())
        let found = try await store.read { snapshot in
            Set(try snapshot.query("SELECT caller, seq FROM item").map { "\(try $0[0].text) \(try $0[1].integer)" })
        }
        let lost = acknowledged.filter { !found.contains(String($0)) }
        #expect(lost.isEmpty, "\(lost.prefix(5)) of \(acknowledged.count)")
        let halves = try await store.read { snapshot in
            try snapshot.first(
                "SELECT count(*) FROM item WHERE caller LIKE 'w%' AND (tenant, 'x' || caller, seq) NOT IN (SELECT tenant, caller, seq FROM item)"
            )?[0].integer
        }
        #expect(halves == 0)
        #expect(try await store.onWriter("PRAGMA integrity_check") == .text("ok"))
        try await store.close()
    }
}

/// Writes pairs of rows, notes each pair that was acknowledged, and dies in the middle.
enum CrashingWriter {
    static func run(folder: String, milliseconds: Int) async throws {
        let store = try Store.open(folder: folder + "/data", options: TestTables.options { $0.checkpointPages = 300 })
        let notes = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<24 {
                group.addTask {
                    var seq = 0
                    while true {
                        let number = seq
                        try await store.commit(.journal) { transaction in
                            for name in ["w\(caller)", "xw\(caller)"] {
                                let change = TestTables.insertion(name, number, body: Array(repeating: 3, count: 700))
                                try transaction.execute(change.sql, change.arguments)
                            }
                        }
                        let line = Array("w\(caller) \(number)\n".utf8)
                        _ = line.withUnsafeBytes { write(notes, $0.baseAddress, $0.count) }
                        seq += 1
                        if ContinuousClock.now > end { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
