public import Moments

/// Everything that one step of one run writes: plain data, so that a database and a simulation do the same with it.
public struct CommitBatch: Sendable {
    /// The run.
    public var run: RunNumber
    /// The tenant that owns every row of the batch.
    public var tenant: String
    /// Present when the run begins with this batch.
    public var opening: RunOpening?
    /// The owner's epoch: the batch is refused when the run is owned under a later one.
    public var epoch: Int64
    /// Whether the run was owned under an earlier epoch until now.
    public var takesOver = false
    /// The journal row's sequence; meaningful only when `body` is not empty.
    public var sequence: Int64
    /// The step's events as JSON text; empty when nothing was recorded.
    public var body: [UInt8]
    /// Values that are too large for the row, which names them.
    public var bodies: [JournalBody] = []
    /// The chained hash after this row.
    public var hash: [UInt8]
    /// Present when what lists show has changed.
    public var summary: RunSummary?
    /// Timers to set or to move.
    public var timers: [(key: TimerKey, due: Timestamp)]
    /// Timers to take away.
    public var clearedTimers: [TimerKey]
    /// Whether all timers of the run go (it has ended).
    public var clearsAllTimers: Bool
    /// Business keys to claim.
    public var claims: [KeyClaim]
    /// Business keys to settle.
    public var settlements: [KeySettlement]
    /// Rows for the change feed.
    public var feed: [FeedEntry]
    /// What is left to do beside the run, kept until it is discharged.
    public var duties: [(flight: FlightNumber, body: [UInt8])] = []
    /// The instant of the step.
    public var at = Timestamp.min
    /// A checkpoint of the state up to and including this row.
    public var snapshot: [UInt8]?

    /// Makes an empty batch.
    public init(run: RunNumber, tenant: String, epoch: Int64, sequence: Int64) {
        self.run = run
        self.tenant = tenant
        self.epoch = epoch
        self.sequence = sequence
        self.body = []
        self.hash = []
        self.timers = []
        self.clearedTimers = []
        self.clearsAllTimers = false
        self.claims = []
        self.settlements = []
        self.feed = []
    }
}

/// The row of a new run.
public struct RunOpening: Sendable {
    /// What is fixed about the run.
    public var header: RunHeader
    /// The machine that runs it.
    public var machine: String
    /// Groups runs that share a concurrency limit: for a playbook run, the trigger's name.
    public var group: String
    /// The change that started the run, when it is the consequence of one: unique, so that no run starts twice.
    public var cause: String?

    /// Makes an opening.
    public init(header: RunHeader, machine: String, group: String, cause: String? = nil) {
        self.header = header
        self.machine = machine
        self.group = group
        self.cause = cause
    }
}

/// A run wants to be the one that performs the operation behind a business key.
public struct KeyClaim: Sendable, Hashable {
    /// The tenant of the key.
    public var tenant: String
    /// The key: connection, operation and what it is about.
    public var key: String
    /// The claimant.
    public var run: RunNumber
    /// The claimant's flight.
    public var flight: FlightNumber

    /// Makes a claim.
    public init(tenant: String, key: String, run: RunNumber, flight: FlightNumber) {
        self.tenant = tenant
        self.key = key
        self.run = run
        self.flight = flight
    }
}

/// What became of a claim.
public enum ClaimOutcome: Sendable, Hashable {
    /// The claimant holds the key and has to perform the operation.
    case held
    /// The operation was performed before; this is its stored answer.
    case answered(String)
    /// Another run holds the key; the claimant hears again when it is settled.
    case taken(by: RunNumber)
    /// The run that held the key ended without knowing what became of the operation; the claimant holds the key now and has to find out first.
    case inherited
    /// The holder gave the key up: the claimant may claim again.
    case free
}

/// The end of a claim.
public struct KeySettlement: Sendable, Hashable {
    /// How it ended.
    public enum Outcome: Sendable, Hashable {
        /// The operation was performed; later claimants get this answer.
        case answered(String)
        /// The operation certainly did not happen; the key is free.
        case released
    }

    /// The tenant of the key.
    public var tenant: String
    /// The key.
    public var key: String
    /// The run that held it.
    public var run: RunNumber
    /// How it ended.
    public var outcome: Outcome

    /// Makes a settlement.
    public init(tenant: String, key: String, run: RunNumber, outcome: Outcome) {
        self.tenant = tenant
        self.key = key
        self.run = run
        self.outcome = outcome
    }
}

/// A row of the change feed.
public struct FeedEntry: Sendable, Hashable {
    /// The tenant of the change.
    public var tenant: String
    /// The domain that changed, such as `runs` or `alerts`.
    public var domain: String
    /// What happened.
    public var kind: String
    /// What it happened to.
    public var key: String
    /// Details as JSON text.
    public var body: String

    /// Makes an entry.
    public init(tenant: String, domain: String, kind: String, key: String, body: String) {
        self.tenant = tenant
        self.domain = domain
        self.kind = kind
        self.key = key
        self.body = body
    }
}

/// What a commit answered.
public struct CommitReceipt: Sendable, Hashable {
    /// What became of the claims, in the order of the batch.
    public var claims: [ClaimOutcome]

    /// Makes a receipt.
    public init(claims: [ClaimOutcome] = []) {
        self.claims = claims
    }
}
