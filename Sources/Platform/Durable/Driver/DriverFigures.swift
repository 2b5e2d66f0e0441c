/// What a driver has in memory.
public struct DriverFigures: Sendable, Hashable {
    /// Runs in memory.
    public var runs = 0
    /// Timers in memory.
    public var timers = 0
    /// Effects under way.
    public var flights = 0
    /// Inputs that wait.
    public var backlog = 0
}
