import Content
public import Durable
import JSONTree
public import Logging
public import Moments
import Playbooks
public import Secrets
public import Stores

/// The workflow engine of a server: definitions, triggers, runs, and the calls that come in.
///
/// Surfaces and commands use this and nothing below it. A tenant is that of the principal who asks.
///
/// ```swift
/// let service = try await WorkflowService(store: store, keyring: keyring, settings: settings, clock: clock, logger: logger) { links in
///     LiveEffects(…, children: links.children, batches: links.batches, …)
/// }
/// async let serving: Void = service.run()
/// ```
public final class WorkflowService: Sendable {
    /// What the performer of effects needs of the service that it belongs to.
    public struct Links: Sendable {
        /// Starts child workflows.
        public let children: any ChildWorkflows
        /// Takes messages for Batch triggers.
        public let batches: any BatchSink
    }

    let catalogue: WorkflowCatalogue
    let starter: RunStarter
    let reader: RunReader
    let environment: RunEnvironment
    let settings: EngineSettings
    let clock: any WallClock
    let logger: Logger
    let driver: Driver<WorkflowMachine>
    /// One call of a webhook action's address is answered after the other.
    let callbackTurns = TriggerTurns()
    /// The journals of runs, with their large values; proves them.
    public let runs: SealedJournal
    /// The triggers: their state and their history.
    public let scheduler: TriggerScheduler
    /// Makes and proves signed addresses.
    public let signer: CallbackSigner

    /// The migrations of the engine's tables; those of `Durable` and `Secrets` come before.
    public static let migrations: [Migration] = WorkflowMigrations.all + SchedulingMigrations.all

    /// Assembles an engine over a store whose runs nobody else drives.
    ///
    /// Nothing runs before ``run()``.
    ///
    /// - Parameters:
    ///   - store: the store, opened with the migrations of `Durable`, `Secrets` and ``migrations``.
    ///   - keyring: seals definitions and what is secret in a journal.
    ///   - settings: settings.
    ///   - clock: the wall clock; it must run steadily while the process lives.
    ///   - marker: notes which run is worked on, for the quarantine of runs that end the process.
    ///   - logger: where trouble is told.
    ///   - performer: makes the performer of effects.
    /// - Throws: `StoreError`, `SecretsError`, `DurableError`.
    public init<P: EffectPerformer<WorkflowMachine> & TriggerCalls>(
        store: Store,
        keyring: Keyring,
        settings: EngineSettings,
        clock: any WallClock,
        marker: SteppingMarker? = nil,
        logger: Logger,
        performer: (Links) throws -> P
    ) async throws {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        signer = try await CallbackSigner(origin: settings.origin, keys: SigningKeyStore(keyring))
        environment = Self.environment(keyring: keyring, settings: settings, signer: signer, logger: logger)
        let machine = WorkflowMachine(environment: environment)
        catalogue = WorkflowCatalogue(store: store, keyring: keyring)
        starter = RunStarter(catalogue: catalogue, desk: RunDesk(gates: RunGates(store: store)), clock: clock)
        let runs = try await SealedJournal(store: store, keyring: keyring, clock: clock)
        self.runs = runs
        reader = RunReader(catalogue: catalogue, machine: machine, journal: runs.journal)
        var configuration = settings.driver
        if let marker {
            let isFirstStep = try await runs.journal.countCrashes(marker.suspects)
            configuration.isCautious = configuration.isCautious || isFirstStep
        }
        let batches = BatchDesk(store: store, launcher: starter, environment: environment, clock: clock, logger: logger)
        let effects = try performer(
            Links(
                children: ChildRuns(starter: starter, environment: environment, reader: reader),
                batches: batches
            )
        )
        let signer = signer
        let catalogue = catalogue
        driver = try await Driver(
            machine: machine,
            journal: runs.journal,
            performer: effects,
            programs: { header in try await catalogue.program(id: header.scope, version: header.program) },
            observer: starter.desk,
            clock: clock,
            marker: marker,
            configuration: configuration,
            logger: logger
        )
        scheduler = TriggerScheduler(
            store: store,
            launcher: starter,
            calls: effects,
            batches: batches,
            environment: environment,
            callbackURL: { identity, name in
                let program = try await catalogue.program(id: identity.id, version: identity.version)
                guard let trigger = program.definition.trigger(named: name) else {
                    throw EngineError.noTrigger(name, of: identity.name)
                }
                return try await signer.address(of: trigger, workflow: identity).value
            },
            clock: clock,
            limits: settings.triggers,
            logger: logger
        )
        starter.bind(driver)
    }

