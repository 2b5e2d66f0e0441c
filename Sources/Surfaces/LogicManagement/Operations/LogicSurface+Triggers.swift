import Durable
import Engine
import Identity
import JSONTree
import Playbooks
import Serving

/// Triggers: how they stand, their address, and firing them by hand.
extension LogicSurface {
    func addTriggerRoutes(_ routes: inout Routes) {
        let triggers = "\(Self.base)/{name}/triggers"
        let item = "\(triggers)/{trigger}"
        routes.get(triggers) { try await self.triggers($0) }
        routes.get(item) { request in
            let place = try await self.triggerPlace(request, .readWorkflows)
            let status = try await self.service.scheduler.status(of: place.trigger, program: place.program)
            return .json(TriggerForm(record: place.record).trigger(place.trigger, status))
        }
        routes.get("\(item)/schemas/json") { try await self.schema($0) }
        routes.post(
            "\(item)/listCallbackUrl",
            audited("trigger.callbackUrl") { request in
                let place = try await self.triggerPlace(request, .operateWorkflows)
                return try await self.callback(request, place.trigger, place.program)
            }
        )
        routes.post("\(item)/run", audited("trigger.run") { try await self.fire($0) })
        routes.post(
            "\(item)/reset",
            audited("trigger.reset") { request in
                let place = try await self.triggerPlace(request, .operateWorkflows)
                try await self.service.scheduler.reset(place.trigger, program: place.program)
                return .empty(200)
            }
        )
        routes.post("\(item)/setState", audited("trigger.setState") { try await self.takeState($0) })
    }

    /// A trigger of the current version.
    struct TriggerPlace {
        let record: WorkflowRecord
        let program: WorkflowProgram
        let trigger: TriggerNode
    }

    func triggerPlace(_ request: Request, _ role: Role) async throws -> TriggerPlace {
        let record = try await record(request, role)
        let program = try await service.program(of: record)
        let trigger = try trigger(request.parameters["trigger"], program)
        return TriggerPlace(record: record, program: program, trigger: trigger)
    }

    private func triggers(_ request: Request) async throws -> Response {
        let record = try await record(request, .readWorkflows)
        let query = try ListQuery(request, fields: TriggerForm.filterFields)
        let form = TriggerForm(record: record)
        var found: [(TriggerNode, TriggerStatus?)] = []
        let program = try await service.program(of: record)
        for trigger in program.definition.triggers {
            found.append((trigger, try await service.scheduler.status(of: trigger, program: program)))
        }
        let page = try Page.cut(found, query, name: \.0.name, facts: { form.facts($0.0, $0.1) })
        return page.answer(request) { form.trigger($0.0, $0.1) }
    }

    private func schema(_ request: Request) async throws -> Response {
        let place = try await triggerPlace(request, .readWorkflows)
        let schema = place.trigger.schema ?? .object(JSONObject())
        return .json(["title": .string("\(place.trigger.name).json"), "content": .string(schema.text)])
    }

    /// Fires the trigger as if its time had come; a Request trigger is called with the body of the request.
    private func fire(_ request: Request) async throws -> Response {
        let place = try await triggerPlace(request, .operateWorkflows)
        let runs: [RunHeader]
        if place.trigger.type == .request || place.trigger.type.isWebhook {
            let invocation = try await service.invoke(
                place.record,
                trigger: place.trigger.name,
                call: try FiringBody.call(request, place.trigger),
                trackingID: request.headers["x-ms-client-tracking-id"],
                waits: false
            )
            runs = if case .accepted(let started) = invocation { started } else { [] }
        } else {
            runs = try await service.fire(place.trigger.name, of: place.record)
        }
        guard let first = runs.first else {
            // Evaluated, and no run began: nothing new, or a condition that does not hold.
            return .empty(200)
        }
        return .empty(202, headers: ["x-ms-workflow-run-id": first.name])
    }

    /// Takes over what another trigger remembers between its polls.
    private func takeState(_ request: Request) async throws -> Response {
        let place = try await triggerPlace(request, .manageWorkflows)
        let body = request.body.isEmpty ? JSON.null : try request.json()
        guard let id = body[ignoringCase: "source"]?[ignoringCase: "id"]?.stringValue,
            let source = TriggerID(id)
        else {
            throw Problem(
                status: 400,
                code: "InvalidRequestContent",
                message:
                    "The body must be {\"source\": {\"id\": \"/subscriptions/…/workflows/…/triggers/…\"}}, the trigger whose state is taken over."
            )
        }
        let record = try await service.workflow(source.workflow, tenant: place.record.tenant).workflow
        let program = try await service.program(of: record)
        try await service.scheduler.setState(
            of: place.trigger,
            program: place.program,
            from: try trigger(source.trigger, program),
            sourceProgram: program
        )
        return .empty(200)
    }
}

/// The resource id of a trigger.
private struct TriggerID {
    let workflow: WorkflowKey
    let trigger: String

    init?(_ id: String) {
        let parts = id.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard parts.count == 10, parts[8].isSame(ignoringCase: "triggers"),
            let key = WorkflowKey(resourceID: "/" + parts[..<8].joined(separator: "/"))
        else { return nil }
        workflow = key
        trigger = parts[9]
    }
}
