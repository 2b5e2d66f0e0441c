import Durable
import JSONTree
import Playbooks
import Stores

/// Reads runs and their histories.
final class RunReader: Sendable {
    private let catalogue: WorkflowCatalogue
    private let machine: WorkflowMachine

    init(catalogue: WorkflowCatalogue, machine: WorkflowMachine) {
        self.catalogue = catalogue
        self.machine = machine
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
        let number = run.header.number
        let rows = try await catalogue.store.read { try SQLRuns.rows(of: number, in: $0) }
        let program = try await catalogue.program(id: record.id, version: run.header.program)
        return try HistoryReader.read(header: run.header, rows: rows, program: program, machine: machine)
    }

    /// The answer that a run has given; nil while it has given none.
    func response(of run: RunListing, in record: WorkflowRecord) async throws -> ResponseContent? {
        let history = try await history(of: run, in: record)
        let definition = history.program.definition
        for entry in history.entries where entry.status == .succeeded {
            guard let node = definition.node(named: entry.name), node.type == .response else { continue }
            let outputs = entry.outputs
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
