public import Logging
public import Moments
public import Stores

/// Deletes what has been kept long enough: runs that have ended, business keys, rows of the change feed.
///
/// Everything is done in small commits of the lane `rest`, so that no writer waits for it: a run with few rows at once, a run with many
/// in parts, of which the first takes it out of all lists. Files of large values go with their run; pages that become free are given
/// back to the file system a few at a time.
///
/// An open run is never touched, however old it is, and its journal is never shortened: a checkpoint spares the driver reading the old
/// rows, but the history of the run is read from them. Its length is bounded by the limits of a run (90 days, 16,777,215 steps).
public struct Retention: Sendable {
    /// How long things are kept.
    public struct Configuration: Sendable, Hashable {
        /// How long a run is kept after its end, with its history: 90 days, as Azure keeps it.
        public var runs: TimeSpan = .days(90)
        /// How long the answer of a business key is kept after it was given: 400 days.
        ///
        /// A key that is deleted lets the operation happen once more, a second ticket for an old alert for instance. So keys outlive their
        /// runs by far, and this should be longer than any source repeats what it has told.
        public var businessKeys: TimeSpan = .days(400)
        /// How long a row of the change feed is kept that every consumer has passed: 7 days.
        public var feed: TimeSpan = .days(7)
        /// How long a row of the change feed waits for consumers that have not passed it: 90 days; such a consumer misses it.
        public var feedAtMost: TimeSpan = .days(90)
        /// How often `run()` looks.
        public var interval: Duration = .seconds(900)
        /// Rows deleted in one commit, about.
        public var sliceRows = 400
        /// The pause between two commits, for the others.
        public var pause: Duration = .milliseconds(5)
        /// Free pages of 4 KiB that stay in the database for new rows.
        public var freePages = 4_096

        /// The documented defaults.
        public init() {}
    }

    /// What was deleted.
    public struct Report: Sendable, Hashable {
        /// Runs, with their journals.
        public var runs = 0
        /// Journal rows.
        public var rows = 0
        /// Business keys.
        public var keys = 0
        /// Rows of the change feed.
        public var feed = 0
        /// Files that no row named any more.
        public var files = 0
        /// Pages given back to the file system.
        public var pages = 0

        /// Nothing was deleted.
        public init() {}
    }

    let store: Store
    let blobs: BlobFiles?
    let clock: any WallClock
    let configuration: Configuration
    let logger: Logger

    /// Makes a keeper of these limits.
    ///
    /// - Parameters:
    ///   - store: a store that was opened with `DurableMigrations.all`.
    ///   - blobs: the files of large values.
    ///   - clock: tells what is old.
    ///   - configuration: how long things are kept.
    ///   - logger: where trouble is told.
    public init(
        store: Store,
        blobs: BlobFiles?,
        clock: any WallClock,
        configuration: Configuration = Configuration(),
        logger: Logger
    ) {
        self.store = store
        self.blobs = blobs
        self.clock = clock
        self.configuration = configuration
        self.logger = logger
    }

    /// Prunes now and then until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            do {
                let report = try await prune(now: clock.now)
                if report.runs > 0 || report.keys > 0 {
                    logger.info(
                        "Old runs were deleted.",
                        metadata: ["count": "\(report.runs)", "rows": "\(report.rows)", "keys": "\(report.keys)"]
                    )
                }
                try await Task.sleep(for: configuration.interval)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Old runs could not be deleted; trying again later.", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: configuration.interval) } catch { return }
            }
        }
    }

    /// Deletes what is too old at an instant.
    ///
    /// It may be ended at any point, by a crash too: the next call goes on.
    ///
    /// - Parameter now: the present.
    /// - Returns: what was deleted.
    /// - Throws: `StoreError`, `CancellationError`.
    @discardableResult
    public func prune(now: Timestamp) async throws -> Report {
        var report = Report()
        let limit = configuration.sliceRows
        try await count(&report.rows) { try PruneStatements.doomed(limit: limit, $0) }
        let oldest = now - configuration.runs
        var found = true
        while found {
            let slice = try await commit { try PruneStatements.runs(closedBefore: oldest, limit: limit, $0) }
            report.runs += slice.runs
            report.rows += slice.rows
            found = slice.runs > 0
            if slice.isLong { try await count(&report.rows) { try PruneStatements.doomed(limit: limit, $0) } }
        }
        let oldestKey = now - configuration.businessKeys
        try await count(&report.keys) { try PruneStatements.keys(changedBefore: oldestKey, limit: limit, $0) }
        let passed = now - configuration.feed
        let atMost = now - configuration.feedAtMost
        try await count(&report.feed) {
            try PruneStatements.feed(passedBefore: passed, before: atMost, limit: limit, $0)
        }
        if report.runs > 0, let blobs { report.files = try await blobs.collectGarbage().removed }
        if report.rows > 0 || report.keys > 0 || report.feed > 0 {
            report.pages = try await store.reclaimSpace(keeping: configuration.freePages)
        }
        return report
    }

    /// Repeats a slice until it finds nothing more.
    private func count(_ total: inout Int, _ slice: @escaping @Sendable (Transaction) throws -> Int) async throws {
        while true {
            let count = try await commit(slice)
            guard count > 0 else { return }
            total += count
        }
    }

    private func commit<T: Sendable>(_ slice: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
        try Task.checkCancellation()
        let result = try await store.commit(.rest, slice)
        try await Task.sleep(for: configuration.pause)
        return result
    }
}
