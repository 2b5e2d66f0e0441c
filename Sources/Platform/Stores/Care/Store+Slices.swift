extension Store {
    /// Does long work in many small commits, so that other writers are never blocked for long.
    ///
    /// ```swift
    /// try await store.inSlices { transaction in
    ///     try transaction.execute(
    ///         "DELETE FROM thing WHERE id IN (SELECT id FROM thing WHERE tenant = ? AND ended < ? LIMIT 200)",
    ///         [.text(tenant), .integer(limit)]
    ///     ) == 200
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - pause: Time between two slices, for the others.
    ///   - slice: Does a part that takes some milliseconds at most, and says whether there is more.
    /// - Returns: How many slices were done.
    /// - Throws: ``StoreError``, what the slice throws, and `CancellationError` between two slices. What earlier slices
    ///   did stays.
    @discardableResult
    public func inSlices(
        _ lane: Lane = .rest,
        pause: Duration = .milliseconds(5),
        _ slice: @escaping @Sendable (Transaction) throws -> Bool
    ) async throws -> Int {
        var count = 0
        while true {
            try Task.checkCancellation()
            let hasMore = try await commit(lane, slice)
            count += 1
            guard hasMore else { return count }
            try await Task.sleep(for: pause)
        }
    }

    /// Gives pages that deleted rows left free back to the file system, in slices between commits.
    ///
    /// - Parameter keeping: Free pages to keep for new rows; each has 4 KiB.
    /// - Returns: How many pages were given back.
    /// - Throws: ``StoreError``.
    @discardableResult
    public func reclaimSpace(keeping: Int = 1_000) async throws -> Int {
        try await onWriter { FreePages(keeping: keeping, $0) }
    }

    /// Runs work in slices on the committer's thread, outside of transactions.
    func onWriter<T: Sendable>(
        _ make: @escaping @Sendable (CheckedContinuation<T, any Error>) -> any WriterWork
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let work = make(continuation)
            parts.committer.maintain(
                Maintenance(slice: { work.slice($0) }, whenClosed: { work.fail(Committer.closedError) })
            )
        }
    }
}

/// Long work on the writing connection between commits.
protocol WriterWork: AnyObject {
    /// Does some milliseconds of it; its end is told to its caller.
    func slice(_ connection: SQLiteConnection) -> Maintenance.Outcome

    /// Tells its caller that it cannot be done.
    func fail(_ error: any Error)
}

/// Cuts free pages off the end of the database file.
private final class FreePages: WriterWork {
    private let keeping: Int
    private let continuation: CheckedContinuation<Int, any Error>
    private var done = 0

    init(keeping: Int, _ continuation: CheckedContinuation<Int, any Error>) {
        self.keeping = max(0, keeping)
        self.continuation = continuation
    }

    func slice(_ connection: SQLiteConnection) -> Maintenance.Outcome {
        do {
            guard case .integer(let free) = try connection.run("PRAGMA freelist_count"), Int(free) > keeping else {
                continuation.resume(returning: done)
                return .done
            }
            let part = min(256, Int(free) - keeping)
            try connection.run("PRAGMA incremental_vacuum(\(part))")
            guard case .integer(let left) = try connection.run("PRAGMA freelist_count"), left < free else {
                continuation.resume(returning: done)
                return .done
            }
            done += Int(free - left)
            return .again
        } catch {
            continuation.resume(throwing: error)
            return .done
        }
    }

    func fail(_ error: any Error) { continuation.resume(throwing: error) }
}
