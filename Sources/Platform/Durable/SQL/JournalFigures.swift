import Metrics

/// Counts what runs write, for the metrics of the process.
struct JournalFigures: Sendable {
    private let rows = Counter(label: "tocsin_journal_rows_total")
    private let bytes = Counter(label: "tocsin_journal_bytes_total")
    private let bodyBytes = Counter(label: "tocsin_journal_body_bytes_total")
    private let checkpointBytes = Counter(label: "tocsin_journal_checkpoint_bytes_total")
    private let started = Counter(label: "tocsin_runs_started_total")
    private let ended = Counter(label: "tocsin_runs_ended_total")

    func written(_ batch: CommitBatch) {
        if !batch.body.isEmpty {
            rows.increment()
            bytes.increment(by: batch.body.count)
        }
        if !batch.bodies.isEmpty { bodyBytes.increment(by: batch.bodies.reduce(0) { $0 + $1.bytes.count }) }
        if let snapshot = batch.snapshot { checkpointBytes.increment(by: snapshot.count) }
        if batch.opening != nil { started.increment() }
        if batch.summary?.closed != nil { ended.increment() }
    }
}
