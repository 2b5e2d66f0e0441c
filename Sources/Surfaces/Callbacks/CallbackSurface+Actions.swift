import Durable
import Engine
import Moments
import Serving

/// Calls of the addresses that webhook actions wait at.
extension CallbackSurface {
    func answerAction(_ request: Request) async throws -> Response {
        let (id, run) = (request.parameters["id"], request.parameters["run"])
        guard let flight = FlightNumber(request.parameters["flight"]) else {
            throw Problem(
                status: 404,
                code: "WorkflowRunActionNotFound",
                message: "There is no action '\(request.parameters["flight"].prefix(40))' to call back."
            )
        }
        let verdict = service.signer.check(
            flight: flight,
            run: run,
            workflow: id,
            queries: Self.queries(request),
            now: clock.now
        )
        if let problem = CallbackProblems.problem(verdict) { throw problem }
        let record = try await record(request)
        guard try AccessControl(properties: record.properties).allows(request.remoteAddress, to: .actions) else {
            throw Self.foreignAddress(.actions)
        }
        try await service.callBack(
            workflowID: id,
            run: run,
            flight: flight,
            request: try CallReader.outputs(request)
        )
        return .empty(200, headers: ["x-ms-request-id": request.id, "x-ms-workflow-run-id": run])
    }
}
