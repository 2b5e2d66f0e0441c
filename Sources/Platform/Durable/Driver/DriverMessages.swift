public import Moments

/// A new run, before it exists.
public struct RunSeed<M: Machine>: Sendable {
    /// What is fixed about the run.
    public var header: RunHeader
    /// The compiled definition that it executes.
    public var program: M.Program
    /// Groups runs that share a concurrency limit.
    public var group: String
    /// The change that started the run; a second run of the same cause is refused as a duplicate.
    public var cause: String?
    /// The input that begins it.
    public var input: M.Input
    /// Whether the run is not written to the journal: a crash loses it.
    public var isEphemeral: Bool

    /// Makes a seed.
    public init(
        header: RunHeader,
        program: M.Program,
        group: String,
        cause: String? = nil,
        input: M.Input,
        isEphemeral: Bool = false
    ) {
        self.header = header
        self.program = program
        self.group = group
        self.cause = cause
        self.input = input
        self.isEphemeral = isEphemeral
    }
}

/// Names somebody who waits to hear that an input is durable.
public typealias ReceiptNumber = UInt64

/// What comes into the driver.
public enum DriverInput<M: Machine>: Sendable {
    /// Begins a run.
    case start(RunSeed<M>, receipt: ReceiptNumber?)
    /// Delivers an input to a run, loading it if need be.
    case deliver(RunNumber, M.Input, receipt: ReceiptNumber?)
    /// The result of an effect, with the launch that it answers: a late or doubled result of an earlier launch changes nothing.
    case landed(RunNumber, FlightNumber, launch: UInt64, M.Input)
    /// A commit has ended.
    case committed(RunNumber, Result<CommitReceipt, DurableError>)
    /// A run was read from the journal; nil when there is none.
    case loaded(RunNumber, Result<(StoredRun, M.Program)?, DurableError>)
    /// Timers were read from the store.
    case timersLoaded([StoredTimer], before: Timestamp, isComplete: Bool)
    /// Reading timers failed; it is tried again.
    case timersFailed
    /// A business key was settled, here or by another driver.
    case keySettled(KeySettlement)
    /// Goes on with a run that has more to do.
    case resume(RunNumber)
    /// Brings a run into memory and settles what was under way.
    case recover(RunNumber)
    /// Time has passed.
    case tick
}

/// What the driver asks of its shell.
public enum DriverCommand<M: Machine>: Sendable {
    /// Write a batch, and report `committed`.
    case commit(CommitBatch)
    /// Read a run, and report `loaded`.
    case load(RunNumber)
    /// Read the timers from an instant on and before another, and report `timersLoaded`.
    case loadTimers(from: Timestamp, before: Timestamp, limit: Int)
    /// Start an effect, and report `landed`.
    case start(RunHeader, FlightNumber, launch: UInt64, M.Effect)
    /// End an effect that is under way.
    case cancel(RunNumber, FlightNumber)
    /// Tell whoever waits that the input is durable, or why it is not.
    case acknowledge(ReceiptNumber, Result<RunHeader, DurableError>)
    /// Tell the world what a run has said.
    case publish(RunHeader, M.Publication)
    /// Tell all drivers that a key was settled.
    case keySettled(KeySettlement)
    /// A duty is done: take it away.
    case discharge(RunNumber, FlightNumber)
    /// A run has ended.
    case closed(RunHeader, group: String, RunSummary)
    /// A run cannot go on: its journal cannot be read, or it is quarantined.
    case stuck(RunNumber, DurableError)
    /// Come back with `resume` after other runs had their turn.
    case resume(RunNumber)
}
