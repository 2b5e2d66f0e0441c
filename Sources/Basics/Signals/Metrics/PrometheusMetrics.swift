public import Metrics
import Synchronization

/// The server's metrics: a factory for swift-metrics, and the text that Prometheus reads.
///
/// ```swift
/// let metrics = PrometheusMetrics()
/// MetricsSystem.bootstrap(metrics)
/// Counter(label: "tocsin_runs", dimensions: [("status", "Succeeded")]).increment()
/// metrics.exposition()
/// // # TYPE tocsin_runs_total counter
/// // tocsin_runs_total{status="Succeeded"} 1
/// ```
///
/// Names get the endings that Prometheus expects: `_total` for counters, `_seconds` for timers. Recorders that aggregate
/// and timers are histograms with fixed buckets, others gauges.
///
/// What could grow is limited: a metric has at most ``Configuration/maximumSeries`` time series, after which further
/// label values are counted together under the value `other`; there are at most ``Configuration/maximumMetrics``
/// metrics. `tocsin_metrics_refused_total` counts what found no room.
public final class PrometheusMetrics: MetricsFactory {
    /// How metrics are kept.
    public struct Configuration: Sendable {
        /// Most time series of a metric.
        public var maximumSeries = 1_000
        /// Most metrics.
        public var maximumMetrics = 1_000
        /// Upper bounds of timers' buckets, in seconds, ascending.
        public var timerBounds: [Double] = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
        ]
        /// Upper bounds of recorders' buckets, ascending.
        public var recorderBounds: [Double] = [
            1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 100_000, 1_000_000,
        ]
        /// Upper bounds for single metrics, by the name that Prometheus sees.
        public var bounds: [String: [Double]] = [:]
        /// What metrics mean, by the name that Prometheus sees.
        public var help: [String: String] = [:]
        /// Whether the text has the metrics of the process.
        public var showsProcess = true

        /// The defaults.
        public init() {}
    }

    private enum Kind: String {
        case counter, gauge, histogram
    }

    /// A metric with its time series.
    private struct Family {
        var kind: Kind
        var series: [MetricLabels: any MetricSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var refused = 0
    }

    private let configuration: Configuration
    private let state = Mutex(State())

    /// An empty set of metrics.
    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    // MARK: The factory

    /// The counter of this name and these labels.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    /// The counter of this name and these labels, for amounts with fraction.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    /// The gauge of this name and these labels.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    /// The histogram of this name and these labels, or the gauge if it does not aggregate.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? histogram(MetricName.cleaned(label), dimensions, configuration.recorderBounds) : gauge(label, dimensions)
    }

    /// The histogram of this name, in seconds, and these labels.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(MetricName.cleaned(label, ending: "_seconds"), dimensions, configuration.timerBounds)
    }

    /// Does nothing: series stay, as Prometheus expects.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing: series stay, as Prometheus expects.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Does nothing: series stay, as Prometheus expects.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing: series stay, as Prometheus expects.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing: series stay, as Prometheus expects.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
        series(MetricName.cleaned(label, ending: "_total"), .counter, dimensions) { CounterSeries() }
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        series(MetricName.cleaned(label), .gauge, dimensions) { GaugeSeries() }
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)], _ bounds: [Double]) -> HistogramSeries {
        let bounds = configuration.bounds[name] ?? bounds
        return series(name, .histogram, dimensions) { HistogramSeries(bounds: bounds) }
    }

    /// The series of a metric and labels, made on first use.
    ///
    /// Where there is no room, or the name is taken by a metric of another kind, the series is one that nobody sees.
    private func series<Series: MetricSeries>(
        _ name: String,
        _ kind: Kind,
        _ dimensions: [(String, String)],
        _ make: () -> Series
    ) -> Series {
        let labels = MetricLabels(dimensions)
        return state.withLock { state in
            if let series = state.families[name]?.series[labels] as? Series { return series }
            let known = state.families[name]
            guard known.map({ $0.kind == kind }) ?? (state.families.count < configuration.maximumMetrics) else {
                state.refused += 1
                return make()
            }
            var family = known ?? Family(kind: kind)
            var place = labels
            if family.series.count >= configuration.maximumSeries {
                state.refused += 1
                place = labels.overflow
                if let series = family.series[place] as? Series { return series }
            }
            let series = make()
            family.series[place] = series
            state.families[name] = family
            return series
        }
    }

    // MARK: The text

    /// All metrics in the Prometheus text format, sorted by name and labels.
    public func exposition() -> String {
        let (families, refused) = state.withLock { ($0.families, $0.refused) }
        var text = ExpositionText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.begin(name, type: family.kind.rawValue, help: configuration.help[name] ?? "Not described.")
            let series = family.series.sorted { left, right in
                left.key.labels.lexicographicallyPrecedes(right.key.labels) {
                    ($0.name, $0.value) < ($1.name, $1.value)
                }
            }
            for (labels, series) in series { series.write(name: name, labels: labels, into: &text) }
        }
        text.begin(
            "tocsin_metrics_refused_total",
            type: "counter",
            help: "Time series that found no room or whose name was taken by another kind of metric."
        )
        text.sample("tocsin_metrics_refused_total", Double(refused))
        if configuration.showsProcess { ProcessMetrics.current()?.write(into: &text) }
        return text.text
    }
}
