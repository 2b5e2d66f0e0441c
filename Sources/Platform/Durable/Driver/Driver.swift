public import Logging
public import Moments
import Synchronization

/// Runs the durable runs of one machine on this process: a few shards, each owning the runs whose number falls to it.
public final class Driver<M: Machine>: Sendable {
    /// Settings of a driver.
    public struct Configuration: Sendable {
        /// How many runs work at a time; as many as there are processors.
        public var shards = 2
        /// Limits of the whole driver; each shard gets its part.
        public var limits = DriverCore<M>.Limits()
        /// How long a shutdown waits for effects under way.
        public var shutdownPatience: Duration = .seconds(10)
        /// Whether new runs are accepted on disk before their first action runs.
        public var isCautious = false
        /// How often due timers are looked for.
        public var tick: Duration = .milliseconds(50)
        /// How often duties that earlier attempts have left undone are looked for.
        public var dutyTick: Duration = .seconds(20)
        /// Inputs that may wait in all mailboxes before new runs are refused as overloaded.
        public var backlog = 20_000

        /// The documented defaults.
        public init() {}
    }

    /// What the driver has in memory.
    public typealias Figures = DriverFigures

    private let shards: [DriverShard<M>]
    private let desk = ReceiptDesk()
    private let nextRun: Atomic<Int64>
    private let clock: any WallClock
    private let configuration: Configuration
    private let journal: any JournalStore
    private let logger: Logger
    private let duties: DutyKeeper<M>

    /// Makes a driver over a journal whose runs nobody else drives.
    ///
    /// - Parameters:
    ///   - machine: the rules.
    ///   - journal: where runs live.
    ///   - performer: performs effects.
    ///   - programs: compiles or finds the program of a run; throws when it cannot be had.
    ///   - observer: hears what runs say.
    ///   - clock: the wall clock.
    ///   - marker: notes which run a shard works on, so that a run that ends the process is known afterwards.
    ///   - configuration: settings.
    ///   - logger: where trouble is told.
    /// - Throws: what the journal throws when ownership cannot be taken.
    public init(
        machine: M,
        journal: any JournalStore,
        performer: some EffectPerformer<M>,
        programs: @escaping @Sendable (RunHeader) async throws -> M.Program,
        observer: some RunObserver<M>,
        clock: any WallClock,
        marker: SteppingMarker? = nil,
        configuration: Configuration = Configuration(),
        logger: Logger
    ) async throws {
        let epoch = try await journal.beginEpoch()
        nextRun = Atomic(try await journal.largestRunNumber().value + 1)
        self.clock = clock
        self.configuration = configuration
        self.journal = journal
        self.logger = logger
        duties = DutyKeeper(
            machine: machine,
            journal: journal,
            clock: clock,
            perform: { effect, header, flight in await performer.perform(effect, run: header, flight: flight) },
            program: programs,
            logger: logger
        )
        let count = max(1, min(configuration.shards, SteppingMarker.capacity))
        var limits = configuration.limits
        limits.loadedRuns = max(1, limits.loadedRuns / count)
        limits.timersInMemory = max(2, limits.timersInMemory / count)
        let share = limits
        let ring = ShardRing<M>()
        let desk = desk
        shards = (0..<count).map { index in
            var core = DriverCore<M>(machine: machine, epoch: epoch, limits: share) {
                StepBudget(monotonic: MonotonicClock.nanoseconds)
            }
            core.isCautious = configuration.isCautious
            return DriverShard(
                core: core,
                surroundings: .init(
                    journal: journal,
                    clock: clock,
                    perform: { effect, header, flight in await performer.perform(effect, run: header, flight: flight) },
                    program: programs,
                    acknowledge: { receipt, result in desk.acknowledge(receipt, result) },
                    published: { publication, header in observer.published(publication, by: header) },
                    closed: { header, group, summary in observer.closed(header, group: group, summary: summary) },
                    stuck: { run, error in observer.stuck(run, error: error) },
                    keySettled: { settlement in ring.post(.keySettled(settlement)) },
                    owns: { run in Int(run.value % Int64(count)) == index },
                    willStep: { run in marker?.set(run, shard: index) },
                    logger: logger
                )
            )
        }
        ring.shards.withLock { $0 = shards }
    }

    /// Takes the number for a new run.
    public func nextRunNumber() -> RunNumber {
        RunNumber(nextRun.wrappingAdd(1, ordering: .relaxed).oldValue)
    }

