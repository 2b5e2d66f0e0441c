public import Durable
public import Engine
import JSONTree
public import Moments

/// Runs workflows in virtual time: delays take exactly their time on a clock of their own and no real time; everything else takes none.
///
/// It drives the same driver, rules and journal form as the server.
public final class VirtualRuns {
    /// Answers an effect: outcomes, each after how long.
    public typealias Performer = (ActionEffect, RunHeader, FlightNumber) -> [(after: TimeSpan, outcome: EffectOutcome)]

    private struct Event {
        var at: Timestamp
        var order: Int
        var action: () -> Void
    }

    /// The virtual instant.
    public private(set) var now: Timestamp
    /// Where the runs live.
    public let journal = MemoryJournal()
    /// The rules.
    public let machine: WorkflowMachine
    /// Hears what runs say.
    public var published: (RunPublication, RunHeader) -> Void = { _, _ in }
    /// Hears that a run has ended.
    public var closed: (RunHeader, RunSummary) -> Void = { _, _ in }
    /// Performs effects.
    public var perform: Performer = { _, _, _ in [] }

    private var core: DriverCore<WorkflowMachine>
    private var events: [Event] = []
    private var nextOrder = 0
    private var nextNumber: Int64 = 1
    private var inputs: [DriverInput<WorkflowMachine>] = []
    private var isHandling = false

    /// Makes an empty set of runs.
    public init(start: Timestamp, machine: WorkflowMachine) {
        now = start
        self.machine = machine
        core = DriverCore(machine: machine, epoch: journal.nextEpoch()) { StepBudget(monotonic: { 0 }) }
    }

    /// Plans something for an instant; what is planned for the same instant happens in the order of planning.
    public func schedule(at instant: Timestamp, _ action: @escaping () -> Void) {
        events.append(Event(at: instant, order: nextOrder, action: action))
        nextOrder += 1
    }

    /// Begins a run now.
    @discardableResult
    public func start(_ program: WorkflowProgram, _ origin: RunOrigin) -> RunHeader {
        let number = RunNumber(nextNumber)
        nextNumber += 1
        let header = RunHeader(
            number: number,
            tenant: program.identity.tenant,
            scope: program.identity.id,
            name: RunNames.name(at: now, number: number),
            program: program.identity.version,
            opened: now
        )
        programs[number] = program
        handle(
            .start(
                RunSeed(header: header, program: program, group: origin.trigger, input: .begin(origin)),
                receipt: nil
            )
        )
        return header
    }

    /// The program of each run.
    public private(set) var programs: [RunNumber: WorkflowProgram] = [:]

    /// Delivers an input to a run now.
    public func deliver(_ input: RunInput, to run: RunNumber) {
        handle(.deliver(run, input, receipt: nil))
    }

    /// Lets time pass until nothing is left to happen, or until an instant.
    public func run(until end: Timestamp, limit: Int = 2_000_000) {
        var steps = 0
        while steps < limit {
            steps += 1
            let timer = journal.dueTimers(from: .min, before: .max, limit: 1).first?.due
            let event = events.indices.min { (events[$0].at, events[$0].order) < (events[$1].at, events[$1].order) }
            let eventTime = event.map { events[$0].at }
            guard let next = [timer, eventTime].compactMap(\.self).min(), next <= end else { return }
            now = max(now, next)
            if let event, let eventTime, timer.map({ eventTime <= $0 }) ?? true {
                events.remove(at: event).action()
            } else {
                handle(.tick)
            }
        }
    }

    /// The history of a run.
    ///
    /// - Throws: `DurableError` when the journal cannot be read back.
    public func history(of run: RunNumber) throws -> RunHistory {
        guard let stored = journal.stored(run), let program = programs[run] else {
            throw DurableError(.unknownRun, "Run \(run) does not exist.")
        }
        return try HistoryReader.read(
            header: stored.header,
            rows: journal.allRows(of: run),
            bodies: journal.bodies(of: run),
            program: program,
            machine: machine
        )
    }

    private func handle(_ input: DriverInput<WorkflowMachine>) {
        inputs.append(input)
        guard !isHandling else { return }
        isHandling = true
        while !inputs.isEmpty {
            let next = inputs.removeFirst()
            var commands: [DriverCommand<WorkflowMachine>] = []
            core.handle(next, now: now, commands: &commands)
            for command in commands { obey(command) }
        }
        isHandling = false
    }

    private func obey(_ command: DriverCommand<WorkflowMachine>) {
        switch command {
        case .commit(let batch):
            inputs.append(.committed(batch.run, journal.commit(batch)))
        case .load(let run):
            inputs.append(
                .loaded(run, .success(journal.stored(run).flatMap { stored in programs[run].map { (stored, $0) } }))
            )
        case .loadTimers(let start, let bound, let limit):
            let timers = journal.dueTimers(from: start, before: bound, limit: limit)
            inputs.append(
                .timersLoaded(
                    timers,
                    before: timers.count < limit ? bound : timers.last?.due ?? bound,
                    isComplete: true
                )
            )
        case .start(let header, let flight, let launch, let effect):
            for reply in perform(effect, header, flight) {
                schedule(at: now + reply.after) {
                    self.handle(.landed(header.number, flight, launch: launch, reply.outcome.asInput(flight)))
                }
            }
        case .discharge(let run, let flight):
            journal.dischargeNow(run, flight: flight)
        case .cancel, .acknowledge, .stuck:
            break
        case .publish(let header, let publication):
            published(publication, header)
        case .keySettled(let settlement):
            inputs.append(.keySettled(settlement))
        case .closed(let header, _, let summary):
            closed(header, summary)
        case .resume(let run):
            inputs.append(.resume(run))
        }
    }
}

extension EffectOutcome {
    func asInput(_ flight: FlightNumber) -> RunInput { .landed(flight, self) }
}
