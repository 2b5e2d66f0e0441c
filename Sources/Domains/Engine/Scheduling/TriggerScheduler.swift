import Durable
import Expressions
import JSONTree
public import Logging
public import Moments
import Playbooks
import Signals
public import Stores
import Synchronization

/// Fires the triggers of all workflows: by the clock, by asking, by being called (workflow definition language, section 5).
///
/// What is due is read from the store when it is due; nothing of the millions of triggers that a store may hold is kept in
/// memory. Every firing is first written with what it starts, in one transaction with the trigger's new state, then
/// launched, then struck out; a start after a crash launches what waits. So no firing is lost, and none starts a run twice:
/// the launcher starts one run a cause.
///
/// ```swift
/// let scheduler = TriggerScheduler(store: store, launcher: service, calls: effects, environment: environment, …)
/// try await scheduler.workflowChanged(id: record.id)     // after the workflow was put
/// await scheduler.run()                                  // until cancelled
/// ```
public final class TriggerScheduler: Sendable {
    /// The steps of the scheduler's tables.
    public static let migrations = SchedulingMigrations.all

    /// Gives the callback address of a webhook trigger, signed with the workflow's key.
    public typealias CallbackURL = @Sendable (WorkflowProgram.Identity, _ trigger: String) async throws -> String

    let store: Store
    let launcher: any RunLauncher
    let calls: any TriggerCalls
    let environment: RunEnvironment
    let callbackURL: CallbackURL
    let clock: any WallClock
    let limits: TriggerLimits
    let logger: Logger
    let seal: FiringSeal
    /// When this process began: what was due long before counts as missed.
    let startedAt: Timestamp
    let bell: SchedulerBell
    let names: HistoryNames
    let turns = TriggerTurns()
    let slots: SchedulerSlots
    let sleep: @Sendable (TimeSpan) async throws -> Void

    /// Makes a scheduler.
    ///
    /// - Parameters:
    ///   - store: The database, opened with ``migrations`` and those of the room Durable.
    ///   - launcher: Starts runs, knows workflows.
    ///   - calls: Makes the outbound calls.
    ///   - batches: Takes messages for Batch triggers, over the same store.
    ///   - environment: GUIDs, chance and sealing.
    ///   - callbackURL: Gives callback addresses of webhook triggers.
    ///   - clock: The present.
    ///   - limits: What is taken and done at most.
    ///   - logger: Where trouble is told.
    ///   - sleep: Sleeps for a while; tests step time in its place.
    public init(
        store: Store,
        launcher: any RunLauncher,
        calls: any TriggerCalls,
        batches: BatchDesk,
        environment: RunEnvironment,
        callbackURL: @escaping CallbackURL,
        clock: any WallClock,
        limits: TriggerLimits = TriggerLimits(),
        logger: Logger,
        sleep: @escaping @Sendable (TimeSpan) async throws -> Void = { try await Task.sleep(for: $0.duration) }
    ) {
        self.store = store
        self.launcher = launcher
        self.calls = calls
        self.environment = environment
        self.callbackURL = callbackURL
        self.clock = clock
        self.limits = limits
        self.logger = logger
        self.sleep = sleep
        seal = FiringSeal(environment: environment)
        slots = SchedulerSlots(limits)
        startedAt = clock.now
        bell = batches.bell
        names = batches.names
    }

    /// Serves until the task is cancelled.
    ///
    /// What is under way then is left as it is: firings that were written are launched at the next start.
    public func run() async {
        while !Task.isCancelled, await !wakeFirings() { await pause(.seconds(1)) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.pruneByAge() }
            while !Task.isCancelled {
                let next = await dispatch { work in group.addTask { await work() } }
                let now = clock.now
                await pause(min(max(next - now, .milliseconds(1)), limits.longestSleep))
            }
            group.cancelAll()
        }
    }

    /// Takes away what is older than the retention, at the start and every hour.
    private func pruneByAge() async {
        while !Task.isCancelled {
            do {
                try await prune(before: clock.now - limits.retention)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Old histories of triggers cannot be pruned.", metadata: [LogKeys.error: "\(error)"])
            }
            do { try await Task.sleep(for: .seconds(3_600)) } catch { return }
        }
    }

    /// Does everything that is due now, and what follows from it at once; for tests that step the clock.
    func settleDue() async {
        guard await wakeFirings() else { return }
        let isIdle = Atomic(false)
        while !isIdle.load(ordering: .relaxed), !Task.isCancelled {
            isIdle.store(true, ordering: .relaxed)
            await withDiscardingTaskGroup { group in
                _ = await dispatch { work in
                    isIdle.store(false, ordering: .relaxed)
                    group.addTask { await work() }
                }
            }
        }
    }

    private func pause(_ span: TimeSpan) async {
        await bell.wait(atMost: span, sleep: sleep)
    }

    private let hasWoken = Atomic(false)

    /// Once a process: makes all firings due that the former one left.
    private func wakeFirings() async -> Bool {
        guard !hasWoken.load(ordering: .relaxed) else { return true }
        do {
            let now = clock.now
            try await store.commit(.intake) { try HistoryRow.wake(at: now, in: $0) }
            hasWoken.store(true, ordering: .relaxed)
            return true
        } catch {
            logger.error("Waiting firings cannot be read; trying again.", metadata: [LogKeys.error: "\(error)"])
            return false
        }
    }
}
