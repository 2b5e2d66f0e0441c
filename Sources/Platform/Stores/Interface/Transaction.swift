/// One submission's part of a commit: reads like a snapshot, and writes.
///
/// Everything that the closure wrote is kept, or nothing: an error that leaves the closure takes back its own writes and
/// no one else's. It is valid only inside of the closure that receives it. The closure runs on the committer's thread, so
/// it must neither wait nor compute for long (aim under 1 ms), and do no work outside of the database.
public final class Transaction: Snapshot {
    /// How many rows the last statement that wrote changed.
    public var changes: Int {
        get throws { try requireRunner().changes }
    }

    /// Runs one statement that writes.
    ///
    /// - Parameters:
    ///   - sql: One statement (INSERT, UPDATE, DELETE, REPLACE), with `?` for each argument. Its compiled form is kept,
    ///     so let the text be constant.
    ///   - arguments: The arguments in order.
    /// - Returns: How many rows it changed.
    /// - Throws: ``StoreError``; a failed statement changed nothing.
    @discardableResult
    public func execute(_ sql: String, _ arguments: [SQLValue] = []) throws -> Int {
        try requireRunner().execute(sql, arguments)
    }
}
