import Expressions
import JSONTree
import Logging
import Moments
import Playbooks
import Signals
import Stores

extension TriggerScheduler {
    /// Does the next thing about a subscription: makes it, or ends it.
    ///
    /// Whoever calls holds the turn of the trigger's subscriptions.
    func attend(_ due: SubscriptionRow.Due) async throws {
        let now = clock.now
        let (found, siblings) = try await store.read { snapshot in
            (
                try SubscriptionRow.find(due.id, in: snapshot),
                try SubscriptionRow.all(of: due.key, in: snapshot)
            )
        }
        guard let row = found, row.due.map({ $0 <= now }) ?? false else { return }
        switch row.state {
        case .active:
            try await change(row.id) { row in
                if row.state == .active { row.due = nil }
            }
        case .ending:
            try await unsubscribe(row)
        case .wanted:
            // The former one goes first: a service that knows subscriptions by their address would end the new one with it.
            let former = siblings.filter { $0.state == .ending && $0.id < row.id }.compactMap(\.due).max()
            if let former {
                try await change(row.id) { row in
                    if row.state == .wanted { row.due = max(former, now) + .milliseconds(100) }
                }
            } else {
                try await subscribe(row)
            }
        }
    }

    /// Changes a subscription's row as it is by then; nothing when it is gone.
    @discardableResult
    private func change(
        _ id: Int64,
        _ body: @escaping @Sendable (inout SubscriptionRow) -> Void
    ) async throws -> SubscriptionRow? {
        try await store.commit(.intake) { transaction in
            guard var row = try SubscriptionRow.find(id, in: transaction) else { return nil }
            body(&row)
            try row.write(to: transaction)
            return row
        }
    }

    // MARK: - Subscribing

    private func subscribe(_ row: SubscriptionRow) async throws {
        let now = clock.now
        guard let workflow = try await launcher.workflow(id: row.key.workflow), workflow.isEnabled,
            let trigger = workflow.program.definition.trigger(named: row.key.trigger),
            TriggerFingerprint.definition(trigger, in: workflow.program.definition) == row.definition
        else {
            // The workflow was changed, and the scheduler has not heard of it yet: it plans anew.
            let (id, key) = (row.id, row.key)
            try await store.commit(.intake) { transaction in
                // Or it has heard by now, and wants it no more: then the ending is due, and stays so.
                guard var row = try SubscriptionRow.find(id, in: transaction), row.state == .wanted else { return }
                row.due = now + .seconds(60)
                try row.write(to: transaction)
                try WorkflowNote.write(workflow: key.workflow, tenant: key.tenant, due: now, to: transaction)
            }
            return
        }
        if row.isUnanswered { return try await replaceOrphan(row, trigger) }
        let base: String
        let url: String
        let inputs: JSON
        let policy: RetryPolicy
        do {
            base = try await callbackURL(workflow.program.identity, trigger.name)
            url = SubscriptionToken.address(base, environment.newGUID())
            inputs = try TriggerInputs.evaluate(
                webhook: trigger,
                program: workflow.program,
                environment: environment,
                callbackURL: url,
                now: now
            )
            policy = try RetryPolicy.of(trigger, inputs: inputs)
        } catch let error as ExpressionError {
            return try await subscribingFailed(row, trigger, "BadRequest", Self.inputError(error, trigger), retry: nil)
        } catch let error as RetryPolicyError {
            let told = RunError("InvalidTemplate", "\(error.message) \(error.remedy)")
            return try await subscribingFailed(row, trigger, "BadRequest", told, retry: nil)
        } catch let error as EngineError {
            let told = RunError(error.code, error.message)
            return try await subscribingFailed(row, trigger, error.code, told, retry: nil)
        }
        let detail: JSON = ["url": .string(url), "inputs": inputs]
        let sealed = seal.seal(detail.text)
        let address = TriggerFingerprint.address(base)
        // The other side may know of it from here on.
        let intended = try await change(row.id) { row in
            row.isSent = true
            row.detail = sealed
            row.address = address
            row.due = now
            row.code = nil
            row.error = nil
        }
        guard intended?.state == .wanted else { return }
        let outcome = await calls.callTrigger(trigger, program: workflow.program, inputs: inputs, kind: .subscribe)
        // The process ends: nobody knows whether the other side has accepted it; the next start replaces it.
        if Task.isCancelled { return }
        switch Self.answer(outcome) {
        case .success(let answer) where answer.status < 400:
            try await subscribed(row, trigger, answer)
        case .success(let answer):
            let code = StatusCodes.code(answer.status)
            let error = RunError(
                code,
                "The service answered the subscription of trigger '\(trigger.name)' with status \(answer.status)."
            )
            let retryAfter = RetryAfter.span(answer.headers, now: clock.now)
            let wait =
                StatusCodes.isRetried(answer.status)
                ? pause(policy, after: row.attempt, retryAfter: retryAfter) : Optional<TimeSpan>.none
            try await subscribingFailed(row, trigger, code, error, retry: wait)
        case .failure(let failure):
            if failure.isHold {
                return try await subscribingHeld(row, failure.error)
            }
            let wait =
                failure.mayRetry ? pause(policy, after: row.attempt, retryAfter: nil) : Optional<TimeSpan>.none
            if failure.isDoubtful {
                try await replaceOrphan(row, trigger, after: failure.error, retry: wait)
            } else {
                try await subscribingFailed(row, trigger, failure.code, failure.error, retry: wait)
            }
        }
    }

