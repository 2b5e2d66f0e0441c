import Durable
import Engine
import JSONTree
import Stores

/// Counts what the history of a data folder shows, after the process that wrote it is gone.
enum HistoryCount {
    /// Opens the folder and counts the actions of all runs that have status, times, inputs and outputs.
    ///
    /// - Returns: the runs that ended well, and their complete actions.
    static func actions(folder: String, program: WorkflowProgram) async throws -> (runs: Int, actions: Int) {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: DurableMigrations.all))
        let machine = Workbench.machine
        var runs = 0
        var actions = 0
        var last: String?
        while true {
            let after = last
            let page = try await store.read { snapshot in
                try SQLRuns.list(tenant: "bench", scope: "bench", after: after, limit: 500, in: snapshot).map { run in
                    (run.header, run.summary.status, try SQLRuns.rows(of: run.header.number, in: snapshot))
                }
            }
            guard let end = page.last else { break }
            last = end.0.name
            for (header, status, rows) in page {
                let history = try HistoryReader.read(header: header, rows: rows, program: program, machine: machine)
                if status == ActionStatus.succeeded.word { runs += 1 }
                actions += history.entries.count {
                    $0.status == .succeeded && $0.end != nil && $0.inputs != nil && $0.outputs != nil
                }
            }
        }
        try await store.close()
        return (runs, actions)
    }

    /// How often each action of one run has ended, read row by row from its journal, with the chain of hashes proved.
    static func ends(folder: String, run: RunNumber) async throws -> (status: String, rows: Int, ends: [String: Int]) {
        let store = try Store.open(folder: folder, options: StoreOptions(migrations: DurableMigrations.all))
        let status = try await store.read { try SQLRuns.find(run, in: $0)?.summary.status ?? "" }
        var ends: [String: Int] = [:]
        var next: Int64 = 0
        var hash: [UInt8] = []
        while true {
            let from = next
            let rows = try await store.read { try SQLRuns.rows(of: run, from: from, limit: 64, in: $0) }
            guard !rows.isEmpty else { break }
            for row in rows {
                guard row.sequence == next, JournalRow.hash(after: hash, body: row.body) == row.hash else {
                    throw CommandFailure(
                        code: "DamagedJournal",
                        message: "Row \(next) of the run is missing or changed."
                    )
                }
                for event in try JournalRow.parse(row.body).events where event[0] == "done" {
                    ends[event[1]?.stringValue ?? "", default: 0] += 1
                }
                hash = row.hash
                next += 1
            }
        }
        try await store.close()
        return (status, Int(next), ends)
    }
}
