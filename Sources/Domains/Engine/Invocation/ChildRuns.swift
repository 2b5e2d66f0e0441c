import Durable
import JSONTree
import Moments
import Playbooks
import Stores

/// Starts child workflows in this server, each once for its execution, and waits for their Response (section 6.6).
final class ChildRuns: ChildWorkflows {
    private let starter: RunStarter
    private let environment: RunEnvironment
    private let reader: RunReader

    init(starter: RunStarter, environment: RunEnvironment, reader: RunReader) {
        self.starter = starter
        self.environment = environment
        self.reader = reader
    }

    func call(_ call: ChildCall) async -> EffectOutcome {
        do {
            return try await perform(call)
        } catch let error as EngineError {
            if error.status == 404 || error.status == 400 {
                return .refused(RunError(error.code, error.message), code: StatusCodes.code(error.status))
            }
            return .answered(Self.answer(error.status, error.code, error.message))
        } catch {
            return .unreachable(RunError("ServerBusy", "The child workflow cannot be started now: \(error)"))
        }
    }

    private func perform(_ call: ChildCall) async throws -> EffectOutcome {
        let record = try await find(call)
        let program = try await starter.catalogue.program(id: record.id, version: record.version)
        let trigger = try trigger(call, program)
        if let known = try await reader.run(startedBy: call.executionKey, of: record) {
            return try await attach(to: known, call, record, program)
        }
        guard record.state == .enabled else {
            throw EngineError(400, "WorkflowDisabled", "The workflow '\(record.key.name)' is not enabled.")
        }
        let outcome = try evaluate(call, trigger, program)
        guard let origin = outcome.origins.first else {
            return .answered(.init(status: 202, headers: .object(JSONObject()), body: nil))
        }
        var start = try starter.start(origin, cause: call.executionKey)
        let waits = program.definition.hasResponse && outcome.origins.count == 1
        guard waits else {
            let headers = try await launch(outcome.origins, call, trigger, program)
            return .answered(
                .init(status: 202, headers: Self.headers(headers.first, record), body: nil)
            )
        }
        start.origin.callerWaitsUntil = starter.clock.now + environment.responsePatience
        let place = starter.desk.callers.register(start.number, patience: call.timeout)
        do {
            let started = try await starter.start([start], trigger: trigger, program: program)
            guard let header = started.first else {
                starter.desk.callers.leave(place)
                guard let known = try await reader.run(startedBy: call.executionKey, of: record) else {
                    throw EngineError(503, "ServerBusy", "The child run is not readable yet; try again.")
                }
                return try await attach(to: known, call, record, program)
            }
            return Self.outcome(await starter.desk.callers.reply(place), header, record)
        } catch {
            starter.desk.callers.leave(place)
            throw error
        }
    }

    private func launch(
        _ origins: [RunOrigin],
        _ call: ChildCall,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram
    ) async throws -> [RunHeader] {
        var starts: [RunStarter.Start] = []
        for (index, origin) in origins.enumerated() {
            let cause = origins.count == 1 ? call.executionKey : "\(call.executionKey)/\(index)"
            starts.append(try starter.start(origin, cause: cause))
        }
        return try await starter.start(starts, trigger: trigger, program: program)
    }

    /// An earlier attempt of this execution, before a crash perhaps, has started the child: its answer counts.
    private func attach(
        to run: RunListing,
        _ call: ChildCall,
        _ record: WorkflowRecord,
        _ program: WorkflowProgram
    ) async throws -> EffectOutcome {
        guard program.definition.hasResponse else {
            return .answered(.init(status: 202, headers: Self.headers(run.header, record), body: nil))
        }
        let place = starter.desk.callers.register(run.header.number, patience: call.timeout)
        let reply: RunReply
        do {
            if let content = try await reader.response(of: run, in: record) {
                starter.desk.callers.leave(place)
                reply = .responded(content)
            } else if try await reader.run(run.header.name, of: record).status.isFinal {
                starter.desk.callers.leave(place)
                reply = .ended
            } else {
                reply = await starter.desk.callers.reply(place)
            }
        } catch {
            starter.desk.callers.leave(place)
            throw error
        }
        return Self.outcome(reply, run.header, record)
    }