    /// A subscription waits for a person: it is tried again every minute, and nothing counts as failed.
    private func subscribingHeld(_ row: SubscriptionRow, _ error: RunError) async throws {
        let now = clock.now
        let (id, key) = (row.id, row.key)
        try await store.commit(.intake) { transaction in
            guard var row = try SubscriptionRow.find(id, in: transaction) else { return }
            row.code = error.code
            row.error = error
            if row.state == .wanted { row.due = now + WorkflowMachine.holdInterval }
            try row.write(to: transaction)
            guard var state = try TriggerRow.find(key, in: transaction) else { return }
            state.note(.waiting, code: error.code, error: error, at: now)
            try state.write(to: transaction)
        }
    }

    private func subscribed(_ row: SubscriptionRow, _ trigger: TriggerNode, _ answer: EffectOutcome.Answer) async throws
    {
        let now = clock.now
        let sealed = seal.seal(answer.outputs.text)
        let (id, key) = (row.id, row.key)
        try await store.commit(.intake) { transaction in
            guard var row = try SubscriptionRow.find(id, in: transaction) else { return }
            row.answer = sealed
            row.changed = now
            row.error = nil
            row.code = nil
            // It may have become unwanted meanwhile: then it is ended, now that its answer is known.
            if row.state == .wanted {
                row.state = .active
                row.attempt = 0
                row.due = nil
            }
            try row.write(to: transaction)
            guard var state = try TriggerRow.find(key, in: transaction) else { return }
            state.note(.succeeded, code: StatusCodes.code(answer.status), at: now)
            try state.write(to: transaction)
        }
    }

    /// Notes a failed subscription; `retry` nil: the policy is used up, and it is tried anew after a long pause.
    private func subscribingFailed(
        _ row: SubscriptionRow,
        _ trigger: TriggerNode,
        _ code: String,
        _ error: RunError,
        retry: TimeSpan?
    ) async throws {
        let now = clock.now
        let due = now + (retry ?? limits.subscriptionPause)
        let (id, key) = (row.id, row.key)
        var entry: TriggerHistoryEntry?
        if retry == nil {
            entry = TriggerHistoryEntry(
                name: names.next(at: now),
                trigger: trigger.name,
                status: .failed,
                code: code,
                error: error,
                start: now,
                end: now
            )
        }
        let failure = entry
        try await store.commit(.intake) { transaction in
            guard var row = try SubscriptionRow.find(id, in: transaction) else { return }
            row.code = code
            row.error = error
            if row.state == .wanted {
                row.attempt = failure == nil ? row.attempt + 1 : 0
                row.due = due
            }
            try row.write(to: transaction)
            if let failure { try HistoryRow(key: key, entry: failure).write(to: transaction) }
            guard var state = try TriggerRow.find(key, in: transaction) else { return }
            state.note(.failed, code: code, error: error, at: now)
            try state.write(to: transaction)
        }
        logger.warning(
            "A trigger could not subscribe; trying again.",
            metadata: [
                LogKeys.workflow: "\(key.workflow)", LogKeys.trigger: "\(trigger.name)", LogKeys.code: "\(code)",
            ]
        )
    }

