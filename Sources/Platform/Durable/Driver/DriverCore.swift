public import Moments

/// The driver of runs as a synchronous value: inputs in, commands out; it neither waits nor reads a clock.
///
/// A thin shell performs the commands; a simulation does so under a seeded schedule. One run is never in two steps at once:
/// while a step waits to be durable, the run's inputs queue up.
public struct DriverCore<M: Machine> {
    /// Limits of the driver; a driver of several shards gives each its part.
    public struct Limits: Sendable {
        /// Runs kept in memory; idle ones beyond this are dropped and read again when something happens to them.
        public var loadedRuns = 4_096
        /// Timers kept in memory.
        public var timersInMemory = 10_000
        /// Inputs handled in one step.
        public var inputsPerStep = 64
        /// Journal bytes after which a run gets a checkpoint, at the least.
        public var snapshotBytes = 256 * 1_024
        /// How often a run may end the process before it is quarantined.
        public var crashes = 2

        /// The documented defaults.
        public init() {}
    }

    let machine: M
    let limits: Limits
    let budget: @Sendable () -> StepBudget
    /// The owner's epoch, part of every batch.
    public let epoch: Int64
    /// Whether a new run is accepted on disk before its first action runs; set after a crash in a first step.
    public var isCautious = false

    var runs: [RunNumber: RunSlot<M>] = [:]
    var timers: TimerWindow
    var keyWaiters: [KeyName: [(run: RunNumber, flight: FlightNumber)]] = [:]
    var stalled: [RunNumber] = []
    var idle: [(run: RunNumber, generation: UInt64)] = []
    var idleHead = 0
    var lastLaunch: UInt64 = 0

    /// Duties whose live attempt is under way, each with its launch.
    var duties: [DutyName: UInt64] = [:]

    struct DutyName: Hashable {
        var run: RunNumber
        var flight: FlightNumber
    }

    struct KeyName: Hashable {
        var tenant: String
        var key: String
    }

    /// Makes a driver.
    public init(machine: M, epoch: Int64, limits: Limits = Limits(), budget: @escaping @Sendable () -> StepBudget) {
        self.machine = machine
        self.epoch = epoch
        self.limits = limits
        self.budget = budget
        self.timers = TimerWindow(capacity: limits.timersInMemory / 2)
    }

    /// The runs in memory.
    public var loadedRunCount: Int { runs.count }

    /// The timers in memory.
    public var timersInMemory: Int { timers.count }

    /// Effects under way.
    public var flightCount: Int { runs.values.reduce(0) { $0 + $1.flights.count } }

    /// When the shell has to come back with `tick`, if nothing else comes in.
    public func nextWake(now: Timestamp) -> Timestamp {
        var wake = now + TimerWindow.lead
        if let next = timers.next, next < wake { wake = next }
        for run in stalled {
            if case .stalled(let until)? = runs[run]?.phase, until < wake { wake = until }
        }
        return wake
    }

    /// Handles one input.
    public mutating func handle(_ input: consuming DriverInput<M>, now: Timestamp, commands: inout [DriverCommand<M>]) {
        switch consume input {
        case .start(let seed, let receipt):
            start(seed, receipt: receipt, now: now, commands: &commands)
        case .deliver(let run, let input, let receipt):
            deliver(run, .init(input: input, receipt: receipt), now: now, commands: &commands)
        case .landed(let run, let flight, let launch, let input):
            if duties[DutyName(run: run, flight: flight)] == launch {
                duties[DutyName(run: run, flight: flight)] = nil
                // Otherwise it stays in the store, and is taken up anew when it is due.
                if machine.isDischarged(input) { commands.append(.discharge(run, flight)) }
                return
            }
            guard runs[run]?.flights[flight] == launch else { return }
            runs[run]?.flights[flight] = nil
            deliver(run, .init(input: input), now: now, commands: &commands)
        case .committed(let run, let result):
            committed(run, result, now: now, commands: &commands)
        case .loaded(let run, let result):
            loaded(run, result, now: now, commands: &commands)
        case .timersLoaded(let loaded, let bound, let isComplete):
            timers.loaded(loaded, before: bound, isComplete: isComplete)
            tick(now: now, commands: &commands)
        case .timersFailed:
            timers.loadFailed()
        case .keySettled(let settlement):
            keySettled(settlement, now: now, commands: &commands)
        case .resume(let run):
            pump(run, now: now, commands: &commands)
        case .recover(let run):
            if runs[run] == nil {
                runs[run] = RunSlot(phase: .loading)
                commands.append(.load(run))
            }
        case .tick:
            tick(now: now, commands: &commands)
        }
    }

