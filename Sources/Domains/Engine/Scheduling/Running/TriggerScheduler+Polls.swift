import Expressions
import JSONTree
import Moments
import Playbooks

extension TriggerScheduler {
    /// One poll of an Http or ApiConnection trigger (section 5.5), or the next attempt of one.
    func poll(_ work: Work) async throws {
        let start = clock.now
        var work = work
        let plan = TriggerPlan(work.trigger, program: work.program, environment: environment, now: start)
        guard let recurrence = plan.recurrence else {
            work.row.due = nil
            if let error = plan.error { work.row.note(.failed, code: "BadRequest", error: error, at: start) }
            try await keep(work.row)
            return
        }
        if work.row.attempt == 0 { work.row.scheduled = work.row.due }
        let asked = await ask(work, start: start)
        // The process ends: the poll is made again at the next start.
        if Task.isCancelled { return }
        if case .again(let wait) = asked {
            work.row.attempt += 1
            work.row.due = clock.now + wait
            try await keep(work.row)
            return
        }
        if case .held(let error, let wait) = asked {
            work.row.note(.waiting, code: error.code, error: error, at: clock.now)
            work.row.due = clock.now + wait
            try await keep(work.row)
            return
        }
        guard case .evaluated(var evaluation, let memory, let wait) = asked else { return }
        let now = clock.now
        var row = evaluation.work.row
        let before = row.location
        row.location = location(memory, before: before)
        if evaluation.outcome.isFired {
            evaluation.rewind = StoredFiring.Rewind(before: before, after: row.location)
        }
        row.attempt = 0
        evaluation.scheduled = row.scheduled
        row.scheduled = nil
        row.recurrence = RecurrenceState(
            enabledAt: row.recurrence.enabledAt,
            first: row.recurrence.first ?? start,
            last: start
        )
        row.burst = wait.map { $0 <= .zero } ?? false ? row.burst + 1 : 0
        if let wait, row.burst <= limits.pollsInARow {
            row.due = now + wait
        } else {
            // Enough at once, or nothing said: the recurrence applies.
            if wait != nil { row.burst = 0 }
            row.due = recurrence.nextFire(
                after: start,
                first: row.recurrence.first ?? start,
                notBefore: now
            )
        }
        evaluation.work.row = row
        _ = try await conclude(evaluation)
    }

    /// The sealed address of the next poll; the same text where it stays the same.
    func location(_ memory: PollingTrigger.Memory, before: String?) -> String? {
        do {
            if try before.map(seal.open) == memory.location { return before }
        } catch {
            // It cannot be read; whatever comes takes its place.
        }
        return memory.location.map(seal.seal)
    }

    /// What came of asking.
    enum Asked: Sendable {
        /// The retry policy wants another attempt.
        case again(after: TimeSpan)
        /// It waits for a person, and is asked again after a while; the attempt is not used up.
        case held(RunError, after: TimeSpan)
        /// This poll is over: what it came to, where the next one goes, and when if the answer says so.
        case evaluated(Evaluation, PollingTrigger.Memory, wait: TimeSpan?)
    }

