public import Moments

/// The world outside the runs of a simulation: performs effects, and keeps its own account of what really happened.
public protocol SimulatedWorld<M>: AnyObject {
    /// The machine whose effects these are.
    associatedtype M: Machine

    /// Performs an effect at once and says which inputs come back, each after how long: none (the reply is lost for good), one, or several (doubled).
    ///
    /// `now`: the true instant of the simulation.
    /// `seen`: the instant by the wall clock of the process, which may have jumped.
    func perform(
        _ effect: M.Effect,
        run: RunHeader,
        flight: FlightNumber,
        now: Timestamp,
        seen: Timestamp
    ) -> [(after: TimeSpan, input: M.Input)]

    /// A run has said something, durably.
    func published(_ publication: M.Publication, by run: RunHeader)
}

/// Drives a `DriverCore` in virtual time under a seeded schedule of faults.
///
/// The schedule decides everything that a task scheduler, a disk and a network would: the order of what happens at the same time, how long
/// commits take, where the process ends, which commits under way had reached the disk. The same seed gives the same run, event by event.
public final class Simulation<World: SimulatedWorld> {
    /// The machine under test.
    public typealias M = World.M

    private enum Happening {
        case input(DriverInput<M>)
        case commit(CommitBatch)
        case load(RunNumber)
        case loadTimers(from: Timestamp, before: Timestamp, limit: Int)
        case start(RunSeed<M>)
        case land(RunNumber, FlightNumber, UInt64, M.Input)
        case discharge(RunNumber, FlightNumber)
    }

    private struct Entry {
        var at: Timestamp
        var order: UInt64
        var incarnation: Int
        var happening: Happening
    }

    /// What the driver writes to.
    public let journal: MemoryJournal
    /// The world outside.
    public let world: World
    /// The virtual instant.
    public private(set) var now: Timestamp
    /// How often the process ended.
    public private(set) var crashes = 0
    /// Events handled.
    public private(set) var events = 0
    /// Runs whose start was acknowledged.
    public private(set) var acknowledged: [RunNumber] = []
    /// Runs that cannot go on, with the reason.
    public private(set) var stuck: [(run: RunNumber, error: DurableError)] = []

    private let machine: M
    private let programs: (RunHeader) -> M.Program
    private let faults: SimulatedFaults
    private var random: SeededRandom
    private var core: DriverCore<M>
    private var incarnation = 0
    private var queue: [Entry] = []
    private var receipts: [ReceiptNumber: RunSeed<M>] = [:]
    private var nextReceipt: ReceiptNumber = 1
    private var cancelled: Set<String> = []
    private var clockOffset: Int64 = 0
    private var pendingStarts: [(at: Timestamp, seed: RunSeed<M>)] = []

    /// Makes a simulation.
    ///
    /// - Parameters:
    ///   - seed: decides the schedule.
    ///   - machine: the rules.
    ///   - world: the world outside.
    ///   - start: the first instant.
    ///   - faults: how unkind the schedule is.
    ///   - journal: what the process finds when it starts: open runs in it are recovered.
    ///   - programs: the program of a run, for loading it after a crash.
    public init(
        seed: UInt64,
        machine: M,
        world: World,
        start: Timestamp,
        faults: SimulatedFaults,
        journal: MemoryJournal = MemoryJournal(),
        programs: @escaping (RunHeader) -> M.Program
    ) {
        self.journal = journal
        self.machine = machine
        self.world = world
        self.now = start
        self.faults = faults
        self.programs = programs
        self.random = SeededRandom(seed: seed)
        self.core = Self.makeCore(machine, epoch: journal.nextEpoch())
        recoverBusyRuns()
        wake(after: 0)
    }

    private static func makeCore(_ machine: M, epoch: Int64) -> DriverCore<M> {
        var limits = DriverCore<M>.Limits()
        limits.loadedRuns = 3
        limits.timersInMemory = 8
        limits.snapshotBytes = 2_000
        limits.crashes = Int.max
        return DriverCore(machine: machine, epoch: epoch, limits: limits) {
            StepBudget(actions: 16, bytes: 1 << 20, milliseconds: 5, monotonic: { 0 })
        }
    }

