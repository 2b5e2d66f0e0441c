public import Moments

/// One step of a run: what is recorded, asked for and set in it shares one commit.
///
/// A step ends when nothing is ready, or after its budget: 256 actions, 5 ms or 1 MB of events.
public struct Step<M: Machine>: Sendable {
    /// The run's state, with all events recorded so far applied.
    public private(set) var state: M.State
    /// The instant of this step, by the wall clock.
    public let now: Timestamp
    /// What is fixed about the run.
    public let header: RunHeader

    let machine: M
    var budget: StepBudget
    var text = JournalText()
    var eventCount = 0
    var effects: [(flight: FlightNumber, effect: M.Effect)] = []
    var duties: [(flight: FlightNumber, body: [UInt8])] = []
    var cancelledFlights: [FlightNumber] = []
    var timers: [(key: TimerKey, due: Timestamp)] = []
    var clearedTimers: [TimerKey] = []
    var claims: [KeyClaim] = []
    var settlements: [KeySettlement] = []
    var publications: [M.Publication] = []
    var feed: [FeedEntry] = []

    init(machine: M, header: RunHeader, state: consuming M.State, now: Timestamp, budget: StepBudget) {
        self.machine = machine
        self.header = header
        self.state = state
        self.now = now
        self.budget = budget
    }

    /// Records an event: it is appended to the journal and applied to the state at once.
    public mutating func record(_ event: M.Event) {
        if eventCount > 0 { text.bytes.append(UInt8(ascii: ",")) }
        machine.encode(event, state: state, into: &text)
        machine.apply(event, to: &state)
        eventCount += 1
    }

    /// Changes something that is derived from the events and decides nothing, such as dropping an item that turned out to need no work.
    public mutating func tidy(_ body: (inout M.State) -> Void) {
        body(&state)
    }

    /// Asks for an effect; it starts after this step is durable.
    public mutating func start(_ effect: M.Effect, flight: FlightNumber) {
        effects.append((flight, effect))
    }

    /// Asks for an effect that has to happen even when the run has ended or the process ends: a duty.
    ///
    /// It starts after this step is durable, and is kept beside the run until `isDischarged` says that its result is good. Its result
    /// is not delivered to the run.
    public mutating func owe(_ effect: M.Effect, flight: FlightNumber) {
        effects.append((flight, effect))
        if let body = machine.duty(effect) { duties.append((flight, body)) }
    }

    /// Asks to end an effect under way; its result, should it still come, is delivered all the same.
    public mutating func cancel(flight: FlightNumber) {
        cancelledFlights.append(flight)
    }

    /// Sets or moves a timer; it is durable with this step and fires at or after `due`.
    public mutating func setTimer(_ key: TimerKey, due: Timestamp) {
        timers.append((key, due))
    }

    /// Takes a timer away.
    public mutating func clearTimer(_ key: TimerKey) {
        clearedTimers.append(key)
    }

    /// Claims a business key for a flight; the outcome comes as the machine's claim input after the commit.
    public mutating func claim(_ key: String, flight: FlightNumber) {
        claims.append(KeyClaim(tenant: header.tenant, key: key, run: header.number, flight: flight))
    }

    /// Stores the answer of a business key for every later claimant, or gives the key up.
    public mutating func settle(_ key: String, _ settlement: KeySettlement.Outcome) {
        settlements.append(KeySettlement(tenant: header.tenant, key: key, run: header.number, outcome: settlement))
    }

    /// Tells the world something once this step is durable.
    public mutating func publish(_ publication: M.Publication) {
        publications.append(publication)
    }

    /// Writes a row of the change feed in the same transaction.
    public mutating func feed(domain: String, kind: String, key: String, body: String) {
        feed.append(FeedEntry(tenant: header.tenant, domain: domain, kind: kind, key: key, body: body))
    }

    /// Counts one action against the budget.
    ///
    /// - Returns: whether the step has to end here.
    public mutating func spend() -> Bool {
        budget.spend(bytes: text.size)
    }

    consuming func takeState() -> M.State { state }
}

/// How much one step may do before it is committed.
public struct StepBudget: Sendable {
    /// Actions left.
    public var actions: Int
    /// The largest body of events, in bytes, after which a step ends.
    public var bytes: Int
    /// When the step has to end, in nanoseconds of `monotonic`.
    public var deadline: UInt64
    /// The monotonic clock, in nanoseconds; a constant in simulations.
    public var monotonic: @Sendable () -> UInt64

    /// Makes a budget; defaults are 256 actions, 1 MB and 5 ms.
    public init(
        actions: Int = 256,
        bytes: Int = 1 << 20,
        milliseconds: UInt64 = 5,
        monotonic: @escaping @Sendable () -> UInt64
    ) {
        self.actions = actions
        self.bytes = bytes
        self.monotonic = monotonic
        self.deadline = monotonic() &+ milliseconds &* 1_000_000
    }

    mutating func spend(bytes used: Int) -> Bool {
        actions -= 1
        if actions <= 0 || used >= bytes { return true }
        // The clock is read every 16th action: reading it costs about as much as a small action.
        return actions & 15 == 0 && monotonic() >= deadline
    }
}