    private mutating func start(
        _ seed: RunSeed<M>,
        receipt: ReceiptNumber?,
        now: Timestamp,
        commands: inout [DriverCommand<M>]
    ) {
        var slot = RunSlot<M>(phase: .ready)
        slot.header = seed.header
        slot.group = seed.group
        slot.isEphemeral = seed.isEphemeral
        slot.opening = RunOpening(header: seed.header, machine: M.name, group: seed.group, cause: seed.cause)
        slot.state = machine.makeState(header: seed.header, program: seed.program)
        slot.inbox = [.init(input: seed.input, receipt: receipt)]
        runs[seed.header.number] = slot
        pump(seed.header.number, now: now, commands: &commands)
    }

    private mutating func deliver(
        _ run: RunNumber,
        _ delivery: RunSlot<M>.Delivery,
        now: Timestamp,
        commands: inout [DriverCommand<M>]
    ) {
        guard runs[run] != nil else {
            var slot = RunSlot<M>(phase: .loading)
            slot.inbox = [delivery]
            runs[run] = slot
            commands.append(.load(run))
            return
        }
        runs[run]?.inbox.append(delivery)
        if runs[run]?.phase == .ready { pump(run, now: now, commands: &commands) }
    }

    private mutating func tick(now: Timestamp, commands: inout [DriverCommand<M>]) {
        while let timer = timers.pop(now: now) {
            let delivery = RunSlot<M>.Delivery(input: machine.timerInput(timer.key), receipt: nil, timer: timer)
            deliver(timer.run, delivery, now: now, commands: &commands)
        }
        if !stalled.isEmpty {
            let waiting = stalled
            stalled.removeAll()
            for run in waiting {
                guard let slot = runs[run], case .stalled(let until) = slot.phase, let batch = slot.pendingBatch else {
                    continue
                }
                guard until <= now else {
                    stalled.append(run)
                    continue
                }
                runs[run]?.phase = .committing
                commands.append(.commit(batch))
            }
        }
        if let bound = timers.refill(now: now) {
            commands.append(.loadTimers(from: timers.horizon, before: bound, limit: timers.capacity))
        }
    }

    private mutating func keySettled(_ settlement: KeySettlement, now: Timestamp, commands: inout [DriverCommand<M>]) {
        guard let waiters = keyWaiters.removeValue(forKey: KeyName(tenant: settlement.tenant, key: settlement.key))
        else { return }
        let outcome: ClaimOutcome =
            switch settlement.outcome {
            case .answered(let answer): .answered(answer)
            case .released: .free
            }
        for waiter in waiters {
            deliver(
                waiter.run,
                .init(input: machine.claimInput(waiter.flight, outcome: outcome)),
                now: now,
                commands: &commands
            )
        }
    }

    /// Drops the longest idle runs from memory when there are too many.
    mutating func evict() {
        while runs.count > limits.loadedRuns, idleHead < idle.count {
            let entry = idle[idleHead]
            idleHead += 1
            guard let slot = runs[entry.run], slot.generation == entry.generation, slot.phase == .ready,
                slot.flights.isEmpty,
                !slot.hasWork, !slot.isEphemeral
            else { continue }
            runs[entry.run] = nil
        }
        if idleHead > 1_024, idleHead * 2 > idle.count {
            idle.removeFirst(idleHead)
            idleHead = 0
        }
    }
}