    /// Plans the start of a run; until it is acknowledged, it is tried again after every crash, as a caller would.
    public func start(_ seed: RunSeed<M>, at instant: Timestamp) {
        schedule(.start(seed), at: instant, survivesCrash: true)
    }

    /// Delivers an input to a run at an instant, whatever happens before.
    public func deliver(_ input: M.Input, to run: RunNumber, at instant: Timestamp) {
        schedule(.input(.deliver(run, input, receipt: nil)), at: instant, survivesCrash: true)
    }

    /// Handles events until no run is open, or nothing is left to happen.
    ///
    /// `limit`: the most events.
    /// `until`: the last virtual instant.
    /// Returns whether every run that was started has ended.
    public func run(limit: Int = 200_000, until end: Timestamp) -> Bool {
        while events < limit, let entry = takeNext() {
            if entry.at > end {
                // It is for the next call.
                queue.append(entry)
                return false
            }
            if entry.at > now { now = entry.at }
            events += 1
            if crashes < faults.crashLimit, random.chance(faults.crash) { crash() }
            guard entry.incarnation == incarnation || entry.incarnation < 0 else { continue }
            perform(entry.happening)
            if queue.allSatisfy({ isWake($0.happening) }), isAllDone { return true }
        }
        return isAllDone
    }

    private var isAllDone: Bool {
        journal.openRuns(machine: M.name).isEmpty && journal.dueDuties(due: .max).isEmpty
    }

    private func isWake(_ happening: Happening) -> Bool {
        if case .input(.tick) = happening { true } else { false }
    }

    /// The clock that the driver sees: it may jump.
    private var seen: Timestamp { now + TimeSpan(ticks: clockOffset) }

    private func perform(_ happening: Happening) {
        switch happening {
        case .input(let input):
            handle(input)
            if case .tick = input {
                wake(after: 1_000_000 + Int64(random.below(300_000_000)))
                takeUpDuties()
            }
        case .start(let seed):
            guard journal.stored(seed.header.number) == nil else {
                acknowledged.append(seed.header.number)
                return
            }
            let receipt = nextReceipt
            nextReceipt += 1
            receipts[receipt] = seed
            handle(.start(seed, receipt: receipt))
        case .commit(let batch):
            let result: Result<CommitReceipt, DurableError> =
                random.chance(faults.commitFailure)
                ? .failure(DurableError(.diskFull, "The simulated disk is full.")) : journal.commit(batch)
            handle(.committed(batch.run, result))
        case .load(let run):
            let stored = journal.stored(run)
            handle(.loaded(run, .success(stored.map { ($0, programs($0.header)) })))
        case .loadTimers(let start, let bound, let limit):
            let timers = journal.dueTimers(from: start, before: bound, limit: limit)
            handle(
                .timersLoaded(
                    timers,
                    before: timers.count < limit ? bound : (timers.last?.due ?? bound),
                    isComplete: true
                )
            )
        case .land(let run, let flight, let launch, let input):
            guard !cancelled.contains("\(run)/\(flight)") else { return }
            handle(.landed(run, flight, launch: launch, input))
        case .discharge(let run, let flight):
            journal.dischargeNow(run, flight: flight)
        }
    }

    /// What the live attempt has left undone is done now.
    private func takeUpDuties() {
        for duty in journal.dueDuties(due: seen) {
            journal.postponeNow(duty.header.number, flight: duty.flight, until: seen + StoredDuty.grace)
            do {
                let effect = try machine.effect(
                    ofDuty: duty.body,
                    header: duty.header,
                    program: programs(duty.header)
                )
                for reply in world.perform(effect, run: duty.header, flight: duty.flight, now: now, seen: seen)
                where machine.isDischarged(reply.input) {
                    schedule(.discharge(duty.header.number, duty.flight), after: reply.after.ticks)
                }
            } catch {
                stuck.append((duty.header.number, DurableError(.unknownEvent, "\(error)")))
            }
        }
    }

