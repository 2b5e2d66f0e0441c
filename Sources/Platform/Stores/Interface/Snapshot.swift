/// What a store's statements run on: one connection of the database behind it.
///
/// A store for another database implements this; see ``StoreEngine``.
protocol StatementRunner: AnyObject {
    /// Runs a statement and hands over each row as it comes.
    func rows(_ sql: String, _ arguments: [SQLValue], _ body: (Row) throws -> Void) throws

    /// Runs a statement and gives all its rows.
    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [Row]

    /// Runs a statement and gives its first row.
    func firstRow(_ sql: String, _ arguments: [SQLValue]) throws -> Row?

    /// Runs a statement that gives no rows; the number of rows that it changed comes back.
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// How many rows the last statement that wrote changed.
    var changes: Int { get }
}

/// A view of the store at one moment, for reading.
///
/// It is valid only inside of the closure that receives it; keep no reference to it. Keep the closure short: as long as a
/// snapshot is open, the database cannot reclaim its log.
public class Snapshot {
    var runner: (any StatementRunner)?

    init(runner: any StatementRunner) { self.runner = runner }

    func requireRunner() throws(StoreError) -> any StatementRunner {
        guard let runner else {
            throw StoreError(
                .closed,
                "A snapshot or transaction is used after its closure ended; do the work inside of it."
            )
        }
        return runner
    }

    /// Runs a statement and gives all its rows.
    ///
    /// - Parameters:
    ///   - sql: One statement, with `?` for each argument. Its compiled form is kept, so let the text be constant.
    ///   - arguments: The arguments in order.
    /// - Returns: The rows, all in memory: bound them with `LIMIT`.
    /// - Throws: ``StoreError``.
    public final func query(_ sql: String, _ arguments: [SQLValue] = []) throws -> [Row] {
        try requireRunner().rows(sql, arguments)
    }

    /// Runs a statement and gives its first row, or nil; the others are not read.
    ///
    /// - Parameters:
    ///   - sql: One statement, with `?` for each argument.
    ///   - arguments: The arguments in order.
    /// - Returns: The first row, if there is one.
    /// - Throws: ``StoreError``.
    public final func first(_ sql: String, _ arguments: [SQLValue] = []) throws -> Row? {
        try requireRunner().firstRow(sql, arguments)
    }

    /// Runs a statement and hands over each row as it comes, without keeping the others.
    ///
    /// - Parameters:
    ///   - sql: One statement, with `?` for each argument.
    ///   - arguments: The arguments in order.
    ///   - body: Receives each row; an error that it throws ends the statement and comes out of here.
    /// - Throws: ``StoreError``, and what `body` throws.
    public final func each(_ sql: String, _ arguments: [SQLValue] = [], _ body: (Row) throws -> Void) throws {
        try requireRunner().rows(sql, arguments, body)
    }
}
