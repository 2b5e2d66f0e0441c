import Durable
import JSONTree
import Logging
import Moments
import Playbooks
import Signals
import Stores

extension TriggerScheduler {
    /// What became of a launch.
    enum Launch: Sendable {
        /// The runs were started; the list leaves out those that a former launch had started.
        case done([RunHeader])
        /// Nothing was started: the queue of the trigger is full, or the workflow is gone.
        case refused(EngineError)
        /// It waits to be tried again.
        case postponed(any Error)
    }

    /// How long a firing that is being launched is left alone.
    private static let grace = TimeSpan.seconds(30)

    /// Writes what an evaluation came to, and launches its runs.
    ///
    /// - Returns: nil when the trigger was changed from outside meanwhile: then the evaluation never was.
    func conclude(_ evaluation: Evaluation) async throws -> Launch? {
        var evaluation = evaluation
        let now = clock.now
        evaluation.work.row.note(
            evaluation.outcome.status,
            code: evaluation.outcome.code ?? evaluation.code,
            error: evaluation.outcome.error,
            at: now
        )
        var row = HistoryRow(key: evaluation.work.row.key, entry: entry(evaluation, end: now))
        if evaluation.outcome.isFired {
            // It is launched right away, here; should that fail unseen, it is due later, and at the next start at once.
            row.due = now + Self.grace
            row.firing = seal.write(
                .outcome(evaluation.outcome, rewind: evaluation.rewind),
                isSecret: evaluation.isSecret || evaluation.work.program.hasSecrets
            )
            _ = turns.take(.firing(row.name))
        }
        defer { if evaluation.outcome.isFired { turns.release(.firing(row.name)) } }
        let (state, history, keepsRow) = (evaluation.work.row, row, evaluation.keepsRow)
        let isKept = try await store.commit(.intake) { transaction in
            if keepsRow {
                guard try state.writeTick(to: transaction) else { return false }
            } else {
                try Self.touch(state, in: transaction)
            }
            try history.write(to: transaction)
            return true
        }
        guard isKept else { return nil }
        guard evaluation.outcome.isFired else { return .done([]) }
        return try await launch(
            row,
            .outcome(evaluation.outcome, rewind: evaluation.rewind),
            trigger: evaluation.work.trigger,
            program: evaluation.work.program,
            isResumed: false
        )
    }

