import Logging
import Moments
import Signals
import Stores

extension TriggerScheduler {
    /// What is to be done.
    enum Job: Sendable {
        case change(WorkflowNote)
        case firing(HistoryRow.Name)
        case tick(TriggerKey)
        case poll(TriggerKey)
        case subscription(SubscriptionRow.Due)
    }

    private struct Agenda: Sendable {
        var jobs: [Job] = []
        var next: Timestamp?
    }

    /// Hands out what is due and not under way yet, as far as there are slots.
    ///
    /// - Returns: when to look again at the latest, unless the bell rings.
    func dispatch(_ spawn: (@escaping @Sendable () async -> Void) -> Void) async -> Timestamp {
        let agenda: Agenda
        do {
            agenda = try await readAgenda()
        } catch {
            if !Task.isCancelled {
                logger.error("Due triggers cannot be read; trying again.", metadata: [LogKeys.error: "\(error)"])
            }
            return clock.now + .seconds(1)
        }
        for job in agenda.jobs {
            let (subject, kind) = Self.needs(of: job)
            guard turns.take(subject) else { continue }
            guard slots.take(kind) else {
                turns.release(subject)
                continue
            }
            spawn { [self] in
                await perform(job)
                turns.release(subject)
                slots.release(kind)
                bell.ring()
            }
        }
        return agenda.next ?? .max
    }

    private static func needs(of job: Job) -> (TriggerTurns.Subject, SchedulerSlots.Kind) {
        switch job {
        case .change(let note): (.workflow(note.workflow), .ticks)
        case .firing(let name): (.firing(name), .ticks)
        case .tick(let key): (.trigger(key), .ticks)
        case .poll(let key): (.trigger(key), .calls)
        case .subscription(let due): (.subscriptions(due.key), .calls)
        }
    }

    private func readAgenda() async throws -> Agenda {
        let now = clock.now
        // What is under way is still due in the store: as much more is read, so that something new is among it.
        let ticks = 2 * slots.limit(.ticks)
        let calls = 2 * slots.limit(.calls)
        return try await store.read { snapshot in
            var agenda = Agenda()
            agenda.jobs += try WorkflowNote.due(at: now, limit: ticks, in: snapshot).map(Job.change)
            agenda.jobs += try HistoryRow.due(at: now, limit: ticks, in: snapshot).map(Job.firing)
            agenda.jobs += try TriggerRow.due(at: now, callingOut: false, limit: ticks, in: snapshot).map(Job.tick)
            agenda.jobs += try TriggerRow.due(at: now, callingOut: true, limit: calls, in: snapshot).map(Job.poll)
            agenda.jobs += try SubscriptionRow.due(at: now, limit: calls, in: snapshot).map(Job.subscription)
            agenda.next = [
                try WorkflowNote.nextDue(after: now, in: snapshot), try HistoryRow.nextDue(after: now, in: snapshot),
                try TriggerRow.nextDue(after: now, in: snapshot),
                try SubscriptionRow.nextDue(after: now, in: snapshot),
            ].compactMap(\.self).min()
            return agenda
        }
    }

    private func perform(_ job: Job) async {
        do {
            switch job {
            case .change(let note): try await follow(note)
            case .firing(let name): _ = try await launch(name)
            case .tick(let key), .poll(let key): try await tick(key)
            case .subscription(let due): try await attend(due)
            }
        } catch {
            // What was read stays due; without a pause a store in trouble would be asked without end.
            guard !Task.isCancelled else { return }
            logger.warning("A trigger could not be worked on; trying again.", metadata: [LogKeys.error: "\(error)"])
            do {
                try await sleep(.seconds(1))
            } catch {
                return
            }
        }
    }
}
