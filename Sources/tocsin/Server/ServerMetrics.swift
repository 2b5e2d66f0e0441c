import Connectors
import Durable
import Engine
import Metrics
import Serving
import Signals
import Synchronization

/// The figures of a server for Prometheus: what was counted as it happened, and what the engine has in memory now.
///
/// How many runs are open and how old they are is counted now and then by the engine (`RunGauges`): it takes too long to do at each look.
struct ServerMetrics: Sendable {
    let workflows: WorkflowService
    let traffic: ConnectionTraffic
    let metrics: PrometheusMetrics?
    private let requests = RequestTimers()

    init(workflows: WorkflowService, traffic: ConnectionTraffic, metrics: PrometheusMetrics?) {
        self.workflows = workflows
        self.traffic = traffic
        self.metrics = metrics
    }

    /// Counts an answered request by its route, never by its path.
    func observe(_ observation: Router.Observation) {
        guard metrics != nil else { return }
        requests.timer(observation).recordNanoseconds(observation.duration.nanoseconds)
    }

    /// All figures in Prometheus' text form.
    func exposition() async -> String {
        var text = ExpositionText()
        addEngine(await workflows.figures(), to: &text)
        addConnections(to: &text)
        return (metrics?.exposition() ?? "") + text.text
    }

    private func addConnections(to text: inout ExpositionText) {
        let all = traffic.figures
        guard !all.isEmpty else { return }
        let gauges: [(String, String, (ConnectionTraffic.Figures) -> Double)] = [
            (
                "tocsin_connection_circuit_open",
                "Whether calls are stopped after failures: 1 open, 0.5 while one tries, 0 closed.",
                { $0.circuit == "open" ? 1 : $0.circuit == "halfOpen" ? 0.5 : 0 }
            ),
            ("tocsin_connection_failures", "Failures in a row.", { Double($0.failures) }),
            ("tocsin_connection_waiting_calls", "Calls that wait for their turn.", { Double($0.waiting) }),
            (
                "tocsin_connection_refused_calls", "Calls refused since the start because too many wait.",
                { Double($0.refused) }
            ),
        ]
        for (name, help, value) in gauges {
            text.begin(name, type: "gauge", help: help)
            for one in all { text.sample(name, ("connection", "\(one.tenant)/\(one.connection)"), value(one)) }
        }
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
}

/// The timers of routes, each made once: making one looks its labels up.
private final class RequestTimers: Sendable {
    private struct Key: Hashable {
        let method: String
        let template: String?
        let status: Int
    }

    /// The number of timers that are kept; beyond, they are made anew each time.
    private static let limit = 2_000

    private let timers = Mutex<[Key: Metrics.Timer]>([:])

    func timer(_ observation: Router.Observation) -> Metrics.Timer {
        let key = Key(method: observation.method, template: observation.template, status: observation.status)
        if let known = timers.withLock({ $0[key] }) { return known }
        let made = Metrics.Timer(
            label: "tocsin_http_request",
            dimensions: [
                ("method", observation.method), ("route", observation.template ?? "none"),
                ("status", String(observation.status)),
            ]
        )
        timers.withLock { if $0.count < Self.limit { $0[key] = made } }
        return made
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
