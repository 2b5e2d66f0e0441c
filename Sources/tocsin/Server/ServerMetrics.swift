import Durable
import Engine
import Logging
import Metrics
import Moments
import Serving
import Signals
import Stores

/// The figures of a server for Prometheus: what was counted as it happened, and what runs and waits now.
struct ServerMetrics: Sendable {
    let store: Store
    let workflows: WorkflowService
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
        addEngine(await workflows.figures(), to: &text)
        do {
            let census = try await store.read { try SQLRuns.census(in: $0) }
            addRuns(census, to: &text)
        } catch {
            Logger(label: "tocsin.metrics").warning("The runs cannot be counted.", metadata: ["error": "\(error)"])
        }
        return (metrics?.exposition() ?? "") + text.text
    }

    private func addEngine(_ figures: Driver<WorkflowMachine>.Figures, to text: inout ExpositionText) {
        let gauges: [(String, String, Int)] = [
            ("tocsin_engine_runs", "Runs in memory.", figures.runs),
            ("tocsin_engine_timers", "Timers in memory.", figures.timers),
            ("tocsin_engine_flights", "Calls and scripts under way.", figures.flights),
            ("tocsin_engine_queue_depth", "Inputs that wait for the engine.", figures.backlog),
            ("tocsin_engine_waiting_callers", "Callers who wait for a Response.", workflows.waitingCallers),
        ]
        for (name, help, value) in gauges {
            text.begin(name, type: "gauge", help: help)
            text.sample(name, Double(value))
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