    private func find(_ call: ChildCall) async throws -> WorkflowRecord {
        let key =
            WorkflowKey(resourceID: call.workflow)
            ?? WorkflowKey(resourceID: call.parent.resourceID).map {
                WorkflowKey(subscription: $0.subscription, resourceGroup: $0.resourceGroup, name: call.workflow)
            }
        guard let key else { throw EngineError.noWorkflow(call.workflow) }
        let found = try await starter.catalogue.store.read { try WorkflowTable.find(key, tenant: call.tenant, in: $0) }
        guard let found else { throw EngineError.noWorkflow(key.name) }
        return found
    }

    private func trigger(_ call: ChildCall, _ program: WorkflowProgram) throws(EngineError) -> TriggerNode {
        let name = program.identity.name
        if let wanted = call.trigger {
            guard let trigger = program.definition.trigger(named: wanted) else {
                throw EngineError.noTrigger(wanted, of: name)
            }
            return trigger
        }
        guard let trigger = program.definition.triggers.first(where: { $0.type == .request }) else {
            throw EngineError(400, "NestedWorkflowInvalidTrigger", "The workflow '\(name)' has no Request trigger.")
        }
        return trigger
    }

    private func evaluate(
        _ call: ChildCall,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram
    ) throws -> TriggerOutcome {
        let outputs: JSON
        do throws(RequestTrigger.Refusal) {
            outputs = try RequestTrigger.outputs(
                trigger,
                .init(
                    method: trigger.method ?? "POST",
                    path: "",
                    queries: JSONObject(),
                    headers: call.headers.objectValue ?? JSONObject(),
                    body: call.body
                )
            )
        } catch {
            throw EngineError(error.status, error.error.code, error.error.message)
        }
        let now = starter.clock.now
        let outcome = TriggerOutcome.evaluate(
            trigger,
            program: program,
            environment: environment,
            outputs: outputs,
            trackingID: call.clientTrackingID,
            historyName: RunNames.name(at: now, number: RunNumber(environment.random(0..<999_999_999))),
            now: now
        )
        if let error = outcome.error { throw EngineError(400, error.code, error.message) }
        return outcome
    }

    // MARK: - Answers

    private static func outcome(_ reply: RunReply, _ header: RunHeader, _ record: WorkflowRecord) -> EffectOutcome {
        switch reply {
        case .responded(let content):
            var headers = content.headers.objectValue ?? JSONObject()
            headers.merge(Self.headers(header, record).objectValue ?? JSONObject())
            return .answered(.init(status: content.status, headers: .object(headers), body: content.body))
        case .ended:
            return .answered(
                answer(
                    502,
                    "NoResponse",
                    "The server did not receive a response from an upstream server. Request tracking id '\(header.name)'."
                )
            )
        case .timedOut:
            return .answered(
                answer(
                    504,
                    "GatewayTimeout",
                    "The child workflow did not respond in time. Its run is '\(header.name)'."
                )
            )
        }
    }

    private static func answer(_ status: Int, _ code: String, _ message: String) -> EffectOutcome.Answer {
        .init(
            status: status,
            headers: .object(JSONObject()),
            body: ["error": ["code": .string(code), "message": .string(message)]]
        )
    }

    private static func headers(_ run: RunHeader?, _ record: WorkflowRecord) -> JSON {
        var headers: JSONObject = [
            "x-ms-workflow-id": .string(record.id), "x-ms-workflow-name": .string(record.key.name),
            "x-ms-workflow-version": .string(record.version),
        ]
        if let run { headers["x-ms-workflow-run-id"] = .string(run.name) }
        return .object(headers)
    }
}
