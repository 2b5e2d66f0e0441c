import Durable
import Engine
import Identity
import JSONTree
import Moments
import Playbooks
import Serving

/// Runs, and the contents of their history.
extension LogicSurface {
    func addRunRoutes(_ routes: inout Routes) {
        let runs = "\(Self.base)/{name}/runs"
        routes.get(runs) { try await self.runs($0) }
        routes.get("\(runs)/{run}") { try await self.run($0) }
        routes.post("\(runs)/{run}/cancel", audited("run.cancel") { try await self.cancel($0) })
        routes.post("\(runs)/{run}/release", audited("run.release") { try await self.release($0) })
        routes.get("\(runs)/{run}/operations/{operation}") { try await self.operation($0) }
    }

    private func runs(_ request: Request) async throws -> Response {
        let record = try await record(request, .readWorkflows)
        let query = try ListQuery(request, fields: RunForm.filterFields)
        let narrowed = RunFilters.runs(query.filter)
        let page = try await Page<RunListing>.gather(
            query,
            fetch: { after, limit in
                let found = try await service.runs(of: record, filter: narrowed, after: after, limit: limit)
                return (found.runs, found.next)
            },
            name: \.header.name,
            facts: RunForm.facts
        )
        return page.answer(request, RunForm(key: record.key).listed)
    }

    private func run(_ request: Request) async throws -> Response {
        let record = try await record(request, .readWorkflows)
        let run = try await service.run(request.parameters["run"], of: record)
        let history = try await history(of: run, record)
        return .json(RunForm(key: record.key).whole(run, history, try links(record, run.header.name, request)))
    }

    /// Ours: lets a quarantined run go on.
    private func release(_ request: Request) async throws -> Response {
        let record = try await record(request, .operateWorkflows)
        try await service.release(request.parameters["run"], of: record)
        return .empty(200)
    }

    private func cancel(_ request: Request) async throws -> Response {
        let record = try await record(request, .operateWorkflows)
        let run = try await service.run(request.parameters["run"], of: record)
        try await service.cancel(run.header.name, of: record)
        return .empty(200)
    }

    /// The state of a run that was started for somebody who asks for its end: the run itself.
    private func operation(_ request: Request) async throws -> Response {
        let run = try await run(request)
        let operation = request.parameters["operation"]
        guard operation == "response" || operation == request.parameters["run"] else {
            throw Problem(
                status: 404,
                code: "WorkflowRunOperationNotFound",
                message: "The run '\(request.parameters["run"])' has no operation '\(operation)'."
            )
        }
        return run
    }

    /// The history of a run, from the shelf if it was read lately and the run has ended.
    func history(of run: RunListing, _ record: WorkflowRecord) async throws -> RunHistory {
        let (now, name) = (clock.now, run.header.name)
        if let known = shelf.history(workflow: record.id, run: name, now: now) { return known }
        let history = try await service.history(of: run, in: record)
        shelf.keep(history, workflow: record.id, run: name, now: now)
        return history
    }

    /// The makers of content links of a run; where the caller may not see contents, links have no address.
    func links(_ record: WorkflowRecord, _ run: String, _ request: Request) throws -> ContentLinks {
        let end = clock.now + Self.contentLinkLife
        let signer = service.signer
        return ContentLinks { path in
            signer.contentAddress(path.text, run: run, workflow: record.id, notAfter: end)
        }
    }

    // MARK: - Contents

    /// A content of a run's history, to whoever has its signed address.
    func content(_ request: Request) async throws -> Response {
        let (id, name) = (request.parameters["id"], request.parameters["run"])
        let segments = Array(request.segments.dropFirst(5))
        let what = segments.joined(separator: "/")
        switch service.signer.check(
            content: what,
            run: name,
            workflow: id,
            queries: request.query.map { ($0.name, $0.value) },
            now: clock.now
        ) {
        case .valid: break
        case .missing: throw Self.refusal("The address of a content must carry its signature.")
        case .wrong: throw Self.refusal("The signature of the address is not valid.")
        case .expired: throw Self.refusal("The address has expired; ask for the run or the action again.")
        }
        guard let path = ContentPath(segments: segments), let record = try await service.record(id: id) else {
            throw Self.noContent
        }
        guard try AccessControl(properties: record.properties).allows(request.remoteAddress, to: .contents) else {
            throw Problem(
                status: 403,
                code: "AuthorizationFailed",
                message: "The address of the caller is not among 'accessControl.contents' of the workflow."
            )
        }
        let run = try await service.run(name, of: record)
        let history = try await history(of: run, record)
        guard let found = value(path, history) else { throw Self.noContent }
        // A history leaves out the largest of very many large values.
        let value = try await service.whole(found, of: run, isInput: path.side == .inputs)
        return .json(value, headers: ["Cache-Control": "private, no-store", "x-ms-request-id": request.id])
    }

    private func value(_ path: ContentPath, _ history: RunHistory) -> JSON? {
        guard let name = path.action else {
            let origin = history.state.origin
            let node = history.program.definition.trigger(named: origin.trigger)
            let isHidden = path.side == .inputs ? node?.hidesInputs : node?.hidesOutputs
            guard isHidden == false else { return nil }
            return origin.record[path.side == .inputs ? "inputs" : "outputs"]
        }
        guard let action = RunAction.named(name, of: history),
            let entry = action.entries.first(where: { $0.repetitionName == path.repetition ?? "" }),
            let node = action.node
        else { return nil }
        switch path.side {
        case .inputs: return node.hidesInputs ? Optional<JSON>.none : entry.inputs
        case .outputs: return node.hidesOutputs ? Optional<JSON>.none : entry.outputs
        }
    }

    private static func refusal(_ message: String) -> Problem {
        Problem(status: 401, code: "DirectApiAuthorizationRequired", message: message)
    }

    private static var noContent: Problem {
        Problem(
            status: 404,
            code: "ContentNotFound",
            message: "There is no such content: the run was removed, or the workflow hides it."
        )
    }
}
