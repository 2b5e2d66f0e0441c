/// One statement with its arguments as a value: the cheapest thing to commit.
///
/// A single statement is kept wholly or not at all by itself, so that it needs no savepoint.
public struct Change: Sendable, Hashable {
    /// The statement, with `?` for each argument; let the text be constant.
    public var sql: String
    /// The arguments in order.
    public var arguments: [SQLValue]

    /// Makes a change of a statement and its arguments.
    ///
    /// - Parameters:
    ///   - sql: The statement, with `?` for each argument.
    ///   - arguments: The arguments in order.
    public init(_ sql: String, _ arguments: [SQLValue] = []) {
        self.sql = sql
        self.arguments = arguments
    }
}
