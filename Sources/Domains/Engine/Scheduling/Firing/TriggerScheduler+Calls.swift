public import Durable
public import JSONTree
public import Moments
public import Playbooks
import Stores

extension TriggerScheduler {
    /// Takes a call of a webhook trigger's callback address, its signature proved: a firing.
    ///
    /// It is on the disk when this returns; its runs are started then or, when the store or the driver is in trouble, later.
    ///
    /// - Parameters:
    ///   - trigger: The trigger.
    ///   - program: The workflow.
    ///   - outputs: `{headers, body, queries}` of the call.
    ///   - trackingID: The client tracking id that the caller gave.
    ///   - subscription: Which subscription the call is for, as its address says; nil: the address names none.
    /// - Returns: The runs; none when a condition does not hold, there is nothing to split, or they start later.
    /// - Throws: `EngineError`: 429 when the trigger's queue is full or too many calls wait, 400 when conditions or
    ///   `splitOn` fail, 410 when the call is for a subscription that was replaced.
    @discardableResult
    public func receive(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        outputs: JSON,
        trackingID: String?,
        subscription: String? = nil
    ) async throws -> [RunHeader] {
        guard slots.take(.receptions) else { throw Self.tooManyCalls(trigger) }
        defer { slots.release(.receptions) }
        if let subscription, try await isReplaced(subscription, of: TriggerKey(trigger, of: program)) {
            throw EngineError(
                410,
                "SubscriptionReplaced",
                "This subscription of the trigger '\(trigger.name)' was replaced by another one; do not call for it any more."
            )
        }
        let now = clock.now
        let row = try await row(of: trigger, program: program, now: now, waitingAtMost: limits.waitingFirings)
        let name = names.next(at: now)
        let outcome = TriggerOutcome.evaluate(
            trigger,
            program: program,
            environment: environment,
            outputs: outputs,
            trackingID: trackingID,
            historyName: name,
            now: now
        )
        let work = Work(row: row, trigger: trigger, program: program)
        var evaluation = Evaluation(work: work, name: name, outcome: outcome, start: now)
        evaluation.code = "OK"
        evaluation.keepsRow = false
        return try started(try await conclude(evaluation), outcome)
    }

    /// Does the rest for an evaluation that was made elsewhere, that of a Request trigger: writes the entry of one that starts
    /// nothing, and starts the runs of one that was split.
    ///
    /// - Parameters:
    ///   - outcome: What the evaluation came to.
    ///   - trigger: The trigger.
    ///   - program: The workflow.
    ///   - name: The name of the entry.
    ///   - start: When the evaluation began.
    /// - Returns: The runs; none when nothing fired, or they start later.
    /// - Throws: `EngineError` 429 when the trigger's queue is full.
    @discardableResult
    public func settle(
        _ outcome: TriggerOutcome,
        trigger: TriggerNode,
        program: WorkflowProgram,
        history name: String,
        start: Timestamp
    ) async throws -> [RunHeader] {
        let row = try await row(of: trigger, program: program, now: start)
        let work = Work(row: row, trigger: trigger, program: program)
        var evaluation = Evaluation(work: work, name: name, outcome: outcome, start: start)
        evaluation.code = "OK"
        evaluation.keepsRow = false
        switch try await conclude(evaluation) {
        case .done(let runs): return runs
        case .refused(let error): throw error
        case .postponed, nil: return []
        }
    }

    /// Fires a trigger by hand: polls a polling trigger once, and starts every other one as its clock would.
    ///
    /// The next scheduled time stays as it is; a poll goes on from where the last one ended.
    ///
    /// - Parameters:
    ///   - trigger: The trigger.
    ///   - program: The workflow.
    /// - Returns: The runs; none when a poll brings nothing new or a condition does not hold.
    /// - Throws: `EngineError`: 429 when the trigger's queue is full, 400 when the poll or an expression fails.
    public func fire(_ trigger: TriggerNode, program: WorkflowProgram) async throws -> [RunHeader] {
        let now = clock.now
        let key = try await row(of: trigger, program: program, now: now).key
        await turns.wait(for: .trigger(key))
        defer {
            turns.release(.trigger(key))
            bell.ring()
        }
        // As it is now that nobody else works on it.
        let row = try await row(of: trigger, program: program, now: now)
        let work = Work(row: row, trigger: trigger, program: program)
        if trigger.type.isPolling { return try await fireByPoll(work) }
        let name = names.next(at: now)
        var outputs = JSON.object(JSONObject())
        let plan = TriggerPlan(trigger, program: program, environment: environment, now: now)
        if trigger.type == .slidingWindow, let fire = plan.recurrence.flatMap({ row.recurrence.next(of: $0) }) {
            outputs = Self.outputs(of: fire)
        }
        let outcome = TriggerOutcome.evaluate(
            trigger,
            program: program,
            environment: environment,
            outputs: outputs,
            historyName: name,
            now: now
        )
        var evaluation = Evaluation(work: work, name: name, outcome: outcome, start: now)
        evaluation.keepsRow = false
        return try started(try await conclude(evaluation), outcome)
    }

    private func fireByPoll(_ work: Work) async throws -> [RunHeader] {
        guard case .evaluated(var evaluation, let memory, _) = await ask(work, start: clock.now, mayRetry: false) else {
            return []
        }
        try Task.checkCancellation()
        let before = work.row.location
        evaluation.work.row.location = location(memory, before: before)
        if evaluation.outcome.isFired {
            evaluation.rewind = StoredFiring.Rewind(before: before, after: evaluation.work.row.location)
        }
        return try started(try await conclude(evaluation), evaluation.outcome)
    }

    /// The row of a trigger, or one as good for a trigger that the scheduler has not planned yet.
    ///
    /// - Throws: `EngineError` 429 when more of its firings wait than `waitingAtMost`.
    private func row(
        of trigger: TriggerNode,
        program: WorkflowProgram,
        now: Timestamp,
        waitingAtMost limit: Int? = nil
    ) async throws -> TriggerRow {
        let key = TriggerKey(trigger, of: program)
        let (found, waiting) = try await store.read { snapshot in
            let waiting = try limit.map { try HistoryRow.countWaiting(key, limit: $0, in: snapshot) }
            return (try TriggerRow.find(key, in: snapshot), waiting ?? 0)
        }
        if let limit, waiting >= limit { throw Self.tooManyCalls(trigger) }
        if let found { return found }
        return TriggerRow(
            key: key,
            name: trigger.name,
            resource: program.identity.resourceID.lowercased(),
            definition: TriggerFingerprint.definition(trigger, in: program.definition),
            isEnabled: false,
            callsOut: trigger.type.isPolling,
            now: now
        )
    }

    private func started(_ launch: Launch?, _ outcome: TriggerOutcome) throws -> [RunHeader] {
        switch launch {
        case .done(let runs):
            if outcome.status == .failed, let error = outcome.error {
                throw EngineError(400, error.code, error.message)
            }
            return runs
        case .refused(let error): throw error
        case .postponed: return []
        case nil:
            throw EngineError(409, "WorkflowTriggerChanged", "The trigger was changed meanwhile; try again.")
        }
    }

    private static func tooManyCalls(_ trigger: TriggerNode) -> EngineError {
        EngineError(
            429,
            "TooManyRequests",
            "Too many firings of the trigger '\(trigger.name)' wait to be worked on; try again later.",
            retryAfterSeconds: 5
        )
    }
}
