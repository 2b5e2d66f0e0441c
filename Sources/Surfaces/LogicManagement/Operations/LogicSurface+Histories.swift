import Durable
import Engine
import Identity
import JSONTree
import Playbooks
import Serving

/// The history of triggers.
extension LogicSurface {
    func addHistoryRoutes(_ routes: inout Routes) {
        let histories = "\(Self.base)/{name}/triggers/{trigger}/histories"
        routes.get(histories) { try await self.histories($0) }
        routes.get("\(histories)/{history}") { try await self.history($0) }
        routes.post("\(histories)/{history}/resubmit", audited("run.resubmit") { try await self.resubmit($0) })
    }

    private func histories(_ request: Request) async throws -> Response {
        let place = try await triggerPlace(request, .readWorkflows)
        let query = try ListQuery(request, fields: TriggerForm.historyFields)
        let narrowed = RunFilters.histories(query.filter)
        let page = try await Page<TriggerHistoryEntry>.gather(
            query,
            fetch: { after, limit in
                let found = try await service.scheduler.histories(
                    of: place.trigger,
                    program: place.program,
                    filter: narrowed,
                    after: after,
                    limit: limit
                )
                return (found.entries, found.next)
            },
            name: \.name,
            facts: TriggerForm.facts
        )
        let form = TriggerForm(record: place.record)
        return page.answer(request) { form.history($0) }
    }

    /// An entry; that of a run that was started has links to the contents of the run's trigger.
    private func history(_ request: Request) async throws -> Response {
        let place = try await triggerPlace(request, .readWorkflows)
        let entry = try await service.scheduler.history(
            named: request.parameters["history"],
            of: place.trigger,
            program: place.program
        )
        let form = TriggerForm(record: place.record)
        guard let name = entry.run else { return .json(form.history(entry)) }
        let run = try await service.run(name, of: place.record)
        let history = try await history(of: run, place.record)
        let links = try links(place.record, name, request)
        let record = history.state.origin.record
        let node = history.program.definition.trigger(named: history.state.origin.trigger)
        return .json(
            form.history(
                entry,
                inputsLink: links.link(
                    ContentPath(side: .inputs),
                    record["inputs"]?.nonNull,
                    isHidden: node?.hidesInputs ?? true
                ),
                outputsLink: links.link(
                    ContentPath(side: .outputs),
                    record["outputs"]?.nonNull,
                    isHidden: node?.hidesOutputs ?? true
                )
            )
        )
    }

    private func resubmit(_ request: Request) async throws -> Response {
        let place = try await triggerPlace(request, .operateWorkflows)
        let header = try await service.resubmit(
            history: request.parameters["history"],
            trigger: place.trigger.name,
            of: place.record
        )
        return .empty(202, headers: ["x-ms-workflow-run-id": header.name])
    }
}
