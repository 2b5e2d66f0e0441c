import Moments

/// A run in the driver's memory.
struct RunSlot<M: Machine> {
    /// Where the run is between memory and disk.
    enum Phase: Equatable {
        /// Being read from the journal.
        case loading
        /// At rest: every recorded event is durable.
        case ready
        /// A step waits to be durable; inputs queue up.
        case committing
        /// A commit failed for a passing reason and is tried again at this instant.
        case stalled(until: Timestamp)
    }

    /// An input with who waits for it.
    struct Delivery {
        var input: M.Input
        var receipt: ReceiptNumber?
        /// The timer that this input comes from: it is taken away by the same commit.
        var timer: StoredTimer?
    }

    /// What to do once the step under way is durable.
    struct Aftermath {
        var effects: [(flight: FlightNumber, effect: M.Effect)] = []
        /// Which of the effects are duties.
        var duties: Set<FlightNumber> = []
        var cancelled: [FlightNumber] = []
        var timers: [(key: TimerKey, due: Timestamp)] = []
        var clearedTimers: [TimerKey] = []
        var publications: [M.Publication] = []
        var receipts: [ReceiptNumber] = []
        var claims: [KeyClaim] = []
        var settlements: [KeySettlement] = []
    }

    var header: RunHeader?
    var group = ""
    var state: M.State?
    var phase: Phase
    var inbox: [Delivery] = []
    var opening: RunOpening?
    var isEphemeral = false
    var needsProceed = false
    var needsRecovery = false
    /// The epoch under which the run was written last.
    var writtenEpoch: Int64 = 0
    var nextSequence: Int64 = 0
    var hash: [UInt8] = []
    var summary: RunSummary?
    /// The effects under way, each with its launch.
    var flights: [FlightNumber: UInt64] = [:]
    var aftermath = Aftermath()
    var pendingBatch: CommitBatch?
    var attempts = 0
    /// The timers that are set: a firing counts only if it is of the due time that was set last.
    var armed: [TimerKey: Timestamp] = [:]
    var hasTimers = false
    var bytesSinceSnapshot = 0
    var lastSnapshotBytes = 0
    /// Grows with every step, so that the queue of idle runs knows a stale entry.
    var generation: UInt64 = 0

    init(phase: Phase) {
        self.phase = phase
    }

    /// Whether the run is at rest and has something to do.
    var mayStep: Bool { phase == .ready && hasWork && header != nil }

    /// Gives the state away, so that only the step holds it.
    mutating func takeState() -> M.State? {
        defer { state = nil }
        return state
    }

    var hasWork: Bool { !inbox.isEmpty || needsProceed || needsRecovery }
}
