import Engine
import Identity
import JSONTree
import Moments
import Playbooks
import Serving

/// Definitions and versions: checks, earlier versions, upgrade, description, keys.
extension LogicSurface {
    func addDefinitionRoutes(_ routes: inout Routes) {
        let item = "\(Self.base)/{name}"
        routes.post("\(item)/validate") { try await self.validate($0) }
        routes.post(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Logic/locations/{location}/workflows/{name}/validate"
        ) { try await self.validate($0) }
        routes.post("\(item)/generateUpgradedDefinition") { try await self.upgrade($0) }
        routes.post("\(item)/listSwagger") { try await self.swagger($0) }
        routes.post(
            "\(item)/regenerateAccessKey",
            audited("workflow.regenerateKey", notes: AuditNotes.keyType) { try await self.regenerateKey($0) }
        )
        routes.post("\(item)/listCallbackUrl", audited("workflow.callbackUrl") { try await self.workflowCallback($0) })
        routes.get("\(item)/versions") { try await self.versions($0) }
        routes.get("\(item)/versions/{version}") { request in
            .text(ofJSON: self.form(request).version(try await self.version(request)))
        }
        routes.post(
            "\(item)/versions/{version}/triggers/{trigger}/listCallbackUrl",
            audited("trigger.callbackUrl") { try await self.versionCallback($0) }
        )
    }

    private func validate(_ request: Request) async throws -> Response {
        try Access.require(.readWorkflows, of: request)
        try WorkflowNames.check(key(request))
        let body = try WorkflowBody(request, needsLocation: false)
        _ = try AccessControl(properties: body.draft.properties)
        try service.validate(body.draft)
        return .empty(200)
    }

    private func version(_ request: Request) async throws -> WorkflowVersion {
        try await service.version(request.parameters["version"], of: try await record(request, .readWorkflows))
    }

    private func versions(_ request: Request) async throws -> Response {
        let record = try await record(request, .readWorkflows)
        let query = try ListQuery(request, fields: [])
        let page = try await Page<WorkflowVersion>.gather(
            query,
            fetch: { after, limit in
                let found = try await service.versions(of: record, after: after, limit: limit)
                return (found, found.count == limit ? found.last?.version : nil)
            },
            name: \.version,
            facts: { _ in .null }
        )
        let texts = page.items.map(form(request).version)
        return .text(ofJSON: SplicedBody.list(texts, nextLink: page.nextLink(request)))
    }

    /// The definition under the newest schema.
    private func upgrade(_ request: Request) async throws -> Response {
        let current = try await workflow(request, .readWorkflows)
        let body = request.body.isEmpty ? JSON.null : try request.json()
        let wanted = body[ignoringCase: "targetSchemaVersion"]?.stringValue ?? ""
        return .text(ofJSON: try DefinitionUpgrade.upgraded(current.definition, to: wanted))
    }

    private func swagger(_ request: Request) async throws -> Response {
        let record = try await record(request, .readWorkflows)
        let program = try await service.program(of: record)
        return .json(SwaggerForm.document(program.definition, record: record, origin: request.origin))
    }

    private func regenerateKey(_ request: Request) async throws -> Response {
        let current = try await record(request, .manageWorkflows)
        let slot = try KeyChoice.slot(request.body.isEmpty ? .null : try request.json())
        try await service.signer.regenerate(slot, workflow: current.id, tenant: current.tenant)
        // Webhook triggers subscribe anew, with addresses that the new key has signed.
        await service.scheduler.workflowChanged(id: current.id)
        return .empty(200)
    }

    // MARK: - Callback addresses

    /// The address of the workflow's only callable trigger.
    private func workflowCallback(_ request: Request) async throws -> Response {
        let record = try await record(request, .operateWorkflows)
        let program = try await service.program(of: record)
        let callable = program.definition.triggers.filter { $0.type == .request }
        let triggers = callable.isEmpty ? program.definition.triggers : callable
        guard let only = triggers.first, triggers.count == 1 else {
            throw Problem(
                status: 400,
                code: "InvalidOperation",
                message:
                    "The workflow '\(record.key.name)' has \(triggers.count) triggers; ask for the address of one of them by triggers/{trigger}/listCallbackUrl."
            )
        }
        return try await callback(request, only, program)
    }

    private func versionCallback(_ request: Request) async throws -> Response {
        let record = try await record(request, .operateWorkflows)
        let program = try await service.program(of: record, version: request.parameters["version"])
        return try await callback(request, try trigger(request.parameters["trigger"], program), program)
    }

    func callback(_ request: Request, _ trigger: TriggerNode, _ program: WorkflowProgram) async throws -> Response {
        let body = request.body.isEmpty ? JSON.null : try request.json()
        let address = try await service.signer.address(
            of: trigger,
            workflow: program.identity,
            notAfter: try KeyChoice.notAfter(body, now: clock.now),
            slot: try KeyChoice.slot(body)
        )
        return .json(CallbackForm.json(address, trigger))
    }

    /// The trigger of that name.
    ///
    /// - Throws: `Problem` 404.
    func trigger(_ name: String, _ program: WorkflowProgram) throws(Problem) -> TriggerNode {
        guard let trigger = program.definition.trigger(named: name) else {
            throw Problem(
                status: 404,
                code: "WorkflowTriggerNotFound",
                message:
                    "The workflow '\(program.identity.name)' version '\(program.identity.version)' trigger '\(name)' could not be found."
            )
        }
        return trigger
    }
}
