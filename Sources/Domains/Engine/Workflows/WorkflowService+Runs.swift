public import Durable
public import JSONTree
import Moments
import Playbooks
import Stores

extension WorkflowService {
    /// A page of runs, newest first, and the name after which the next page begins.
    ///
    /// `after`: the last name of the page before.
    public func runs(
        of record: WorkflowRecord,
        filter: RunFilter = RunFilter(),
        after name: String? = nil,
        limit: Int
    ) async throws -> (runs: [RunListing], next: String?) {
        try await reader.runs(of: record, filter: filter, after: name, limit: limit)
    }

    /// A run.
    ///
    /// - Throws: `EngineError` 404 `WorkflowRunNotFound`.
    public func run(_ name: String, of record: WorkflowRecord) async throws -> RunListing {
        try await reader.run(name, of: record)
    }

    /// The records of a run's actions, with inputs and outputs.
    public func history(of run: RunListing, in record: WorkflowRecord) async throws -> RunHistory {
        try await reader.history(of: run, in: record)
    }

    /// A value of a run's history as it is.
    ///
    /// A history leaves out the large values beyond its first 32 MiB of them: what stands in their place is given here to get the value. Any
    /// other value comes back as it is.
    public func whole(_ value: JSON, of run: RunListing, isInput: Bool) async throws -> JSON {
        try await reader.whole(value, of: run, isInput: isInput)
    }

    /// The answer of a run's Response; nil while there is none.
    public func response(of run: RunListing, in record: WorkflowRecord) async throws -> ResponseContent? {
        try await reader.response(of: run, in: record)
    }

    /// Cancels a run.
    ///
    /// - Throws: `EngineError` 404, or 400 `WorkflowRunNotCancellable` when it has ended.
    public func cancel(_ name: String, of record: WorkflowRecord) async throws {
        let run = try await reader.run(name, of: record)
        guard run.end == nil else {
            throw EngineError(
                400,
                "WorkflowRunNotCancellable",
                "The run '\(name)' cannot be cancelled: it has ended with status '\(run.status.word)'."
            )
        }
        do {
            try await deliver(.cancel, to: run.header.number)
        } catch let error as EngineError where error.code == EngineError.quarantinedCode {
            // It ends in the first step that it is allowed.
            try await driver.release(run.header.number)
            try await deliver(.cancel, to: run.header.number)
        }
    }

    /// Lets a run go on that was quarantined because it ended the process.
    ///
    /// - Throws: `EngineError` 404, or 409 `WorkflowRunNotQuarantined`.
    public func release(_ name: String, of record: WorkflowRecord) async throws {
        let run = try await reader.run(name, of: record)
        let number = run.header.number
        let crashes = try await catalogue.store.read { try SQLRuns.crashes(of: number, in: $0) }
        guard run.end == nil, crashes >= settings.driver.limits.crashes else {
            throw EngineError(
                409,
                "WorkflowRunNotQuarantined",
                "The run '\(name)' is not quarantined, so that there is nothing to release."
            )
        }
        try await driver.release(number)
    }

    /// Decides about a call whose outcome is unknown.
    ///
    /// `flight`: the number that the action's record shows.
    ///
    /// - Throws: `EngineError` 404, or 409 when there is nothing to decide.
    public func settle(
        _ name: String,
        of record: WorkflowRecord,
        flight: FlightNumber,
        _ decision: RunInput.Settlement
    ) async throws {
        let run = try await reader.run(name, of: record)
        let history = try await reader.history(of: run, in: record)
        guard history.entries.contains(where: { $0.flight == flight && $0.isOutcomeUnknown }) else {
            throw EngineError(
                409,
                "NoUnknownOutcome",
                "No action of run '\(name)' waits for a decision under the number \(flight)."
            )
        }
        try await deliver(.settle(flight, decision), to: run.header.number)
    }

    /// A webhook action's callback address was called: the first call counts, also of two at the same time.
    ///
    /// - Throws: `EngineError` 404 when the run or the action is not there or not waiting any more.
    public func callBack(
        workflowID: String,
        run name: String,
        flight: FlightNumber,
        request: JSON
    ) async throws {
        guard let record = try await record(id: workflowID) else { throw EngineError.noWorkflow(workflowID) }
        let turn = TriggerTurns.Subject.callback("\(workflowID.lowercased())/\(name)/\(flight)")
        await callbackTurns.wait(for: turn)
        defer { callbackTurns.release(turn) }
        let run = try await reader.run(name, of: record)
        let history = run.end == nil ? try await reader.history(of: run, in: record) : nil
        guard let entry = history?.entries.first(where: { $0.flight == flight }), !entry.status.isFinal else {
            throw EngineError(
                404,
                "WorkflowRunActionCallbackNotExpected",
                "The action of run '\(name)' does not wait for this call: it was called before, or has ended."
            )
        }
        try await deliver(.callback(flight, request), to: run.header.number)
    }

    private func deliver(_ input: RunInput, to run: RunNumber) async throws {
        do {
            try await driver.deliver(input, to: run)
        } catch let error as DurableError {
            throw EngineError(error)
        }
    }

    /// Starts a run with what started an earlier one.
    ///
    /// - Throws: `EngineError` 404 when there is no such history entry, 429 when the trigger's queue is full.
    public func resubmit(history name: String, trigger: String, of record: WorkflowRecord) async throws -> RunHeader {
        let run = try await reader.run(name, of: record)
        guard run.trigger.isSame(ignoringCase: trigger) else { throw EngineError.noRun(name, of: record.key.name) }
        let program = try await program(of: record)
        guard let node = program.definition.trigger(named: trigger) else {
            throw EngineError.noTrigger(trigger, of: record.key.name)
        }
        var origin = try await reader.history(of: run, in: record).state.origin
        origin.callerWaitsUntil = nil
        origin.isQueued = false
        origin.clientTrackingID = run.clientTrackingID == run.header.name ? nil : run.clientTrackingID
        var parts = origin.record.objectValue ?? JSONObject()
        parts["originHistoryName"] = .string(name)
        origin.record = .object(parts)
        let started = try await starter.start([starter.start(origin)], trigger: node, program: program)
        guard let header = started.first else {
            throw EngineError(500, "InternalServerError", "The run was not started.")
        }
        return header
    }
}
