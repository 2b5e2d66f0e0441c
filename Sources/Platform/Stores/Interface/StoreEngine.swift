/// What every store does, whatever database is behind it.
///
/// `StoreConformance` in the tests is written against this, so that each implementation passes the same suite.
public protocol StoreEngine: Sendable {
    /// Commits what a closure writes; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - work: Runs once, on the committer's thread. See ``Transaction`` for what it may do.
    /// - Returns: What the closure gave.
    /// - Throws: ``StoreError``, or what the closure threw; then nothing of it was kept.
    @discardableResult
    func commit<T: Sendable>(_ lane: Lane, _ work: @escaping @Sendable (Transaction) throws -> T) async throws -> T

    /// Commits one statement; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - change: The statement.
    /// - Throws: ``StoreError``; then nothing of it was kept.
    func commit(_ lane: Lane, _ change: Change) async throws

    /// Commits what a closure writes, and says so by a call: the way without a task.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - work: Runs once, on the committer's thread.
    ///   - whenDone: Called once. After the commit it runs on the committer's thread, so it must return within
    ///     microseconds and not wait for anything. A refusal (``StoreError/Code/overloaded``, ``StoreError/Code/closed``)
    ///     is told on the caller's own thread, before `submit` returns.
    func submit(
        _ lane: Lane,
        _ work: @escaping @Sendable (Transaction) throws -> Void,
        whenDone: @escaping @Sendable (Result<Void, any Error>) -> Void
    )

    /// Commits one statement, and says so by a call.
    ///
    /// - Parameters:
    ///   - lane: The queue to wait in.
    ///   - change: The statement.
    ///   - whenDone: As for the closure's form.
    func submit(_ lane: Lane, _ change: Change, whenDone: @escaping @Sendable (Result<Void, any Error>) -> Void)

    /// Reads at one moment: no commit is seen half, and none that comes later.
    ///
    /// - Parameter body: Runs on a reader's thread, never on the cooperative pool. Keep it short.
    /// - Returns: What the closure gave.
    /// - Throws: ``StoreError``, or what the closure threw.
    func read<T: Sendable>(_ body: @escaping @Sendable (Snapshot) throws -> T) async throws -> T

    /// Commits what waits, and closes; later calls fail with ``StoreError/Code/closed``.
    ///
    /// - Throws: ``StoreError`` when the database cannot be closed cleanly.
    func close() async throws
}
