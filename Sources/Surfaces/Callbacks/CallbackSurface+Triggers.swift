import Durable
import Engine
import JSONTree
import Moments
import Playbooks
import Serving

/// Calls of triggers.
extension CallbackSurface {
    /// The longest client tracking id that a caller may give.
    static let longestTrackingID = 256

    func invoke(_ request: Request) async throws -> Response {
        let record = try await record(request)
        let name = request.parameters["trigger"]
        try await admit(request, record, trigger: name)
        let tracking = try Self.trackingID(request)
        let call = try CallReader.call(request, prefix: 6)
        let invocation = try await service.invoke(record, trigger: name, call: call, trackingID: tracking)
        let trigger = try await service.program(of: record).definition.trigger(named: name)
        let headers = Answer(
            request: request,
            record: record,
            trigger: trigger,
            trackingID: try await shown(tracking, Self.run(of: invocation), record, trigger)
        )
        switch invocation {
        case .accepted(let runs):
            return headers.add(to: .empty(202), runs.first)
        case .asynchronous(let run):
            var response = Response.empty(202)
            response.headers["Location"] = service.signer.statusAddress(run: run.name, workflow: record.id)
            response.headers["Retry-After"] = "\(Self.retryAfterSeconds)"
            return headers.add(to: response, run)
        case .responded(let run, let content):
            return headers.add(to: try ResponseWriter.response(content), run)
        case .timedOut(let run):
            let problem = Problem(
                status: 504,
                code: "GatewayTimeout",
                message:
                    "The workflow '\(record.key.name)' did not respond within the time that a caller waits; its run '\(run.name)' goes on."
            )
            return headers.add(to: Self.response(problem, request), run)
        case .noResponse(let run):
            return headers.add(to: Self.response(Self.noResponse(request), request), run)
        case .notFired(let history):
            var response = Response.empty(202)
            if !history.isEmpty { response.headers["x-ms-trigger-history-name"] = history }
            return headers.add(to: response, nil)
        }
    }

    /// Fires a trigger by hand, as the management interface does.
    func fire(_ request: Request) async throws -> Response {
        let record = try await record(request)
        let name = request.parameters["trigger"]
        try await admit(request, record, trigger: name)
        let program = try await service.program(of: record)
        guard let trigger = program.definition.trigger(named: name) else {
            throw Problem(
                status: 404,
                code: "WorkflowTriggerNotFound",
                message: "The workflow '\(record.key.name)' has no trigger '\(name)'."
            )
        }
        let runs: [RunHeader]
        if trigger.type == .request || trigger.type.isWebhook {
            return try await invoke(request)
        } else {
            runs = try await service.fire(trigger.name, of: record)
        }
        let answer = Answer(request: request, record: record, trigger: trigger, trackingID: nil)
        return answer.add(to: .empty(202), runs.first)
    }

    /// What an asynchronous Response has answered, once it has.
    func status(_ request: Request) async throws -> Response {
        let record = try await record(request)
        let name = request.parameters["run"]
        let verdict = service.signer.check(
            statusOf: name,
            workflow: record.id,
            queries: Self.queries(request),
            now: clock.now
        )
        if let problem = CallbackProblems.problem(verdict) { throw problem }
        guard try AccessControl(properties: record.properties).allows(request.remoteAddress, to: .triggers) else {
            throw Self.foreignAddress(.triggers)
        }
        let run = try await service.run(name, of: record)
        let program = try await service.program(of: record)
        let answer = Answer(
            request: request,
            record: record,
            trigger: program.definition.trigger(named: run.trigger),
            trackingID: run.clientTrackingID
        )
        if let content = try await service.response(of: run, in: record) {
            return answer.add(to: try ResponseWriter.response(content), run.header)
        }
        guard run.end == nil else {
            return answer.add(to: Self.response(Self.noResponse(request), request), run.header)
        }
        var response = Response.empty(202)
        response.headers["Location"] = service.signer.statusAddress(run: name, workflow: record.id)
        response.headers["Retry-After"] = "\(Self.retryAfterSeconds)"
        return answer.add(to: response, run.header)
    }

    private static func noResponse(_ request: Request) -> Problem {
        Problem(
            status: 502,
            code: "NoResponse",
            message:
                "The server did not receive a response from an upstream server. Request tracking id '\(request.id)'."
        )
    }

    /// A problem as an answer, for the cases in which a run's headers go with it.
    private static func response(_ problem: Problem, _ request: Request) -> Response {
        .json(
            ["error": ["code": .string(problem.code ?? ""), "message": .string(problem.message)]],
            status: problem.status
        )
    }

    private static func run(of invocation: Invocation) -> RunHeader? {
        switch invocation {
        case .accepted(let runs): runs.first
        case .asynchronous(let run), .responded(let run, _), .timedOut(let run), .noResponse(let run): run
        case .notFired: nil
        }
    }

    /// The client tracking id of the run: what the trigger's own expression made wins over what the caller gave.
    private func shown(
        _ given: String?,
        _ run: RunHeader?,
        _ record: WorkflowRecord,
        _ trigger: TriggerNode?
    ) async throws -> String? {
        guard let run, trigger?.clientTrackingID != nil, !record.isStateless else { return given }
        return try await service.run(run.name, of: record).clientTrackingID
    }

    private static func trackingID(_ request: Request) throws(Problem) -> String? {
        guard let id = request.headers["x-ms-client-tracking-id"], !id.isEmpty else { return nil }
        guard id.utf8.count <= longestTrackingID else {
            throw Problem(
                status: 400,
                code: "InvalidClientTrackingId",
                message: "The header x-ms-client-tracking-id is longer than \(longestTrackingID) bytes."
            )
        }
        return id
    }

    /// Adds the headers that tell of the run.
    private struct Answer {
        let request: Request
        let record: WorkflowRecord
        let trigger: TriggerNode?
        let trackingID: String?

        func add(to response: Response, _ run: RunHeader?) -> Response {
            var response = response
            RunHeaders(
                record: record,
                run: run?.name,
                history: run?.name,
                version: run?.program ?? record.version,
                trackingID: trackingID ?? run?.name,
                isSuppressed: trigger?.options.contains(.suppressWorkflowHeadersOnResponse) ?? false
            ).add(to: &response.headers, of: request)
            return response
        }
    }
}
