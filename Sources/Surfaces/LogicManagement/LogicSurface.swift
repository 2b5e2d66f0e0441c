public import Engine
import Identity
import JSONTree
public import Moments
public import Serving

/// The management of workflows: the `Microsoft.Logic` part of Azure Resource Manager, below `/subscriptions`.
///
/// | operations | role |
/// | --- | --- |
/// | read workflows, versions, triggers, histories, runs and their contents; check a workflow | Logic.Reader |
/// | run, cancel, resubmit, settle, enable, disable, reset; addresses of triggers | Logic.Operator |
/// | put, change, move, delete; new keys | Logic.Contributor |
///
/// Content links need no token: their address is signed. What every operation answers stands in
/// `Documentation/management-api.md`.
public struct LogicSurface: Sendable {
    /// How long content links can be read: four hours.
    public static let contentLinkLife = TimeSpan.hours(4)

    let service: WorkflowService
    let clock: any WallClock
    let shelf = HistoryShelf()
    private let access: Routes.Middleware?
    private let auditing: Auditing?

    /// Makes the surface.
    ///
    /// - Parameters:
    ///   - service: The workflows and their runs.
    ///   - access: The check of tokens, such as `Access(…, audience: .management, form: .management).requireToken`; nil where
    ///     every request has a principal already.
    ///   - auditing: Records who changes what; nil records nothing.
    ///   - clock: Dates the ends of signatures.
    public init(
        service: WorkflowService,
        access: Routes.Middleware? = nil,
        auditing: Auditing? = nil,
        clock: any WallClock = SystemClock()
    ) {
        self.service = service
        self.access = access
        self.auditing = auditing
        self.clock = clock
    }

    /// The base of all operations on a workflow.
    static let base = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Logic/workflows"

    /// The routes of the management operations.
    public var routes: Routes {
        var routes = Routes(
            ignoringCase: true,
            errors: .azure,
            middlewares: [ManagementHeaders.add, APIVersion.require] + (access.map { [$0] } ?? [])
                + [ManagementProblems.translate]
        )
        addWorkflowRoutes(&routes)
        addDefinitionRoutes(&routes)
        addTriggerRoutes(&routes)
        addHistoryRoutes(&routes)
        addRunRoutes(&routes)
        addActionRoutes(&routes)
        return routes
    }

    /// The routes of content links, which need no token.
    public var contentRoutes: Routes {
        var routes = Routes(errors: .azure, middlewares: [ManagementProblems.translate])
        routes.get("/workflows/{id}/runs/{run}/contents/{path...}") { try await self.content($0) }
        return routes
    }

    /// A handler that changes something, with its audit record.
    func audited(
        _ action: String,
        creation: String? = nil,
        notes: @escaping @Sendable (Request) -> JSONObject = { _ in JSONObject() },
        _ handler: @escaping Routes.Handler
    ) -> Routes.Handler {
        guard let auditing else { return handler }
        return auditing.handler(action, creation: creation, notes: notes) { request in
            // The record names the problem as the caller gets it.
            try await ManagementProblems.translate(request, handler)
        }
    }

    /// Asks for a role and gives the workflow that the path names, without its definition.
    func record(_ request: Request, _ role: Role) async throws -> WorkflowRecord {
        let caller = try Access.require(role, of: request)
        let record = try await service.record(key(request), tenant: caller.tenant)
        try requireAddress(record, request)
        return record
    }

    /// Asks for a role and gives the workflow that the path names.
    func workflow(_ request: Request, _ role: Role) async throws -> WorkflowVersion {
        let caller = try Access.require(role, of: request)
        let version = try await service.workflow(key(request), tenant: caller.tenant)
        try requireAddress(version.workflow, request)
        return version
    }

    /// The workflow's place as the path has it.
    func key(_ request: Request) -> WorkflowKey {
        WorkflowKey(
            subscription: request.parameters["subscription"],
            resourceGroup: request.parameters["group"],
            name: request.parameters["name"]
        )
    }

    /// Refuses callers whom the workflow's `accessControl.workflowManagement` keeps out.
    func requireAddress(_ record: WorkflowRecord, _ request: Request) throws {
        guard try AccessControl(properties: record.properties).allows(request.remoteAddress, to: .workflowManagement)
        else {
            throw Problem(
                status: 403,
                code: "AuthorizationFailed",
                message:
                    "The address of the caller is not among 'accessControl.workflowManagement' of the workflow '\(record.key.name)'."
            )
        }
    }

    /// The forms of workflows for a request.
    func form(_ request: Request) -> WorkflowForm { WorkflowForm(origin: request.origin) }
}