    /// Begins a run; returns when its first step is durable.
    ///
    /// - Throws: `DurableError`: `overloaded`, `diskFull`, `duplicate` (its cause has started a run before), `stopped`.
    @discardableResult
    public func start(_ seed: RunSeed<M>) async throws -> RunHeader {
        try await withCheckedContinuation { continuation in
            start(seed) { continuation.resume(returning: $0) }
        }.get()
    }

    /// Begins a run; the completion is called on any thread when its first step is durable or the run was refused.
    public func start(_ seed: RunSeed<M>, completion: @escaping @Sendable (Result<RunHeader, DurableError>) -> Void) {
        let shard = shard(of: seed.header.number)
        guard shard.backlog < configuration.backlog else {
            completion(
                .failure(
                    DurableError(
                        .overloaded,
                        "More runs wait to be started than \(configuration.backlog); try again later."
                    )
                )
            )
            return
        }
        guard let receipt = desk.admit(completion) else {
            completion(.failure(ReceiptDesk.stopped))
            return
        }
        shard.post(.start(seed, receipt: receipt))
    }

    /// Delivers an input to a run; returns when what it led to is durable.
    ///
    /// - Throws: `DurableError`: `unknownRun`, `quarantined`, `damagedJournal`, `stopped` and others.
    @discardableResult
    public func deliver(_ input: M.Input, to run: RunNumber) async throws -> RunHeader {
        try await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<RunHeader, DurableError>, Never>) in
            guard let receipt = desk.admit({ continuation.resume(returning: $0) }) else {
                continuation.resume(returning: .failure(ReceiptDesk.stopped))
                return
            }
            shard(of: run).post(.deliver(run, input, receipt: receipt))
        }.get()
    }

    /// Delivers an input to a run without waiting.
    public func post(_ input: M.Input, to run: RunNumber) {
        shard(of: run).post(.deliver(run, input, receipt: nil))
    }

    /// Lets a run go on that was kept from running because it ended the process, once the cause is mended.
    ///
    /// To cancel such a run, release it and deliver the cancel at once: the run works off its inputs before it goes on.
    ///
    /// - Throws: `DurableError` when the journal cannot be written.
    public func release(_ run: RunNumber) async throws {
        try await journal.forgetCrashes(of: run)
        shard(of: run).post(.recover(run))
    }

    /// Serves until the task is cancelled: fires timers, and brings the runs that were at work at the last end back to life.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.recoverBusyRuns() }
            group.addTask { await self.duties.run(every: self.configuration.dutyTick) }
            while !Task.isCancelled {
                for shard in shards { shard.post(.tick) }
                try? await Task.sleep(for: configuration.tick)
            }
            group.cancelAll()
        }
    }

    /// Ends in order: lets no new work in, waits for effects under way, then cancels the rest; what they did counts as unknown at the next start.
    public func shutDown() async {
        desk.closeDoor()
        for shard in shards { await shard.settleFlights(within: configuration.shutdownPatience) }
        desk.close()
    }

    /// What is in memory now.
    public func figures() async -> Figures {
        var figures = Figures()
        for shard in shards {
            let part = await shard.figures
            figures.runs += part.runs
            figures.timers += part.timers
            figures.flights += part.flights
            figures.backlog += shard.backlog
        }
        return figures
    }

    private func shard(of run: RunNumber) -> DriverShard<M> {
        shards[Int(run.value % Int64(shards.count))]
    }

    /// Reads the open runs that have work, a page at a time, so that a restart with many of them serves at once.
    private func recoverBusyRuns() async {
        var last = RunNumber(0)
        while !Task.isCancelled {
            do {
                let page = try await journal.busyRuns(machine: M.name, after: last, limit: 256)
                guard let end = page.last else { return }
                for run in page { shard(of: run).post(.recover(run)) }
                last = end
                while shards.contains(where: { $0.backlog > 512 }), !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(5))
                }
            } catch is CancellationError {
                return
            } catch {
                logger.error("Open runs cannot be listed; trying again.", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }
}

/// All shards of a driver, for what concerns every one of them.
private final class ShardRing<M: Machine>: Sendable {
    let shards = Mutex<[DriverShard<M>]>([])

    func post(_ input: DriverInput<M>) {
        for shard in shards.withLock({ $0 }) { shard.post(input) }
    }
}
