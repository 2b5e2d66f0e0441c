import Durable
import Engine
import Identity
import JSONTree
import Playbooks
import Serving

/// Actions of runs, their repetitions and attempts.
extension LogicSurface {
    func addActionRoutes(_ routes: inout Routes) {
        let actions = "\(Self.base)/{name}/runs/{run}/actions"
        let item = "\(actions)/{action}"
        let repetition = "\(item)/repetitions/{repetition}"
        routes.get(actions) { try await self.actions($0) }
        routes.get(item) { request in
            let place = try await self.place(request, .readWorkflows)
            return .json(try self.actionForm(place, request).action(place.action))
        }
        routes.get("\(item)/repetitions") { try await self.repetitions($0) }
        routes.get(repetition) { request in
            let place = try await self.place(request, .readWorkflows)
            let entry = try self.entry(request, place)
            let form = try self.actionForm(place, request)
            return .json(form.repetition(entry, place.action.node, place.history.program.definition))
        }
        routes.get("\(item)/scopeRepetitions") { try await self.scopeRepetitions($0) }
        routes.get("\(item)/scopeRepetitions/{repetition}") { try await self.scopeRepetition($0) }
        for parent in [item, repetition] {
            routes.get("\(parent)/requestHistories") { try await self.requestHistories($0) }
            routes.get("\(parent)/requestHistories/{attempt}") { try await self.requestHistory($0) }
            routes.post("\(parent)/listExpressionTraces") { try await self.traces($0) }
            routes.post(
                "\(parent)/settle",
                audited("run.settle", notes: AuditNotes.decision) { try await self.settle($0) }
            )
        }
    }

    /// An action of a run, with the history that it stands in.
    struct ActionPlace {
        let record: WorkflowRecord
        let run: RunListing
        let history: RunHistory
        let action: RunAction
    }

    private func place(_ request: Request, _ role: Role) async throws -> ActionPlace {
        let record = try await record(request, role)
        let run = try await service.run(request.parameters["run"], of: record)
        let history = try await history(of: run, record)
        guard let action = RunAction.named(request.parameters["action"], of: history) else {
            throw Problem(
                status: 404,
                code: "WorkflowRunActionNotFound",
                message:
                    "The workflow run '\(run.header.name)' has no record of an action '\(request.parameters["action"])': it is not in the definition, or has not been reached."
            )
        }
        return ActionPlace(record: record, run: run, history: history, action: action)
    }

    private func actionForm(_ place: ActionPlace, _ request: Request) throws -> ActionForm {
        try actionForm(place.record, place.run, request)
    }

    private func actionForm(_ record: WorkflowRecord, _ run: RunListing, _ request: Request) throws -> ActionForm {
        ActionForm(
            key: record.key,
            run: run.header.name,
            clientTrackingID: run.clientTrackingID,
            links: try links(record, run.header.name, request)
        )
    }

    /// The record that the path means: the repetition it names, or the only one.
    private func entry(_ request: Request, _ place: ActionPlace) throws(Problem) -> HistoryEntry {
        let name = request.parameters["repetition"]
        if name.isEmpty, place.action.isRepeated {
            throw Problem(
                status: 400,
                code: "InvalidOperation",
                message: "The action '\(place.action.name)' stands in a loop; name one of its repetitions."
            )
        }
        guard let entry = place.action.entries.first(where: { $0.repetitionName == name }) else {
            throw Problem(
                status: 404,
                code: "WorkflowRunActionRepetitionNotFound",
                message:
                    "The action '\(place.action.name)' of the workflow run '\(place.run.header.name)' has no repetition '\(name)'."
            )
        }
        return entry
    }

    private func actions(_ request: Request) async throws -> Response {
        let record = try await record(request, .readWorkflows)
        let query = try ListQuery(request, fields: ActionForm.filterFields)
        let run = try await service.run(request.parameters["run"], of: record)
        let history = try await history(of: run, record)
        let page = try Page.cut(RunAction.all(of: history), query, name: \.name, facts: ActionForm.facts)
        return page.answer(request, try actionForm(record, run, request).action)
    }

