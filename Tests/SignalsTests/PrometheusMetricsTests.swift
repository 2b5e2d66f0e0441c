import Metrics
import Testing

@testable import Signals

struct PrometheusMetricsTests {
    private func metrics(_ change: (inout PrometheusMetrics.Configuration) -> Void = { _ in }) -> PrometheusMetrics {
        var configuration = PrometheusMetrics.Configuration()
        configuration.showsProcess = false
        change(&configuration)
        return PrometheusMetrics(configuration)
    }

    @Test func writesCountersAndGauges() {
        let metrics = metrics { $0.help = ["runs_total": "Runs, \\ by\nstatus."] }
        metrics.makeCounter(label: "runs", dimensions: [("status", "Failed")]).increment(by: 2)
        metrics.makeCounter(label: "runs", dimensions: [("status", "Failed")]).increment(by: 1)
        metrics.makeCounter(label: "runs", dimensions: [("status", "A \"b\" \\ \n c")]).increment(by: 1)
        metrics.makeMeter(label: "queue.length", dimensions: []).set(1.5)
        #expect(
            metrics.exposition() == #"""
                # HELP queue_length Not described.
                # TYPE queue_length gauge
                queue_length 1.5
                # HELP runs_total Runs, \\ by\nstatus.
                # TYPE runs_total counter
                runs_total{status="A \"b\" \\ \n c"} 1
                runs_total{status="Failed"} 3
                # HELP tocsin_metrics_refused_total Time series that found no room or whose name was taken by another kind of metric.
                # TYPE tocsin_metrics_refused_total counter
                tocsin_metrics_refused_total 0

                """#
        )
    }

    @Test func writesHistograms() {
        let metrics = metrics { $0.timerBounds = [0.1, 1] }
        let timer = metrics.makeTimer(label: "http_request", dimensions: [("route", "/x")])
        for nanoseconds: Int64 in [50_000_000, 100_000_000, 500_000_000, 3_000_000_000] {
            timer.recordNanoseconds(nanoseconds)
        }
        let text = metrics.exposition()
        #expect(text.contains("# TYPE http_request_seconds histogram\n"))
        #expect(text.contains(#"http_request_seconds_bucket{route="/x",le="0.1"} 2"#))
        #expect(text.contains(#"http_request_seconds_bucket{route="/x",le="1"} 3"#))
        #expect(text.contains(#"http_request_seconds_bucket{route="/x",le="+Inf"} 4"#))
        #expect(text.contains(#"http_request_seconds_count{route="/x"} 4"#))
        #expect(text.contains(#"http_request_seconds_sum{route="/x"} 3.65"#))
    }

    @Test func recordersAreHistogramsOrGauges() {
        let metrics = metrics()
        metrics.makeRecorder(label: "sizes", dimensions: [], aggregate: true).record(3 as Int64)
        metrics.makeRecorder(label: "level", dimensions: [], aggregate: false).record(3.5)
        let text = metrics.exposition()
        #expect(text.contains("sizes_bucket{le=\"5\"} 1\n"))
        #expect(text.contains("level 3.5\n"))
    }

    @Test func limitsTheSeriesOfAMetric() {
        let metrics = metrics { $0.maximumSeries = 3 }
        for index in 0..<10 {
            metrics.makeCounter(label: "hits", dimensions: [("path", "/\(index)")]).increment(by: 1)
        }
        let text = metrics.exposition()
        #expect(text.contains("hits_total{path=\"/2\"} 1\n"))
        #expect(text.contains("hits_total{path=\"other\"} 7\n"))
        #expect(!text.contains("/3"))
        #expect(text.contains("tocsin_metrics_refused_total 7\n"))
    }

    @Test func limitsTheNumberOfMetricsAndKeepsKindsApart() {
        let metrics = metrics { $0.maximumMetrics = 1 }
        metrics.makeMeter(label: "a", dimensions: []).set(1.0)
        metrics.makeMeter(label: "b", dimensions: []).set(1.0)
        metrics.makeRecorder(label: "a", dimensions: [], aggregate: true).record(1.0)
        let text = metrics.exposition()
        #expect(!text.contains("\nb 1"))
        #expect(text.contains("# TYPE a gauge"))
        #expect(text.contains("tocsin_metrics_refused_total 2\n"))
    }

    @Test(arguments: [
        ("9lives", "_9lives"), ("a-b c", "a_b_c"), ("", "_"), ("ns:x", "ns:x"), ("é", "_"),
    ])
    func cleansNames(text: String, expected: String) {
        #expect(MetricName.cleaned(text) == expected)
        #expect(MetricLabels.name("le") == "label_le")
        #expect(MetricLabels.name("__name__") == "_name__")
    }

    @Test func countersOnlyGrow() {
        let metrics = metrics()
        let counter = metrics.makeFloatingPointCounter(label: "c", dimensions: [])
        counter.increment(by: 1.5)
        counter.increment(by: -5)
        counter.increment(by: .nan)
        #expect(metrics.exposition().contains("c_total 1.5\n"))
    }

    @Test func countsFromManyTasks() async {
        let metrics = metrics()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 { metrics.makeCounter(label: "n", dimensions: []).increment(by: 1) }
                }
            }
        }
        #expect(metrics.exposition().contains("n_total 8000\n"))
    }

    @Test func showsTheProcess() throws {
        let text = PrometheusMetrics().exposition()
        for name in [
            "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_max_fds",
            "process_start_time_seconds", "process_threads",
        ] { #expect(text.contains("\n\(name) ")) }
        let process = try #require(ProcessMetrics.current())
        #expect(process.residentBytes > 1_000_000)
        #expect(process.openDescriptors >= 3)
        #expect(process.startSeconds > 1_600_000_000)
    }

    @Test func readsProcTexts() throws {
        let stat =
            "42 (a (b) c) S 1 1 1 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 7 0 1000 104857600 2560 18446744073709551615"
        let process = try #require(
            ProcessMetrics(
                stat: stat,
                system: "cpu 1 2\nbtime 1700000000\nprocesses 5\n",
                ticksPerSecond: 100,
                pageSize: 4096,
                openDescriptors: 5,
                maximumDescriptors: 1024
            )
        )
        #expect(process.cpuSeconds == 3)
        #expect(process.residentBytes == 2560 * 4096)
        #expect(process.virtualBytes == 104_857_600)
        #expect(process.threads == 7)
        #expect(process.startSeconds == 1_700_000_010)
        #expect(
            ProcessMetrics.descriptorLimit(
                "Limit\nMax open files            1024                 524288               files\n"
            ) == 1024
        )
    }
}
