import Expressions
import JSONTree
import Moments
import Playbooks
import Stores

extension TriggerScheduler {
    /// A trigger that is being worked on: its row and its program as they were when the work began.
    struct Work: Sendable {
        var row: TriggerRow
        var trigger: TriggerNode
        var program: WorkflowProgram
    }

    /// Looks at a trigger that is due: fires it by the clock, polls it, or releases its batches.
    func tick(_ key: TriggerKey) async throws {
        let now = clock.now
        let (found, waiting) = try await store.read { snapshot in
            (try TriggerRow.find(key, in: snapshot), try HistoryRow.oldestWaiting(key, in: snapshot))
        }
        guard let row = found, row.due.map({ $0 <= now }) ?? false else { return }
        guard let work = try await work(row) else { return }
        if let waiting {
            // Firings of one trigger are launched in order: those before this one first.
            try await postpone(work.row, to: max(waiting.due, now + .milliseconds(100)))
            return
        }
        switch work.trigger.type {
        case .batch: try await releaseBatches(work)
        case _ where work.trigger.type.isPolling: try await poll(work)
        default: try await fireByClock(work)
        }
    }

    /// The program of a trigger that is due; nil when it is not to fire any more.
    private func work(_ row: TriggerRow) async throws -> Work? {
        var row = row
        do {
            if let workflow = try await launcher.workflow(id: row.key.workflow), workflow.isEnabled,
                let trigger = workflow.program.definition.trigger(named: row.key.trigger),
                TriggerFingerprint.definition(trigger, in: workflow.program.definition) == row.definition
            {
                return Work(row: row, trigger: trigger, program: workflow.program)
            }
            // The workflow was changed, and the scheduler has not heard of it yet: it plans anew.
            let (key, now) = (row.key, clock.now)
            row.due = nil
            let idle = row
            try await store.commit(.intake) { transaction in
                guard try idle.writeTick(to: transaction) else { return }
                try WorkflowNote.write(workflow: key.workflow, tenant: key.tenant, due: now, to: transaction)
            }
            return nil
        } catch let error as EngineError {
            row.note(.failed, code: error.code, error: RunError(error.code, error.message), at: clock.now)
            row.due = clock.now + .seconds(60)
            try await keep(row)
            return nil
        }
    }

    /// Keeps the state of a trigger, unless it was changed from outside.
    func keep(_ row: TriggerRow) async throws {
        try await store.commit(.intake) { _ = try row.writeTick(to: $0) }
    }

    /// Looks at a trigger again later; nothing else of its state is written.
    private func postpone(_ row: TriggerRow, to due: Timestamp) async throws {
        let change = Change(
            "UPDATE trigger_state SET due = ? WHERE workflow = ? AND trigger = ? AND revision = ?",
            [.integer(due.ticks)] + row.key.arguments + [.integer(row.revision)]
        )
        try await store.commit(.intake, change)
    }

    // MARK: - By the clock

    private func fireByClock(_ work: Work) async throws {
        var row = work.row
        let now = clock.now
        let plan = TriggerPlan(work.trigger, program: work.program, environment: environment, now: now)
        guard let recurrence = plan.recurrence, let fire = row.recurrence.next(of: recurrence) else {
            row.due = nil
            if let error = plan.error { row.note(.failed, code: "BadRequest", error: error, at: now) }
            try await keep(row)
            return
        }
        if isMissed(fire, row, recurrence) {
            row.recurrence.enabled(at: max(startedAt, row.recurrence.enabledAt))
            row.due = row.recurrence.next(of: recurrence)?.due
            try await keep(row)
            return
        }
        guard fire.due <= now else {
            row.due = fire.due
            try await keep(row)
            return
        }
        let name = names.next(at: now)
        let outcome = TriggerOutcome.evaluate(
            work.trigger,
            program: work.program,
            environment: environment,
            outputs: Self.outputs(of: fire),
            historyName: name,
            scheduled: fire.scheduledTime,
            now: now
        )
        row.recurrence.fired(fire, at: now, of: recurrence)
        row.due = row.recurrence.next(of: recurrence)?.due
        var evaluation = Evaluation(work: work, name: name, outcome: outcome, start: now)
        evaluation.work.row = row
        evaluation.scheduled = fire.scheduledTime
        _ = try await conclude(evaluation)
    }

    /// Whether a fire of a Recurrence fell into the time when the server was down; those are not made up (section 5.2).
    ///
    /// The first fire of a trigger that fires at once is none: it was promised when the workflow was saved.
    private func isMissed(_ fire: RecurrenceState.Fire, _ row: TriggerRow, _ recurrence: Recurrence) -> Bool {
        guard recurrence.kind == .recurrence, fire.due + limits.lateness < startedAt else { return false }
        return row.recurrence.last != nil || recurrence.startTime != nil
    }

    /// Nothing for a Recurrence; the window of a SlidingWindow, in the body and beside it (section 5.3).
    static func outputs(of fire: RecurrenceState.Fire) -> JSON {
        guard let start = fire.windowStartTime, let end = fire.windowEndTime else { return .object(JSONObject()) }
        let window: JSON = ["windowStartTime": .string(start.iso8601), "windowEndTime": .string(end.iso8601)]
        return [
            "windowStartTime": .string(start.iso8601), "windowEndTime": .string(end.iso8601), "body": window,
        ]
    }
}
