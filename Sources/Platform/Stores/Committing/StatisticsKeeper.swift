import Metrics
import Synchronization

/// Counts what the store does, for ``StoreStatistics`` and for the metrics of the process.
final class StatisticsKeeper: Sendable {
    private let figures = Mutex(StoreStatistics())

    // Made once: making a metric looks it up by name under a lock.
    private let commits = Counter(label: "tocsin_store_commits_total")
    private let rows = Counter(label: "tocsin_store_rows_total")
    private let failures = Counter(label: "tocsin_store_submission_failures_total")
    private let refusals: [Counter]
    private let depths: [Gauge]
    private let commitSeconds = Timer(label: "tocsin_store_commit_seconds", preferredDisplayUnit: .seconds)
    private let waitSeconds = Timer(label: "tocsin_store_wait_seconds", preferredDisplayUnit: .seconds)
    private let checkpointSeconds = Timer(label: "tocsin_store_checkpoint_seconds", preferredDisplayUnit: .seconds)
    private let groupSize = Recorder(label: "tocsin_store_commit_submissions", aggregate: true)

    init() {
        refusals = Lane.allCases.map {
            Counter(label: "tocsin_store_refusals_total", dimensions: [("lane", $0.name)])
        }
        depths = Lane.allCases.map { Gauge(label: "tocsin_store_queue_depth", dimensions: [("lane", $0.name)]) }
    }

    var current: StoreStatistics { figures.withLock { $0 } }

    func committed(_ commit: CommitFigures) {
        figures.withLock {
            $0.submissions += commit.submissions - commit.failed
            $0.failures += commit.failed
            $0.rows += commit.rows
            $0.workTime += .nanoseconds(commit.workNanoseconds)
            $0.syncTime += .nanoseconds(commit.syncNanoseconds)
            if commit.isCommitted { $0.commits += 1 }
        }
        for (gauge, depth) in zip(depths, commit.depths) { gauge.record(depth) }
        if commit.isCommitted { commits.increment() }
        if commit.rows > 0 { rows.increment(by: commit.rows) }
        if commit.failed > 0 { failures.increment(by: commit.failed) }
        commitSeconds.recordNanoseconds(Int64(clamping: commit.syncNanoseconds))
        waitSeconds.recordNanoseconds(Int64(clamping: commit.waitNanoseconds))
        groupSize.record(commit.submissions)
    }

    func refused(_ lane: Lane) {
        figures.withLock { $0.refusals += 1 }
        refusals[lane.rawValue].increment()
    }

    func checkpointed(nanoseconds: UInt64, pages: Int, isComplete: Bool) {
        figures.withLock {
            $0.checkpoints += 1
            $0.checkpointTime += .nanoseconds(nanoseconds)
            $0.lastCheckpointPages = pages
        }
        checkpointSeconds.recordNanoseconds(Int64(clamping: nanoseconds))
    }

    func read() {
        figures.withLock { $0.reads += 1 }
    }
}

/// What one commit did and took.
struct CommitFigures {
    let submissions: Int
    /// Submissions of each lane that wait now.
    let depths: [Int]
    let failed: Int
    let rows: Int
    let isCommitted: Bool
    let workNanoseconds: UInt64
    let syncNanoseconds: UInt64
    let waitNanoseconds: UInt64
}
