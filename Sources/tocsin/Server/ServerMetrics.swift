import Durable
import Logging
import Metrics
import Moments
import Serving
import Signals
import Stores

/// The figures of a server for Prometheus: what was counted as it happened, and what is asked of the store now.
struct ServerMetrics: Sendable {
    let store: Store
    let metrics: PrometheusMetrics?

    /// Counts an answered request by its route, never by its path.
    func observe(_ observation: Router.Observation) {
        guard metrics != nil else { return }
        Metrics.Timer(
            label: "tocsin_http_request",
            dimensions: [
                ("method", observation.method), ("route", observation.template ?? "none"),
                ("status", String(observation.status)),
            ]
        ).recordNanoseconds(observation.duration.nanoseconds)
    }

    /// All figures in Prometheus' text form.
    func exposition() async -> String {
        var text = ExpositionText()
        addStore(to: &text)
        do {
            let census = try await store.read { try SQLRuns.census(in: $0) }
            addRuns(census, to: &text)
        } catch {
            Logger(label: "tocsin.metrics").warning("The runs cannot be counted.", metadata: ["error": "\(error)"])
        }
        return (metrics?.exposition() ?? "") + text.text
    }

    private func addStore(to text: inout ExpositionText) {
        let depths = store.queueDepths
        text.begin("tocsin_store_queue_depth", type: "gauge", help: "Submissions that wait for their commit.")
        for lane in Lane.allCases {
            text.sample("tocsin_store_queue_depth", ("lane", lane.name), Double(depths[lane] ?? 0))
        }
        let statistics = store.statistics
        let counters: [(String, String, Double)] = [
            (
                "tocsin_store_commits_total", "Transactions committed, each with a full sync.",
                Double(statistics.commits)
            ),
            ("tocsin_store_submissions_total", "Submissions that were kept.", Double(statistics.submissions)),
            ("tocsin_store_failures_total", "Submissions that failed.", Double(statistics.failures)),
            (
                "tocsin_store_refusals_total", "Submissions refused because a queue was full.",
                Double(statistics.refusals)
            ),
            ("tocsin_store_rows_total", "Rows written.", Double(statistics.rows)),
            ("tocsin_store_sync_seconds_total", "Time spent in COMMIT, mostly the sync.", statistics.syncTime.seconds),
            ("tocsin_store_work_seconds_total", "Time spent in statements of writers.", statistics.workTime.seconds),
            ("tocsin_store_checkpoint_seconds_total", "Time spent moving the log.", statistics.checkpointTime.seconds),
        ]
        for (name, help, value) in counters {
            text.begin(name, type: "counter", help: help)
            text.sample(name, value)
        }
    }

    private func addRuns(_ census: SQLRuns.Census, to text: inout ExpositionText) {
        let now = Timestamp.now
        func age(_ since: Timestamp?) -> Double { since.map { max(0, (now - $0).totalSeconds) } ?? 0 }
        let gauges: [(String, String, Double)] = [
            ("tocsin_runs_open", "Runs that have not ended.", Double(census.open)),
            ("tocsin_runs_waiting", "Runs that wait for others of their trigger.", Double(census.waiting)),
            ("tocsin_runs_unknown", "Runs with a call whose outcome is unknown.", Double(census.unknown)),
            (
                "tocsin_runs_oldest_waiting_seconds", "Age of the oldest waiting run; 0: none.",
                age(census.oldestWaiting)
            ),
            (
                "tocsin_runs_oldest_unknown_seconds", "Age of the oldest run with an unknown outcome.",
                age(census.oldestUnknown)
            ),
        ]
        for (name, help, value) in gauges {
            text.begin(name, type: "gauge", help: help)
            text.sample(name, value)
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// The duration in nanoseconds, at most what a number of 64 bits holds.
    fileprivate var nanoseconds: Int64 {
        components.seconds > 9_000_000_000
            ? Int64.max : components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
