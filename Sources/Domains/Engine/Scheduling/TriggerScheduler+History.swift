import Durable
import JSONTree
public import Moments
public import Playbooks
import Stores

extension TriggerScheduler {
    /// How many rows are read at a time while a filter passes over entries.
    private static let pageRows = 200

    /// The history of a trigger, newest first: entries of its own, and one for each run that it started.
    ///
    /// - Parameters:
    ///   - trigger: The trigger.
    ///   - program: Its workflow.
    ///   - filter: Which entries are wanted.
    ///   - name: The last name of the page before; nil: from the newest.
    ///   - limit: The most entries.
    /// - Returns: The entries, and after which name the next page begins; nil when there are no more.
    /// - Throws: `StoreError`.
    public func histories(
        of trigger: TriggerNode,
        program: WorkflowProgram,
        filter: TriggerHistoryFilter = TriggerHistoryFilter(),
        after name: String? = nil,
        limit: Int
    ) async throws -> (entries: [TriggerHistoryEntry], next: String?) {
        let key = TriggerKey(trigger, of: program)
        var found: [TriggerHistoryEntry] = []
        var last = name ?? ""
        while true {
            let after = last
            let page = try await store.read { snapshot in
                try Self.page(key, after: after, limit: Self.pageRows, in: snapshot)
            }
            for entry in page.entries where filter.passes(entry) {
                // One more than wanted: there is a next page.
                if found.count == limit { return (found, found.last?.name) }
                found.append(entry)
            }
            guard let end = page.end else { return (found, nil) }
            // Names fall with time: everything further on is older.
            if let from = filter.startedFrom, let oldest = page.entries.last, oldest.start < from {
                return (found, nil)
            }
            last = end
        }
    }

    /// An entry of a trigger's history.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - trigger: The trigger.
    ///   - program: Its workflow.
    /// - Returns: The entry.
    /// - Throws: `EngineError` 404 `WorkflowTriggerHistoryNotFound`, `StoreError`.
    public func history(
        named name: String,
        of trigger: TriggerNode,
        program: WorkflowProgram
    ) async throws -> TriggerHistoryEntry {
        let key = TriggerKey(trigger, of: program)
        let found = try await store.read { snapshot -> TriggerHistoryEntry? in
            if let row = try HistoryRow.find(HistoryRow.Name(key: key, name: name), in: snapshot), row.due == nil {
                return row.entry
            }
            let run = try SQLRuns.find(tenant: key.tenant, scope: key.workflow, name: name, in: snapshot)
            return run.map(Self.entry).flatMap { $0.trigger.lowercased() == key.trigger ? $0 : nil }
        }
        guard let found else {
            throw EngineError(
                404,
                "WorkflowTriggerHistoryNotFound",
                "The trigger '\(trigger.name)' has no history '\(name)'."
            )
        }
        return found
    }

    /// Writes an entry for an evaluation that was made elsewhere and started no run, such as a Request trigger whose
    /// condition was false.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - tenant: The tenant.
    ///   - id: The workflow.
    /// - Throws: `StoreError`.
    public func record(_ entry: TriggerHistoryEntry, tenant: String, workflow id: String) async throws {
        let row = HistoryRow(key: TriggerKey(tenant: tenant, workflow: id, trigger: entry.trigger), entry: entry)
        try await store.commit(.intake) { transaction in
            try row.write(to: transaction)
            guard var state = try TriggerRow.find(row.key, in: transaction) else { return }
            state.note(entry.status, code: entry.code, error: entry.error, at: entry.end)
            try state.write(to: transaction)
        }
    }

    /// Takes away what is older than an instant, in slices: entries of histories, and the keys of sendings to batches.
    ///
    /// Firings that wait stay.
    ///
    /// - Parameter instant: Only what ended before it goes.
    /// - Returns: How many rows went.
    /// - Throws: `StoreError`.
    @discardableResult
    public func prune(before instant: Timestamp) async throws -> Int {
        let arguments: [SQLValue] = [.integer(instant.ticks)]
        var count = 0
        for statement in [
            """
            DELETE FROM trigger_history WHERE rowid IN (
                SELECT rowid FROM trigger_history WHERE end < ? AND due IS NULL ORDER BY end LIMIT 500)
            """,
            """
            DELETE FROM batch_receipt WHERE (tenant, execution) IN (
                SELECT tenant, execution FROM batch_receipt WHERE accepted < ? ORDER BY accepted LIMIT 500)
            """,
        ] {
            var part = 500
            while part == 500 {
                try Task.checkCancellation()
                part = try await store.commit(.rest) { try $0.execute(statement, arguments) }
                count += part
            }
        }
        return count
    }

    // MARK: - Runs as entries

    private struct Page: Sendable {
        var entries: [TriggerHistoryEntry]
        /// The name after which the next page begins; nil: this was the last.
        var end: String?
    }

    /// Entries and runs after a name, merged by name as far as both were read.
    private static func page(
        _ key: TriggerKey,
        after name: String,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> Page {
        let rows = try HistoryRow.list(key, after: name, limit: limit, in: snapshot)
        let runs = try SQLRuns.list(tenant: key.tenant, scope: key.workflow, after: name, limit: limit, in: snapshot)
        var end: String?
        if rows.count == limit, let last = rows.last?.name { end = last }
        if runs.count == limit, let last = runs.last?.header.name { end = min(end ?? last, last) }
        var entries = rows
        entries += runs.map(Self.entry).filter { $0.trigger.lowercased() == key.trigger }
        if let end { entries.removeAll { $0.name > end } }
        entries.sort { $0.name < $1.name }
        return Page(entries: entries, end: end)
    }

    /// The entry of the evaluation that started a run.
    private static func entry(of run: SQLRuns.Listed) -> TriggerHistoryEntry {
        let detail: JSON
        do {
            detail = try JSON.parse(run.summary.detail)
        } catch {
            detail = .object(JSONObject())
        }
        return TriggerHistoryEntry(
            name: run.header.name,
            trigger: detail["trigger"]?.stringValue ?? run.group,
            status: .succeeded,
            code: "OK",
            start: run.header.opened,
            end: run.header.opened,
            clientTrackingID: detail["tracking"]?.stringValue,
            run: run.header.name
        )
    }
}
