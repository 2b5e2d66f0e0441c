import Logging
import Moments

/// Does what runs have left to do when the live attempt came to nothing: the process ended, or the other side did not answer.
///
/// A duty that was taken up is put off first, so that it is never under way twice; it is done at least once, and given up
/// after `StoredDuty.attemptLimit` attempts.
struct DutyKeeper<M: Machine>: Sendable {
    let machine: M
    let journal: any JournalStore
    let clock: any WallClock
    let perform: @Sendable (M.Effect, RunHeader, FlightNumber) async -> M.Input
    let program: @Sendable (RunHeader) async throws -> M.Program
    let logger: Logger

    /// Looks for duties until the task is cancelled.
    func run(every interval: Duration) async {
        while !Task.isCancelled {
            do {
                try await takeUp()
                try await Task.sleep(for: interval)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Duties cannot be read; trying again.", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    /// Takes up all duties that are due now, a few at a time.
    private func takeUp() async throws {
        while true {
            let due = try await journal.duties(of: M.name, due: clock.now, limit: 16)
            guard !due.isEmpty else { return }
            await withTaskGroup(of: Void.self) { group in
                for duty in due { group.addTask { await self.take(duty) } }
            }
            try Task.checkCancellation()
        }
    }

    private func take(_ duty: StoredDuty) async {
        let run = duty.header.number
        do {
            guard duty.attempts < StoredDuty.attemptLimit else {
                logger.error(
                    "A duty of a run is given up; end the subscription by hand.",
                    metadata: ["run": "\(duty.header.name)", "workflow": "\(duty.header.scope)"]
                )
                try await journal.discharge(run, flight: duty.flight)
                return
            }
            try await journal.postpone(
                run,
                flight: duty.flight,
                until: clock.now + StoredDuty.pause(after: duty.attempts) + StoredDuty.grace
            )
            let effect = try machine.effect(
                ofDuty: duty.body,
                header: duty.header,
                program: try await program(duty.header)
            )
            if machine.isDischarged(await perform(effect, duty.header, duty.flight)) {
                try await journal.discharge(run, flight: duty.flight)
            }
        } catch {
            logger.warning(
                "A duty of a run could not be done; it is tried again later.",
                metadata: ["run": "\(duty.header.name)", "reason": "\(error)"]
            )
        }
    }
}