    /// Notes the last evaluation of a trigger whose state stays as it is.
    private static func touch(_ row: TriggerRow, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE trigger_state SET executed = ?, status = ?, code = ?, error = ? WHERE workflow = ? AND trigger = ?",
            [
                .integer(orNull: row.executed?.ticks), .text(orNull: row.status), .text(orNull: row.code),
                .text(orNull: row.error?.json.text),
            ] + row.key.arguments
        )
    }

    /// Launches a firing that waits; whoever calls holds its turn.
    func launch(_ name: HistoryRow.Name) async throws -> Launch? {
        guard let row = try await store.read({ try HistoryRow.find(name, in: $0) }), let text = row.firing,
            row.due != nil
        else { return nil }
        let firing: StoredFiring
        let workflow: SchedulableWorkflow?
        do {
            firing = try seal.read(text)
            workflow = try await launcher.workflow(id: name.key.workflow)
        } catch {
            return try await postpone(row, error)
        }
        guard let program = workflow?.program, let trigger = program.definition.trigger(named: name.key.trigger) else {
            let error = EngineError(
                404,
                "WorkflowTriggerNotFound",
                "The trigger '\(row.entry.trigger)' was removed before its firing could start a run."
            )
            return try await refuse(row, firing, error)
        }
        return try await launch(row, firing, trigger: trigger, program: program, isResumed: true)
    }

    private func launch(
        _ row: HistoryRow,
        _ firing: StoredFiring,
        trigger: TriggerNode,
        program: WorkflowProgram,
        isResumed: Bool
    ) async throws -> Launch {
        // What cannot be skipped waits for a place in the queue; everything else was let in when it was written.
        let waits = Self.waitsForQueue(trigger)
        do {
            let outcome = try await outcome(of: firing, row, trigger, program)
            var runs: [RunHeader] = []
            if outcome.isFired {
                runs = try await launcher.launch(
                    outcome,
                    trigger: trigger,
                    program: program,
                    history: row.entry.name,
                    cause: row.entry.name,
                    isResumed: isResumed && !waits
                )
            }
            // Should the process end in the midst, the launch is made again and starts nothing: its causes are known.
            if case .release(let release) = firing { try await dropMessages(of: release, row.key) }
            try await finish(row, firing, outcome)
            return .done(runs)
        } catch let error as EngineError where error.status == 429 {
            return waits ? try await postpone(row, error) : try await refuse(row, firing, error)
        } catch let error as EngineError where (400..<500).contains(error.status) {
            return try await refuse(row, firing, error)
        } catch {
            return try await postpone(row, error)
        }
    }

    /// Whether a firing waits while the trigger's queue is full: windows and batches are never skipped.
    private static func waitsForQueue(_ trigger: TriggerNode) -> Bool {
        trigger.type == .slidingWindow || trigger.type == .batch
    }

    private func outcome(
        of firing: StoredFiring,
        _ row: HistoryRow,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram
    ) async throws -> TriggerOutcome {
        switch firing {
        case .outcome(let outcome, _): return outcome
        case .release(let release): return try await outcome(of: release, row, trigger, program)
        }
    }

    /// A firing is launched: the runs tell the rest, the row goes, or stays as the parent of several.
    private func finish(_ row: HistoryRow, _ firing: StoredFiring, _ outcome: TriggerOutcome) async throws {
        var row = row
        row.due = nil
        row.firing = nil
        row.attempt = 0
        row.entry.end = clock.now
        if case .release = firing {
            row.entry.status = outcome.status
            row.entry.code = outcome.code
            row.entry.error = outcome.error
        }
        let (done, isSingle) = (row, outcome.origins.count == 1)
        try await store.commit(.intake) { transaction in
            guard try HistoryRow.find(done.name, in: transaction) != nil else { return }
            if isSingle {
                try HistoryRow.delete(done.name, in: transaction)
            } else {
                try done.write(to: transaction)
            }
        }
    }

    /// Nothing is started: the entry says why, and a poll goes back to where it was.
    private func refuse(_ row: HistoryRow, _ firing: StoredFiring, _ error: EngineError) async throws -> Launch {
        var row = row
        row.due = nil
        row.firing = nil
        row.entry.status = error.status == 429 ? .skipped : .failed
        row.entry.code = error.code
        row.entry.error = RunError(error.code, error.message)
        row.entry.end = clock.now
        let refused = row
        try await store.commit(.intake) { transaction in
            if try HistoryRow.find(refused.name, in: transaction) != nil { try refused.write(to: transaction) }
            guard var state = try TriggerRow.find(refused.key, in: transaction) else { return }
            if case .outcome(_, .some(let rewind)) = firing, state.location == rewind.after {
                state.location = rewind.before
            }
            state.status = refused.entry.status.word
            state.code = refused.entry.code
            state.error = refused.entry.error
            try state.write(to: transaction)
        }
        return .refused(error)
    }

    /// Tries a launch again later: after 1, 2, 4 … at most 60 seconds.
    private func postpone(_ row: HistoryRow, _ error: any Error) async throws -> Launch {
        // The process ends: the next one launches it.
        if Task.isCancelled { return .postponed(error) }
        var row = row
        row.attempt += 1
        row.due = clock.now + .seconds(min(60, 1 << Int64(min(row.attempt - 1, 6))))
        let waiting = row
        try await store.commit(.intake) { transaction in
            if try HistoryRow.find(waiting.name, in: transaction) != nil { try waiting.write(to: transaction) }
        }
        logger.warning(
            "A trigger's runs cannot be started yet; trying again.",
            metadata: [
                LogKeys.workflow: "\(row.key.workflow)", LogKeys.trigger: "\(row.entry.trigger)",
                LogKeys.error: "\(error)",
            ]
        )
        bell.ring()
        return .postponed(error)
    }
}