    /// Asks once, and judges the answer; `mayRetry` false takes the first answer.
    func ask(_ work: Work, start: Timestamp, mayRetry: Bool = true) async -> Asked {
        let name = names.next(at: start)
        var memory = PollingTrigger.Memory()
        var shownInputs: JSON?
        var isSecret = false

        func failed(_ error: RunError?, code: String, outputs: JSON = .object(JSONObject())) -> Asked {
            let outcome = TriggerOutcome(status: .failed, code: code, error: error, origins: [], outputs: outputs)
            var evaluation = Evaluation(work: work, name: name, outcome: outcome, start: start)
            evaluation.inputs = shownInputs
            evaluation.isSecret = isSecret
            return .evaluated(evaluation, memory, wait: nil)
        }

        let inputs: JSON
        do {
            memory.location = try work.row.location.map(seal.open)
            inputs = try TriggerInputs.evaluate(
                work.trigger.inputs,
                program: work.program,
                environment: environment,
                callbackURL: nil,
                now: start
            )
        } catch let error as ExpressionError {
            return failed(Self.inputError(error, work.trigger), code: "BadRequest")
        } catch {
            return failed(
                RunError(
                    "StateUnreadable",
                    "The address of the next poll cannot be read; the trigger begins anew at its own."
                ),
                code: "InternalServerError"
            )
        }
        isSecret = RequiredInputs.holdsSecrets(inputs)
        let visible = InputSanitizer.sanitized(inputs)
        shownInputs = visible
        let policy: RetryPolicy
        do {
            policy = try RetryPolicy.of(work.trigger, inputs: inputs)
        } catch {
            return failed(RunError("InvalidTemplate", "\(error.message) \(error.remedy)"), code: "BadRequest")
        }
        let outcome = await calls.callTrigger(
            work.trigger,
            program: work.program,
            inputs: inputs,
            kind: .poll(location: memory.location)
        )
        let now = clock.now
        switch Self.answer(outcome) {
        case .failure(let failure):
            if failure.isHold, mayRetry { return .held(failure.error, after: WorkflowMachine.holdInterval) }
            if failure.mayRetry, mayRetry, let wait = pause(policy, after: work.row.attempt, retryAfter: nil) {
                return .again(after: wait)
            }
            return failed(failure.error, code: failure.code)
        case .success(let answer):
            let retryAfter = RetryAfter.span(answer.headers, now: now)
            if StatusCodes.isRetried(answer.status), mayRetry,
                let wait = pause(policy, after: work.row.attempt, retryAfter: retryAfter)
            {
                return .again(after: wait)
            }
            let verdict = PollingTrigger.judge(
                status: answer.status,
                headers: answer.headers,
                hasConditions: !work.trigger.conditions.isEmpty,
                memory: memory,
                now: now
            )
            let code = StatusCodes.code(answer.status)
            memory = verdict.memory
            var result = TriggerOutcome(status: verdict.status, origins: [], outputs: answer.outputs)
            if verdict.fires {
                result = TriggerOutcome.evaluate(
                    work.trigger,
                    program: work.program,
                    environment: environment,
                    inputs: visible,
                    outputs: answer.outputs,
                    trackingID: HeaderLookup.text(answer.headers, "x-ms-client-tracking-id"),
                    historyName: name,
                    scheduled: work.row.scheduled,
                    code: code,
                    now: now
                )
            }
            // An error that no condition lets fire is a failure, not a condition that was false.
            if answer.status >= 400, !result.isFired, result.error == nil {
                return failed(nil, code: code, outputs: answer.outputs)
            }
            var evaluation = Evaluation(work: work, name: name, outcome: result, start: start)
            evaluation.code = code
            evaluation.inputs = visible
            evaluation.isSecret = isSecret
            return .evaluated(evaluation, memory, wait: verdict.wait)
        }
    }

    // MARK: - Outcomes of calls

    /// Why a call has no answer.
    struct CallFailure: Error, Sendable {
        var error: RunError
        var code: String
        var mayRetry: Bool
        /// Whether it waits for a person, and no attempt is used up.
        var isHold = false
        /// Whether the call may have happened, and doing it again might do it twice.
        var isDoubtful = false
    }

    /// The answer of a call, or why there is none: polls may all be repeated, subscriptions that are not doubtful.
    static func answer(_ outcome: EffectOutcome) -> Result<EffectOutcome.Answer, CallFailure> {
        switch outcome {
        case .answered(let answer), .found(let answer):
            return .success(answer)
        case .value(let value):
            return .success(.init(status: 200, headers: .object(JSONObject()), body: value))
        case .refused(let error, let code):
            return .failure(CallFailure(error: error, code: code, mayRetry: false))
        case .unreachable(let error):
            return .failure(CallFailure(error: error, code: error.code, mayRetry: true))
        case .unknown(let error):
            return .failure(CallFailure(error: error, code: error.code, mayRetry: true, isDoubtful: true))
        case .doubtful(let error, let status, _):
            let code = status.map(StatusCodes.code) ?? error?.code ?? "OutcomeUnknown"
            let told = error ?? RunError(code, "The call was not answered clearly.")
            return .failure(CallFailure(error: told, code: code, mayRetry: true, isDoubtful: true))
        case .held(let error), .stillHeld(let error):
            return .failure(CallFailure(error: error, code: error.code, mayRetry: true, isHold: true))
        case .needsKey, .absent, .undecided, .released:
            let error = RunError("OperationNotSupported", "The operation cannot be called by a trigger.")
            return .failure(CallFailure(error: error, code: "BadRequest", mayRetry: false))
        }
    }

    /// The wait before the next attempt; nil when the policy has no more.
    func pause(_ policy: RetryPolicy, after attempts: Int, retryAfter: TimeSpan?) -> TimeSpan? {
        PollingTrigger.pause(policy, after: attempts, retryAfter: retryAfter, random: environment.random)
    }

    static func inputError(_ error: ExpressionError, _ trigger: TriggerNode) -> RunError {
        RunError(
            error.code,
            "Unable to process template language expressions for trigger '\(trigger.name)' at line '\(trigger.position.line)' and column '\(trigger.position.column)': '\(error.message)'."
        )
    }
}
