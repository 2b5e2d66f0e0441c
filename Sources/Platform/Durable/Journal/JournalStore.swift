public import Moments

/// Where runs live: one conformance suite holds every implementation to the same behaviour.
public protocol JournalStore: Sendable {
    /// Makes a batch durable, all of it or nothing.
    ///
    /// Batches of one run are committed in the order in which they were submitted.
    ///
    /// - Parameters:
    ///   - batch: what to write.
    ///   - completion: called on any thread once the batch is on disk or has failed with a `DurableError`.
    func submit(_ batch: CommitBatch, completion: @escaping @Sendable (Result<CommitReceipt, DurableError>) -> Void)

    /// Reads a run: its header, its last checkpoint and the journal rows after it.
    ///
    /// - Returns: nil when there is no such run.
    func load(_ run: RunNumber) async throws -> StoredRun?

    /// The timers due from `start` on and before `horizon`, earliest first.
    func timers(from start: Timestamp, before horizon: Timestamp, limit: Int) async throws -> [StoredTimer]

    /// The open runs of a machine that have something to do by themselves, oldest first, after a given number.
    ///
    /// Those whose summary says that they rest are read when a timer, a callback or a person comes.
    func busyRuns(machine: String, after run: RunNumber, limit: Int) async throws -> [RunNumber]

    /// The largest run number in use; 0 when there is none.
    func largestRunNumber() async throws -> RunNumber

    /// Forgets how often a run has ended the process.
    func forgetCrashes(of run: RunNumber) async throws

    /// The duties of a machine's runs that are due, earliest first.
    func duties(of machine: String, due: Timestamp, limit: Int) async throws -> [StoredDuty]

    /// Takes a duty away: it is done, or given up.
    func discharge(_ run: RunNumber, flight: FlightNumber) async throws

    /// Puts a duty off, and counts an attempt.
    func postpone(_ run: RunNumber, flight: FlightNumber, until due: Timestamp) async throws

    /// Takes ownership: returns an epoch later than that of every former owner.
    func beginEpoch() async throws -> Int64
}

/// A run as the store holds it.
public struct StoredRun: Sendable {
    /// What is fixed about the run.
    public var header: RunHeader
    /// The machine that runs it.
    public var machine: String
    /// Its concurrency group.
    public var group: String
    /// What lists show.
    public var summary: RunSummary
    /// The last checkpoint, and the sequence of the last row that it covers.
    public var snapshot: (sequence: Int64, body: [UInt8])?
    /// The journal rows after the checkpoint, in order.
    public var rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])]
    /// The large values that the rows name.
    public var bodies = JournalBodies.none
    /// The run's timers.
    public var timers: [StoredTimer]
    /// How often the process ended while it worked on this run.
    public var crashes: Int
    /// The epoch under which the run was written last.
    public var epoch: Int64

    /// Makes a stored run.
    public init(
        header: RunHeader,
        machine: String,
        group: String,
        summary: RunSummary,
        snapshot: (sequence: Int64, body: [UInt8])?,
        rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])],
        timers: [StoredTimer],
        crashes: Int,
        epoch: Int64
    ) {
        self.header = header
        self.machine = machine
        self.group = group
        self.summary = summary
        self.snapshot = snapshot
        self.rows = rows
        self.timers = timers
        self.crashes = crashes
        self.epoch = epoch
    }
}

/// What a run has left to do, as the store holds it.
public struct StoredDuty: Sendable {
    /// The live attempt at a duty has this long before the duty is taken up anew.
    public static let grace = TimeSpan.minutes(5)
    /// After so many attempts, over about half a day, a duty is given up.
    public static let attemptLimit = 20

    /// What is fixed about the run.
    public var header: RunHeader
    /// The machine that runs it.
    public var machine: String
    /// Names the duty in its run.
    public var flight: FlightNumber
    /// What is to be done, as the machine wrote it.
    public var body: [UInt8]
    /// Attempts made, the live one not counted.
    public var attempts: Int

    /// Makes a duty.
    public init(header: RunHeader, machine: String, flight: FlightNumber, body: [UInt8], attempts: Int) {
        self.header = header
        self.machine = machine
        self.flight = flight
        self.body = body
        self.attempts = attempts
    }

    /// How long to wait after this many attempts: a minute, doubling to an hour.
    public static func pause(after attempts: Int) -> TimeSpan {
        .minutes(Int64(min(60, 1 << min(6, max(0, attempts)))))
    }
}

/// A timer as the store holds it.
public struct StoredTimer: Sendable, Hashable, Comparable {
    /// When it is due.
    public var due: Timestamp
    /// The run that it wakes.
    public var run: RunNumber
    /// Its key in the run.
    public var key: TimerKey

    /// Makes a timer.
    public init(due: Timestamp, run: RunNumber, key: TimerKey) {
        self.due = due
        self.run = run
        self.key = key
    }

    /// Orders by due time, then by run and key, so that the order is the same everywhere.
    public static func < (left: StoredTimer, right: StoredTimer) -> Bool {
        if left.due != right.due { return left.due < right.due }
        return left.run != right.run ? left.run < right.run : left.key < right.key
    }
}
