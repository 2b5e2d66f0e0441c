import Durable
import JSONTree
import Playbooks
import Stores

/// Reads runs and their histories.
final class RunReader: Sendable {
    private let catalogue: WorkflowCatalogue
    private let machine: WorkflowMachine
    private let journal: SQLJournal

    init(catalogue: WorkflowCatalogue, machine: WorkflowMachine, journal: SQLJournal) {
        self.catalogue = catalogue
        self.machine = machine
        self.journal = journal
    }

    func run(_ name: String, of record: WorkflowRecord) async throws -> RunListing {
        let found = try await catalogue.store.read { snapshot in
            try SQLRuns.find(tenant: record.tenant, scope: record.id, name: name, in: snapshot)
        }
        guard let found else { throw EngineError.noRun(name, of: record.key.name) }
        return try RunListing(found)
    }

    func run(startedBy cause: String, of record: WorkflowRecord) async throws -> RunListing? {
        try await catalogue.store.read { snapshot in
            try SQLRuns.started(by: cause, tenant: record.tenant, scope: record.id, in: snapshot)
        }.map { try RunListing($0) }
    }

    /// A page of runs, newest first.
    ///
    /// Rows that do not match are passed over, at most 10,000 of them a page.
    func runs(
        of record: WorkflowRecord,
        filter: RunFilter,
        after name: String?,
        limit: Int
    ) async throws -> (runs: [RunListing], next: String?) {
        var found: [RunListing] = []
        var last = name
        var looked = 0
        while true {
            let after = last
            let page = try await catalogue.store.read { snapshot in
                try SQLRuns.list(
                    tenant: record.tenant,
                    scope: record.id,
                    after: after,
                    limit: 256,
                    in: snapshot
                )
            }
            for listed in page {
                let run = try RunListing(listed)
                looked += 1
                last = run.header.name
                guard filter.matches(run) else { continue }
                if found.count == limit { return (found, found.last?.header.name) }
                found.append(run)
            }
            if page.count < 256 { return (found, nil) }
            if looked >= 10_000 { return (found, last) }
        }
    }

    func history(of run: RunListing, in record: WorkflowRecord) async throws -> RunHistory {
        guard let stored = try await journal.history(of: run.header.number) else {
            throw EngineError.noRun(run.header.name, of: record.key.name)
        }
        let program = try await catalogue.program(id: record.id, version: run.header.program)
        return try HistoryReader.read(
            header: run.header,
            rows: stored.rows,
            bodies: stored.bodies,
            program: program,
            machine: machine
        )
    }

    /// A value of a run's history as it is: histories leave out what is above 32 MiB of large values altogether.
    func whole(_ value: JSON, of run: RunListing, isInput: Bool) async throws -> JSON {
        guard let reference = JournalBodies.reference(value),
            let text = try await journal.body(reference.digest, of: run.header.number)
        else { return value }
        let whole = try StoredValue.value(text: text, open: machine.environment.open)
        return isInput ? InputSanitizer.sanitized(whole) : whole
    }

    /// The answer that a run has given; nil while it has given none.
    func response(of run: RunListing, in record: WorkflowRecord) async throws -> ResponseContent? {
        let history = try await history(of: run, in: record)
        let definition = history.program.definition
        for entry in history.entries where entry.status == .succeeded {
            guard let node = definition.node(named: entry.name), node.type == .response else { continue }
            var outputs = entry.outputs
            if let value = outputs { outputs = try await whole(value, of: run, isInput: false) }
            return ResponseContent(
                status: outputs?["statusCode"]?.integerValue.map(Int.init) ?? 200,
                headers: outputs?["headers"] ?? .object(JSONObject()),
                body: outputs?["body"],
                isAsynchronous: node.options.contains(.asynchronous)
            )
        }
        return nil
    }
}