    private func repetitions(_ request: Request) async throws -> Response {
        let place = try await place(request, .readWorkflows)
        let query = try ListQuery(request, fields: ActionForm.filterFields)
        let entries = place.action.isRepeated ? place.action.entries : []
        let page = try Page.cut(entries, query, name: \.repetitionName, facts: ActionForm.facts)
        let form = try actionForm(place, request)
        return page.answer(request) { form.repetition($0, place.action.node, place.history.program.definition) }
    }

    private func scopeRepetitions(_ request: Request) async throws -> Response {
        let place = try await place(request, .readWorkflows)
        let query = try ListQuery(request, fields: ["status", "startTime"])
        let all = ScopeRepetition.all(of: place.action, in: place.history)
        let page = try Page.cut(all, query, name: \.name, facts: \.facts)
        return page.answer(request) { $0.json(id: scopeID($0, place)) }
    }

    private func scopeRepetition(_ request: Request) async throws -> Response {
        let place = try await place(request, .readWorkflows)
        let name = request.parameters["repetition"]
        guard let found = ScopeRepetition.all(of: place.action, in: place.history).first(where: { $0.name == name })
        else {
            throw Problem(
                status: 404,
                code: "WorkflowRunActionRepetitionNotFound",
                message: "The action '\(place.action.name)' has no scope repetition '\(name)'."
            )
        }
        return .json(found.json(id: scopeID(found, place)))
    }

    private func scopeID(_ repetition: ScopeRepetition, _ place: ActionPlace) -> String {
        "\(place.record.key.action(place.action.name, of: place.run.header.name))/scopeRepetitions/\(repetition.name)"
    }

    // MARK: - Attempts and expressions

    private func attempts(_ request: Request) async throws -> [JSON] {
        let place = try await place(request, .readWorkflows)
        let entry = try entry(request, place)
        let action = place.record.key.action(place.action.name, of: place.run.header.name)
        let parent = entry.indexes.isEmpty ? action : "\(action)/repetitions/\(entry.repetitionName)"
        return RequestHistoryForm.attempts(entry, place.action.node) { "\(parent)/requestHistories/\($0)" }
    }

    private func requestHistories(_ request: Request) async throws -> Response {
        let query = try ListQuery(request, fields: [])
        let page = try Page.cut(
            try await attempts(request),
            query,
            name: { $0["name"]?.stringValue ?? "" },
            facts: { _ in .null }
        )
        return page.answer(request) { $0 }
    }

    private func requestHistory(_ request: Request) async throws -> Response {
        let name = request.parameters["attempt"]
        guard let found = try await attempts(request).first(where: { $0["name"] == .string(name) }) else {
            throw Problem(
                status: 404,
                code: "WorkflowRunActionRequestHistoryNotFound",
                message: "The action '\(request.parameters["action"])' has no request history '\(name)'."
            )
        }
        return .json(found)
    }

    private func traces(_ request: Request) async throws -> Response {
        let place = try await place(request, .readWorkflows)
        let entry = try entry(request, place)
        guard let node = place.action.node, let template = node.rawInputs, !node.hidesInputs, let inputs = entry.inputs
        else {
            throw Problem(
                status: 400,
                code: "ExpressionTracesNotAvailable",
                message:
                    "The expressions of the action '\(place.action.name)' are not known: it has no inputs, was not reached, or the workflow hides its inputs."
            )
        }
        return .json(["inputs": .array(ExpressionTraces.traces(template: template, inputs: inputs))])
    }

    /// Ours: a person decides what became of a call whose outcome is unknown.
    private func settle(_ request: Request) async throws -> Response {
        let place = try await place(request, .operateWorkflows)
        let entry = try entry(request, place)
        guard entry.isOutcomeUnknown, let flight = entry.flight else {
            throw Problem(
                status: 409,
                code: "OutcomeNotUnknown",
                message: "The outcome of the action '\(place.action.name)' is not unknown; there is nothing to decide."
            )
        }
        try await service.settle(
            place.run.header.name,
            of: place.record,
            flight: flight,
            try SettlementBody.decision(try request.json())
        )
        return .empty(200)
    }
}
