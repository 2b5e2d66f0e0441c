public import Logging
import Metrics
public import Moments
public import Stores

/// Shows how the runs stand as metrics: open, waiting and unknown ones with the age of the oldest, runs kept from running, timers, duties.
///
/// Counting reads every open run, so it happens now and then only, and seldom where it takes long.
public struct RunGauges: Sendable {
    private let store: Store
    private let clock: any WallClock
    private let interval: Duration
    private let logger: Logger

    private let open = Gauge(label: "tocsin_runs_open")
    private let waiting = Gauge(label: "tocsin_runs_waiting")
    private let unknown = Gauge(label: "tocsin_runs_outcome_unknown")
    private let quarantined = Gauge(label: "tocsin_runs_quarantined")
    private let oldestOpen = Gauge(label: "tocsin_runs_open_oldest_age_seconds")
    private let oldestWaiting = Gauge(label: "tocsin_runs_waiting_oldest_age_seconds")
    private let oldestUnknown = Gauge(label: "tocsin_runs_outcome_unknown_oldest_age_seconds")
    private let duties = Gauge(label: "tocsin_duties_open")
    private let timers = Gauge(label: "tocsin_timers_stored")
    private let overdue = Gauge(label: "tocsin_timers_overdue_seconds")

    /// Makes gauges over a store.
    ///
    /// - Parameters:
    ///   - store: a store that was opened with `DurableMigrations.all`.
    ///   - clock: tells ages.
    ///   - interval: how often to count, at the least.
    ///   - logger: where trouble is told.
    public init(
        store: Store,
        clock: any WallClock,
        interval: Duration = .seconds(5),
        logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.interval = interval
        self.logger = logger
    }

    /// Counts now and then until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            let begin = ContinuousClock.now
            do {
                try await record()
                // A count that takes long is made seldom: at most a twentieth of the time.
                try await Task.sleep(for: max(interval, (ContinuousClock.now - begin) * 20))
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Runs cannot be counted; trying again later.", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    /// Counts once, and shows it.
    ///
    /// - Throws: `StoreError`.
    public func record() async throws {
        let now = clock.now
        let census = try await store.read { try SQLRuns.census(in: $0) }
        open.record(census.open)
        waiting.record(census.waiting)
        unknown.record(census.unknown)
        quarantined.record(census.quarantined)
        duties.record(census.duties)
        timers.record(census.timers)
        record(oldestOpen, census.oldestOpen, now)
        record(oldestWaiting, census.oldestWaiting, now)
        record(oldestUnknown, census.oldestUnknown, now)
        record(overdue, census.firstTimer, now)
    }

    private func record(_ gauge: Gauge, _ since: Timestamp?, _ now: Timestamp) {
        gauge.record(since.map { max(0, (now - $0).totalSeconds) } ?? 0)
    }
}