    private static func environment(
        keyring: Keyring,
        settings: EngineSettings,
        signer: CallbackSigner,
        logger: Logger
    ) -> RunEnvironment {
        RunEnvironment(
            callbackURL: { header, identity, flight in signer.address(of: flight, run: header, workflow: identity) },
            newGUID: { RandomGUID.make() },
            random: { Int64.random(in: $0) },
            seal: { bytes in
                do {
                    let sealed = try keyring.seal(bytes, tenant: Store.serverTenant, context: "journal")
                    return Base64.encode(sealed)
                } catch {
                    // What cannot be sealed must not be written in clear: the value is lost, and the run's history says so.
                    logger.critical("A secret value cannot be sealed; it is lost.", metadata: ["reason": "\(error)"])
                    return ""
                }
            },
            open: { text in
                guard let sealed = Base64.decode(text) else {
                    throw DurableError(.damagedJournal, "A sealed value in the journal is not Base64.")
                }
                return try keyring.open(sealed, tenant: Store.serverTenant, context: "journal")
            },
            appSettings: settings.appSettings,
            runDuration: settings.runDuration,
            responsePatience: settings.responsePatience
        )
    }

    // MARK: - Living

    /// Serves until the task is cancelled: runs, triggers, callers who wait; deletes what is old, and shows how runs stand.
    public func run() async {
        let retention = Retention(
            store: catalogue.store,
            blobs: runs.files,
            clock: clock,
            configuration: settings.retention,
            logger: logger
        )
        let gauges = RunGauges(store: catalogue.store, clock: clock, logger: logger)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.driver.run() }
            group.addTask { await self.admitWaitingRuns() }
            group.addTask { await self.cancelOrphans() }
            group.addTask { await self.scheduler.run() }
            group.addTask { await self.expireCallers() }
            group.addTask { await self.pruneVersions() }
            group.addTask { await retention.run() }
            group.addTask { await gauges.run() }
            await group.waitForAll()
        }
    }

    /// Ends in order; call it after ``run()`` was cancelled: what runs is safe in the journal.
    public func shutDown() async {
        await driver.shutDown()
    }

    /// What is in memory now.
    public func figures() async -> Driver<WorkflowMachine>.Figures { await driver.figures() }

    /// Callers who wait for a Response.
    public var waitingCallers: Int { starter.desk.callers.count }

    private func expireCallers() async {
        while !Task.isCancelled {
            starter.desk.callers.expire()
            do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
        }
    }

    /// Runs that waited for others when the server ended: those that are free to work begin.
    private func admitWaitingRuns() async {
        await untilDone("Waiting runs cannot be read") {
            let groups = try await catalogue.store.read { snapshot in
                try SQLRuns.waitingGroups(machine: WorkflowMachine.name, in: snapshot)
            }
            for (tenant, scope, trigger) in groups {
                let record = try await catalogue.record(id: scope)
                var maximum: Int?
                if let record {
                    let program = try await catalogue.program(id: scope, version: record.version)
                    maximum = program.definition.trigger(named: trigger)?.maximumRuns
                }
                let name = RunGates.Name(workflow: scope, trigger: trigger)
                try await starter.desk.gates.prepare(name, tenant: tenant, maximum: maximum ?? Int.max)
                starter.desk.admit(starter.desk.gates.promote(name))
            }
        }
    }

    /// A deletion that was cut off: its workflow's runs end.
    private func cancelOrphans() async {
        await untilDone("Runs of deleted workflows cannot be cancelled") {
            for number in try await catalogue.store.read({ try WorkflowTable.orphans(in: $0) }) {
                driver.post(.cancel, to: RunNumber(number))
            }
        }
    }

    private func untilDone(_ trouble: String, _ body: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await body()
                return
            } catch {
                logger.error("\(trouble); trying again.", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: .seconds(5)) } catch { return }
            }
        }
    }

    private func pruneVersions() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(3_600)) } catch { return }
            let limit = clock.now + TimeSpan(ticks: -settings.versionRetention.ticks)
            do {
                _ = try await catalogue.store.commit(.rest) { transaction in
                    try WorkflowTable.pruneVersions(retiredBefore: limit, limit: 500, in: transaction)
                }
            } catch {
                logger.warning("Old versions cannot be pruned.", metadata: ["reason": "\(error)"])
            }
        }
    }
}
