import Logging
import Moments
import Synchronization

/// One driver with its mailbox: performs the commands of a `DriverCore`, one input after the other.
actor DriverShard<M: Machine> {
    /// What the shard needs of its surroundings.
    struct Surroundings: Sendable {
        var journal: any JournalStore
        var clock: any WallClock
        var perform: @Sendable (M.Effect, RunHeader, FlightNumber) async -> M.Input
        var program: @Sendable (RunHeader) async throws -> M.Program
        var acknowledge: @Sendable (ReceiptNumber, Result<RunHeader, DurableError>) -> Void
        var published: @Sendable (M.Publication, RunHeader) -> Void
        var closed: @Sendable (RunHeader, String, RunSummary) -> Void
        var stuck: @Sendable (RunNumber, DurableError) -> Void
        var keySettled: @Sendable (KeySettlement) -> Void
        var owns: @Sendable (RunNumber) -> Bool
        var willStep: @Sendable (RunNumber?) -> Void
        var logger: Logger
    }

    /// Inputs that wait, and whether somebody is on the way to handle them.
    private struct Mailbox {
        var inputs: [DriverInput<M>] = []
        var isAwake = false
    }

    private let mailbox = Mutex(Mailbox())
    private var core: DriverCore<M>
    private let surroundings: Surroundings
    private var flights: [FlightName: Task<Void, Never>] = [:]
    private var commands: [DriverCommand<M>] = []

    private struct FlightName: Hashable {
        var run: RunNumber
        var flight: FlightNumber
    }

    init(core: sending DriverCore<M>, surroundings: Surroundings) {
        self.core = core
        self.surroundings = surroundings
    }

    /// Puts an input into the mailbox, from any thread.
    nonisolated func post(_ input: DriverInput<M>) {
        let wakes = mailbox.withLock { mailbox in
            mailbox.inputs.append(input)
            guard !mailbox.isAwake else { return false }
            mailbox.isAwake = true
            return true
        }
        if wakes { Task { await self.drain() } }
    }

    /// Inputs that wait.
    nonisolated var backlog: Int { mailbox.withLock { $0.inputs.count } }

    /// Runs and timers in memory, and effects under way.
    var figures: (runs: Int, timers: Int, flights: Int) { (core.loadedRunCount, core.timersInMemory, flights.count) }

    /// When the next timer is due.
    var nextWake: Timestamp { core.nextWake(now: surroundings.clock.now) }

    /// Waits for the effects under way, at most this long, then cancels the rest.
    func settleFlights(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while !flights.isEmpty, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        for flight in flights.values { flight.cancel() }
        flights = [:]
    }

    private func drain() async {
        var rounds = 0
        while true {
            let inputs = mailbox.withLock { mailbox -> [DriverInput<M>] in
                if mailbox.inputs.isEmpty {
                    mailbox.isAwake = false
                    return []
                }
                let inputs = mailbox.inputs
                mailbox.inputs = []
                return inputs
            }
            if inputs.isEmpty { return }
            for input in inputs { handle(input) }
            rounds += 1
            if rounds.isMultiple(of: 8) { await Task.yield() }
        }
    }

    private func handle(_ input: DriverInput<M>) {
        if case .landed(let run, let flight, _, _) = input {
            // A flight that was cancelled at shutdown is not reported: after the restart its outcome counts as unknown.
            guard flights.removeValue(forKey: FlightName(run: run, flight: flight)) != nil else { return }
        }
        surroundings.willStep(input.run)
        core.handle(input, now: surroundings.clock.now, commands: &commands)
        surroundings.willStep(nil)
        guard !commands.isEmpty else { return }
        let pending = commands
        commands.removeAll(keepingCapacity: true)
        for command in pending { perform(command) }
    }

    private func perform(_ command: DriverCommand<M>) {
        switch command {
        case .commit(let batch):
            let run = batch.run
            surroundings.journal.submit(batch) { result in self.post(.committed(run, result)) }
        case .load(let run):
            load(run)
        case .loadTimers(let start, let bound, let limit):
            loadTimers(from: start, before: bound, limit: limit)
        case .start(let header, let flight, let launch, let effect):
            let name = FlightName(run: header.number, flight: flight)
            let perform = surroundings.perform
            // Outside the actor from its first step, and back by the mailbox: each turn through the actor costs a wake-up.
            flights[name] = Task { @concurrent in
                let input = await perform(effect, header, flight)
                self.post(.landed(header.number, flight, launch: launch, input))
            }
        case .cancel(let run, let flight):
            flights[FlightName(run: run, flight: flight)]?.cancel()
        case .acknowledge(let receipt, let result):
            surroundings.acknowledge(receipt, result)
        case .publish(let header, let publication):
            surroundings.published(publication, header)
        case .discharge(let run, let flight):
            discharge(run, flight)
        case .keySettled(let settlement):
            surroundings.keySettled(settlement)
        case .closed(let header, let group, let summary):
            surroundings.closed(header, group, summary)
        case .stuck(let run, let error):
            surroundings.logger.error("A run cannot go on.", metadata: ["run": "\(run)", "reason": "\(error)"])
            surroundings.stuck(run, error)
        case .resume(let run):
            post(.resume(run))
        }
    }

    private func discharge(_ run: RunNumber, _ flight: FlightNumber) {
        let surroundings = surroundings
        Task {
            do {
                try await surroundings.journal.discharge(run, flight: flight)
            } catch {
                // It stays in the store, and is done once more when it is due.
                surroundings.logger.warning(
                    "A duty that is done could not be taken away.",
                    metadata: ["run": "\(run)", "reason": "\(error)"]
                )
            }
        }
    }

    private func load(_ run: RunNumber) {
        let surroundings = surroundings
        Task {
            do {
                guard let stored = try await surroundings.journal.load(run) else {
                    self.post(.loaded(run, .success(nil)))
                    return
                }
                let program = try await surroundings.program(stored.header)
                self.post(.loaded(run, .success((stored, program))))
            } catch let error as DurableError {
                self.post(.loaded(run, .failure(error)))
            } catch {
                self.post(.loaded(run, .failure(DurableError(.storage, "Run \(run) cannot be read: \(error)"))))
            }
        }
    }

    private func loadTimers(from start: Timestamp, before bound: Timestamp, limit: Int) {
        let surroundings = surroundings
        Task {
            do {
                let timers = try await surroundings.journal.timers(from: start, before: bound, limit: limit)
                let own = timers.filter { surroundings.owns($0.run) }
                let horizon = timers.count < limit ? bound : (timers.last?.due ?? bound)
                self.post(.timersLoaded(own, before: horizon, isComplete: true))
            } catch {
                surroundings.logger.warning("Timers cannot be read.", metadata: ["reason": "\(error)"])
                self.post(.timersFailed)
            }
        }
    }
}

extension DriverInput {
    /// The run that this input may let run.
    var run: RunNumber? {
        switch self {
        case .start(let seed, _): seed.header.number
        case .deliver(let run, _, _), .landed(let run, _, _, _), .committed(let run, _), .loaded(let run, _),
            .resume(let run), .recover(let run):
            run
        case .timersLoaded, .timersFailed, .keySettled, .tick: nil
        }
    }
}
