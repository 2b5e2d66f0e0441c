public import Engine
public import Identity
public import Moments
import Outbound
public import Serving

/// The addresses by which workflows are called from outside, open to whoever has their signature.
///
/// | address | what |
/// | --- | --- |
/// | `/workflows/{id}/triggers/{trigger}/paths/invoke{/relativePath}` | calls a Request or webhook trigger, any method |
/// | `/workflows/{id}/triggers/{trigger}/run` | fires a trigger by hand, POST |
/// | `/workflows/{id}/runs/{run}/actions/{number}/run` | answers a webhook action, any method |
/// | `/workflows/{id}/runs/{run}/operations/response` | asks for the answer of an asynchronous Response, GET |
///
/// A trigger may be called with a bearer token instead, when the workflow has a policy for it.
public struct CallbackSurface: Sendable {
    /// After how many seconds a caller asks again for an asynchronous answer.
    static let retryAfterSeconds = 10

    private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    let service: WorkflowService
    let validator: TokenValidator?
    let clock: any WallClock

    /// Makes the surface.
    ///
    /// - Parameters:
    ///   - service: The workflows and their runs.
    ///   - validator: Checks bearer tokens of callers; nil: no workflow can be called with one.
    ///   - clock: Tells whether a signature has expired.
    public init(service: WorkflowService, validator: TokenValidator?, clock: any WallClock = SystemClock()) {
        self.service = service
        self.validator = validator
        self.clock = clock
    }

    /// The routes of the surface.
    public var routes: Routes {
        var routes = Routes(
            errors: .azure,
            bodyLimit: CallReader.bodyLimit,
            middlewares: [CallbackProblems.translate]
        )
        let trigger = "/workflows/{id}/triggers/{trigger}"
        let run = "/workflows/{id}/runs/{run}"
        for method in Self.methods {
            routes.add(method, "\(trigger)/paths/invoke") { try await self.invoke($0) }
            routes.add(method, "\(trigger)/paths/invoke/{path...}") { try await self.invoke($0) }
            routes.add(method, "\(run)/actions/{flight}/run") { try await self.answerAction($0) }
        }
        routes.post("\(trigger)/run") { try await self.fire($0) }
        routes.get("\(run)/operations/response") { try await self.status($0) }
        return routes
    }

    /// The queries of a request as the signer reads them.
    static func queries(_ request: Request) -> [(name: String, value: String)] {
        request.query.map { (name: $0.name, value: $0.value) }
    }

    /// The workflow that the address names.
    func record(_ request: Request) async throws -> WorkflowRecord {
        let id = request.parameters["id"]
        guard let record = try await service.record(id: id) else {
            throw Problem(
                status: 404,
                code: "WorkflowNotFound",
                message: "The workflow '\(id.prefix(40))' could not be found."
            )
        }
        return record
    }
}