    private func handle(_ input: DriverInput<M>) {
        var commands: [DriverCommand<M>] = []
        core.handle(input, now: seen, commands: &commands)
        for command in commands { obey(command) }
    }

    private func obey(_ command: DriverCommand<M>) {
        switch command {
        case .commit(let batch):
            schedule(.commit(batch), after: Int64(random.below(50_000)))
        case .load(let run):
            schedule(.load(run), after: Int64(random.below(20_000)))
        case .loadTimers(let start, let bound, let limit):
            schedule(.loadTimers(from: start, before: bound, limit: limit), after: Int64(random.below(20_000)))
        case .start(let header, let flight, let launch, let effect):
            for reply in world.perform(effect, run: header, flight: flight, now: now, seen: seen) {
                schedule(.land(header.number, flight, launch, reply.input), after: reply.after.ticks)
            }
        case .cancel(let run, let flight):
            cancelled.insert("\(run)/\(flight)")
        case .acknowledge(let receipt, let result):
            guard let seed = receipts.removeValue(forKey: receipt) else { return }
            switch result {
            case .success: acknowledged.append(seed.header.number)
            case .failure: schedule(.start(seed), at: now + .seconds(1), survivesCrash: true)
            }
        case .publish(let header, let publication):
            world.published(publication, by: header)
        case .discharge(let run, let flight):
            schedule(.discharge(run, flight), after: Int64(random.below(20_000)))
        case .keySettled(let settlement):
            schedule(.input(.keySettled(settlement)), after: Int64(random.below(10_000)))
        case .closed:
            break
        case .stuck(let run, let error):
            stuck.append((run, error))
        case .resume(let run):
            schedule(.input(.resume(run)), after: 0)
        }
    }

    /// The process ends here: memory is gone, and of the commits under way some had reached the disk.
    private func crash() {
        crashes += 1
        // The driver's clock runs steadily while the process lives; it jumps only between two lives.
        if random.chance(faults.clockJump) { clockOffset = Int64(random.below(72_000_000_000)) - 36_000_000_000 }
        let inFlight = queue.filter { $0.incarnation == incarnation }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
        var torn: Set<RunNumber> = []
        for entry in inFlight {
            guard case .commit(let batch) = entry.happening, !torn.contains(batch.run) else { continue }
            if random.chance(faults.commitSurvival) { _ = journal.commit(batch) } else { torn.insert(batch.run) }
        }
        queue.removeAll { $0.incarnation == incarnation }
        incarnation += 1
        cancelled = []
        core = Self.makeCore(machine, epoch: journal.nextEpoch())
        for seed in receipts.sorted(by: { $0.key < $1.key }) {
            schedule(.start(seed.value), at: now + .seconds(1), survivesCrash: true)
        }
        receipts = [:]
        recoverBusyRuns()
        wake(after: 0)
    }

    private func recoverBusyRuns() {
        for run in journal.busyRuns(machine: M.name) {
            schedule(.input(.recover(run)), after: Int64(random.below(1_000_000)))
        }
    }

    private func wake(after ticks: Int64) {
        schedule(.input(.tick), after: ticks)
    }

    private func schedule(_ happening: Happening, after ticks: Int64) {
        schedule(happening, at: now + TimeSpan(ticks: ticks), survivesCrash: false)
    }

    private func schedule(_ happening: Happening, at instant: Timestamp, survivesCrash: Bool) {
        queue.append(
            Entry(
                at: instant,
                order: random.next(),
                incarnation: survivesCrash ? -1 : incarnation,
                happening: happening
            )
        )
    }

    private func takeNext() -> Entry? {
        guard var best = queue.indices.first else { return nil }
        for index in queue.indices where (queue[index].at, queue[index].order) < (queue[best].at, queue[best].order) {
            best = index
        }
        return queue.remove(at: best)
    }
}