    // MARK: - Unsubscribing

    private func unsubscribe(_ row: SubscriptionRow) async throws {
        guard row.isSent else { return try await drop(row, because: nil) }
        let found: WorkflowProgram?
        do {
            found = try await launcher.program(workflowID: row.key.workflow, version: row.version)
        } catch let error as EngineError {
            return try await drop(row, because: error.message)
        }
        guard let program = found, let trigger = program.definition.trigger(named: row.key.trigger) else {
            return try await drop(row, because: "the version of the workflow is not kept any more")
        }
        let inputs: JSON
        let policy: RetryPolicy
        do {
            guard let found = try unsubscribeInputs(row, trigger, program) else {
                return try await drop(row, because: nil)
            }
            inputs = found
            policy =
                trigger.type == .httpWebhook
                ? try inputs[ignoringCase: "retryPolicy"].flatMap(\.nonNull).map(RetryPolicy.init(json:)) ?? .standard
                : try RetryPolicy.of(trigger, inputs: detailInputs(row))
        } catch {
            return try await drop(row, because: "\(error)")
        }
        let outcome = await calls.callTrigger(trigger, program: program, inputs: inputs, kind: .unsubscribe)
        if Task.isCancelled { return }
        let reason: String
        var wait: TimeSpan?
        switch Self.answer(outcome) {
        case .success(let answer):
            guard answer.status >= 400, answer.status != 404, answer.status != 410 else {
                return try await drop(row, because: nil)
            }
            reason = "status \(answer.status)"
            if StatusCodes.isRetried(answer.status) {
                wait = pause(
                    policy,
                    after: row.attempt,
                    retryAfter: RetryAfter.span(answer.headers, now: clock.now)
                )
            }
        case .failure(let failure):
            reason = failure.code
            if failure.mayRetry { wait = pause(policy, after: row.attempt, retryAfter: nil) }
        }
        guard let wait else { return try await drop(row, because: reason) }
        let due = clock.now + wait
        try await change(row.id) { row in
            row.attempt += 1
            row.due = due
        }
    }

    /// The inputs that a subscription was made with.
    private func detailInputs(_ row: SubscriptionRow) throws -> JSON {
        try row.detail.map { try JSON.parse(try seal.open($0)) }?["inputs"] ?? .null
    }

    /// What ends a subscription; nil when there is nothing to be called.
    private func unsubscribeInputs(
        _ row: SubscriptionRow,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram
    ) throws -> JSON? {
        let detail = try row.detail.map { try JSON.parse(try seal.open($0)) }
        let answer = try row.answer.map { try JSON.parse(try seal.open($0)) }
        guard trigger.type == .httpWebhook else {
            guard let answer else { return Optional<JSON>.none }
            return ["subscription": answer, "subscribe": detail?["inputs"] ?? .null]
        }
        guard let template = trigger.unsubscribe else { return Optional<JSON>.none }
        let record: JSON = [
            "name": .string(trigger.name), "inputs": detail?["inputs"] ?? .null, "outputs": answer ?? .null,
            "status": "Succeeded",
        ]
        let context = TriggerContext(
            program: program,
            environment: environment,
            now: clock.now,
            record: record,
            url: detail?["url"]?.stringValue,
            subscription: record
        )
        return try template.evaluate(in: context)
    }

    /// Forgets a subscription: it was ended, or it cannot be.
    private func drop(_ row: SubscriptionRow, because reason: String?) async throws {
        try await store.commit(.intake) { try row.delete(in: $0) }
        guard let reason else { return }
        logger.warning(
            "A trigger's subscription could not be ended; the service may go on calling, and gets 404.",
            metadata: [
                LogKeys.workflow: "\(row.key.workflow)", LogKeys.trigger: "\(row.key.trigger)",
                LogKeys.reason: "\(reason)",
            ]
        )
    }
}
