/// How unkind a simulation is; every figure is a probability for each event.
public struct SimulatedFaults: Sendable, Hashable {
    /// The process ends before the event is handled.
    public var crash: Double
    /// Of the commits under way at a crash, the share that reached the disk.
    public var commitSurvival: Double
    /// A commit fails for a passing reason.
    public var commitFailure: Double
    /// The wall clock has jumped by up to an hour, either way, when the process comes back.
    public var clockJump: Double
    /// The most crashes of one simulation, so that it ends.
    public var crashLimit: Int

    /// Makes a set of faults.
    public init(
        crash: Double = 0,
        commitSurvival: Double = 0.5,
        commitFailure: Double = 0,
        clockJump: Double = 0,
        crashLimit: Int = 40
    ) {
        self.crash = crash
        self.commitSurvival = commitSurvival
        self.commitFailure = commitFailure
        self.clockJump = clockJump
        self.crashLimit = crashLimit
    }

    /// No faults at all.
    public static let none = SimulatedFaults()
}
