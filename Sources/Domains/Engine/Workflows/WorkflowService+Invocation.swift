public import Durable
import JSONTree
import Moments
import Playbooks

extension WorkflowService {
    /// Fires a trigger by hand: a timed or polling one at once, a Request trigger as if it were called without a body.
    ///
    /// - Throws: `EngineError` as ``invoke(_:trigger:call:trackingID:waits:)``.
    public func fire(_ name: String, of record: WorkflowRecord) async throws -> [RunHeader] {
        let program = try await catalogue.program(id: record.id, version: record.version)
        guard let trigger = program.definition.trigger(named: name) else {
            throw EngineError.noTrigger(name, of: record.key.name)
        }
        guard trigger.type == .request else { return try await scheduler.fire(trigger, program: program) }
        let call = RequestTrigger.Call(
            method: trigger.method ?? "POST",
            path: "",
            queries: JSONObject(),
            headers: JSONObject(),
            body: nil
        )
        let invocation = try await invoke(record, trigger: name, call: call, trackingID: nil, waits: false)
        switch invocation {
        case .accepted(let runs): return runs
        case .asynchronous(let run), .responded(let run, _), .timedOut(let run), .noResponse(let run): return [run]
        case .notFired: return []
        }
    }

    /// A trigger was called at its address, and the caller has proved that he may.
    ///
    /// - Parameters:
    ///   - record: the workflow.
    ///   - name: the trigger's name.
    ///   - call: the request.
    ///   - trackingID: the client tracking id that the caller gives.
    ///   - waits: whether the caller waits for a Response, if the workflow has one.
    /// - Returns: what came of it; a run is durable then.
    /// - Throws: `EngineError`: 400 `WorkflowDisabled`, 404, 405, 400 for a body that does not fit, 429, 503, 507.
    public func invoke(
        _ record: WorkflowRecord,
        trigger name: String,
        call: RequestTrigger.Call,
        trackingID: String?,
        waits: Bool = true
    ) async throws -> Invocation {
        let program = try await catalogue.program(id: record.id, version: record.version)
        guard let trigger = program.definition.trigger(named: name) else {
            throw EngineError.noTrigger(name, of: record.key.name)
        }
        guard record.state == .enabled else {
            throw EngineError(
                400,
                "WorkflowDisabled",
                "The workflow '\(record.key.name)' is not enabled, so that its trigger '\(trigger.name)' cannot be called."
            )
        }
        var call = call
        var subscription: String?
        if trigger.type.isWebhook {
            subscription = call.queries[SubscriptionToken.queryName]?.stringValue
            call.queries[SubscriptionToken.queryName] = nil
        }
        let outputs: JSON
        do throws(RequestTrigger.Refusal) {
            outputs = try RequestTrigger.outputs(trigger, call)
        } catch {
            throw EngineError(error.status, error.error.code, error.error.message)
        }
        switch trigger.type {
        case .request:
            return try await invoke(trigger, program, outputs, trackingID, waits: waits)
        case _ where trigger.type.isWebhook:
            let runs = try await scheduler.receive(
                trigger,
                program: program,
                outputs: outputs,
                trackingID: trackingID,
                subscription: subscription
            )
            return runs.isEmpty ? .notFired(history: "") : .accepted(runs)
        default:
            throw EngineError(
                400,
                "TriggerRequestMethodNotValid",
                "The trigger '\(trigger.name)' of type '\(trigger.type.word)' cannot be called from outside."
            )
        }
    }

    private func invoke(
        _ trigger: TriggerNode,
        _ program: WorkflowProgram,
        _ outputs: JSON,
        _ trackingID: String?,
        waits: Bool
    ) async throws -> Invocation {
        let now = clock.now
        let number = try starter.driver.nextRunNumber()
        let name = RunNames.name(at: now, number: number)
        let outcome = TriggerOutcome.evaluate(
            trigger,
            program: program,
            environment: environment,
            outputs: outputs,
            trackingID: trackingID,
            historyName: name,
            now: now
        )
        if outcome.origins.isEmpty || trigger.splitOn != nil {
            // The scheduler writes the history of what starts no run, and keeps several runs of one call together.
            let runs = try await scheduler.settle(
                outcome,
                trigger: trigger,
                program: program,
                history: name,
                start: now
            )
            if let error = outcome.error { throw EngineError(400, error.code, error.message) }
            return runs.isEmpty ? .notFired(history: name) : .accepted(runs)
        }
        guard let origin = outcome.origins.first else { return .notFired(history: name) }
        var start = RunStarter.Start(origin: origin, number: number, name: name, cause: nil)
        guard waits, program.definition.hasResponse else {
            return .accepted(try await starter.start([start], trigger: trigger, program: program))
        }
        if program.definition.actions.contains(where: { $0.type == .response && $0.options.contains(.asynchronous) }) {
            let started = try await starter.start([start], trigger: trigger, program: program)
            guard let header = started.first else { return .notFired(history: name) }
            return .asynchronous(header)
        }
        start.origin.callerWaitsUntil = now + environment.responsePatience
        let place = starter.desk.callers.register(number, patience: environment.responsePatience.duration)
        let header: RunHeader
        do {
            guard let started = try await starter.start([start], trigger: trigger, program: program).first else {
                starter.desk.callers.leave(place)
                return .notFired(history: name)
            }
            header = started
        } catch {
            starter.desk.callers.leave(place)
            throw error
        }
        switch await starter.desk.callers.reply(place) {
        case .responded(let content): return .responded(header, content)
        case .ended: return .noResponse(header)
        case .timedOut: return .timedOut(header)
        }
    }
}
