import Engine
import Identity
import JSONTree
import Serving

/// Workflows themselves: put, read, list, delete, states.
extension LogicSurface {
    func addWorkflowRoutes(_ routes: inout Routes) {
        let item = "\(Self.base)/{name}"
        routes.get("/subscriptions/{subscription}/providers/Microsoft.Logic/workflows") { try await self.list($0) }
        routes.get(Self.base) { try await self.list($0) }
        routes.put(item, audited("workflow.update", creation: "workflow.create") { try await self.put($0) })
        routes.patch(item, audited("workflow.update") { try await self.patch($0) })
        routes.get(item) { request in
            .text(ofJSON: self.form(request).workflow(try await self.workflow(request, .readWorkflows)))
        }
        routes.delete(item, audited("workflow.delete") { try await self.delete($0) })
        routes.post("\(item)/enable", audited("workflow.enable") { try await self.setState($0, .enabled) })
        routes.post("\(item)/disable", audited("workflow.disable") { try await self.setState($0, .disabled) })
        routes.post("\(item)/move", audited("workflow.move") { try await self.move($0) })
    }

    private func put(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, of: request)
        let key = key(request)
        try WorkflowNames.check(key)
        let body = try WorkflowBody(request, needsLocation: true)
        if let id = body.id, WorkflowKey(resourceID: id) != key {
            throw Problem(
                status: 400,
                code: "InvalidRequestContent",
                message: "The 'id' of the body is not that of the workflow in the path."
            )
        }
        _ = try AccessControl(properties: body.draft.properties)
        if let known = try await existing(key, tenant: caller.tenant) { try requireAddress(known, request) }
        let (record, isNew) = try await service.put(key, body.draft, tenant: caller.tenant)
        let version = try await service.version(record.version, of: record)
        return .text(ofJSON: form(request).workflow(version), status: isNew ? 201 : 200)
    }

    private func existing(_ key: WorkflowKey, tenant: String) async throws -> WorkflowRecord? {
        do {
            return try await service.record(key, tenant: tenant)
        } catch let error as EngineError where error.status == 404 {
            return nil
        }
    }

    /// Changes tags; the documented client sends no body, and then nothing changes.
    private func patch(_ request: Request) async throws -> Response {
        let version = try await workflow(request, .manageWorkflows)
        guard !request.body.isEmpty, case let body = try request.json(), !body.isNull, body != [:] else {
            return .text(ofJSON: form(request).workflow(version))
        }
        guard let members = body.objectValue, members.names.allSatisfy({ $0.isSame(ignoringCase: "tags") }),
            let tags = body[ignoringCase: "tags"], let named = tags.objectValue, named.count <= 50,
            named.values.allSatisfy({ $0.stringValue != nil })
        else {
            throw Problem(
                status: 400,
                code: "PatchWorkflowNotSupported",
                message: "PATCH changes 'tags' only, an object of at most 50 texts; send the whole workflow by PUT."
            )
        }
        let old = version.workflow
        let changed = try await service.change(old.key, tenant: old.tenant) { $0.tags = tags }
        return .text(ofJSON: form(request).workflow(try await service.version(changed.version, of: changed)))
    }

    private func delete(_ request: Request) async throws -> Response {
        let caller = try Access.require(.manageWorkflows, of: request)
        guard let record = try await existing(key(request), tenant: caller.tenant) else { return .empty(204) }
        try requireAddress(record, request)
        let isGone = try await service.delete(record.key, tenant: caller.tenant)
        return .empty(isGone ? 200 : 204)
    }

    private func setState(_ request: Request, _ state: WorkflowState) async throws -> Response {
        let record = try await record(request, .operateWorkflows)
        _ = try await service.setState(state, of: record.key, tenant: record.tenant)
        return .empty(200)
    }

    private func move(_ request: Request) async throws -> Response {
        let record = try await record(request, .manageWorkflows)
        guard let id = try request.json()[ignoringCase: "id"]?.stringValue, let target = WorkflowKey(resourceID: id)
        else {
            throw Problem(
                status: 400,
                code: "InvalidRequestContent",
                message:
                    "The body must be {\"id\": \"/subscriptions/…/resourceGroups/…/providers/Microsoft.Logic/workflows/…\"}, the new id of the workflow."
            )
        }
        try WorkflowNames.check(target)
        _ = try await service.change(record.key, tenant: record.tenant) { $0.key = target }
        return .empty(200)
    }

    private func list(_ request: Request) async throws -> Response {
        let caller = try Access.require(.readWorkflows, of: request)
        let query = try ListQuery(request, fields: WorkflowForm.filterFields)
        let after = query.after.flatMap { WorkflowKey(resourceID: $0) }
        guard query.after == nil || after != nil else {
            throw Problem(status: 400, code: "InvalidSkipToken", message: "The '$skiptoken' is not one of this list.")
        }
        let group = request.parameters["group"]
        var page = Page<WorkflowVersion>()
        var place = after
        var looked = 0
        search: while true {
            let batch = try await service.workflows(
                tenant: caller.tenant,
                subscription: request.parameters["subscription"],
                resourceGroup: group.isEmpty ? nil : group,
                after: place,
                limit: query.limit + 1
            )
            for record in batch {
                if page.items.count == query.limit || looked == ListQuery.scanLimit {
                    page.last = place?.resourceID
                    break search
                }
                place = record.key
                looked += 1
                guard
                    try AccessControl(properties: record.properties).allows(
                        request.remoteAddress,
                        to: .workflowManagement
                    ), let version = try await version(of: record),
                    try query.filter.map({ try WorkflowFacts.matches($0, version) }) ?? true
                else { continue }
                page.items.append(version)
            }
            guard batch.count == query.limit + 1 else { break }
        }
        let texts = page.items.map(form(request).workflow)
        return .text(ofJSON: SplicedBody.list(texts, nextLink: page.nextLink(request)))
    }

    /// The current version; nil when the workflow was deleted meanwhile.
    private func version(of record: WorkflowRecord) async throws -> WorkflowVersion? {
        do {
            return try await service.version(record.version, of: record)
        } catch let error as EngineError where error.status == 404 {
            return nil
        }
    }
}
