/// One step from an older form of a room's tables to a newer one.
///
/// Each room numbers its own steps from 1 without gaps, and never changes one that was released. Every table that a step
/// makes has a column `tenant TEXT NOT NULL`.
public struct Migration: Sendable, Hashable {
    /// The room that owns the tables, such as `Durable`.
    public let room: String
    /// The number of the step within its room, from 1.
    public let number: Int
    /// The statements, run in order.
    public let statements: [String]

    /// Makes a step.
    ///
    /// - Parameters:
    ///   - room: The room that owns the tables.
    ///   - number: The number within the room, from 1.
    ///   - statements: The statements, run in order.
    public init(room: String, number: Int, statements: [String]) {
        self.room = room
        self.number = number
        self.statements = statements
    }
}
