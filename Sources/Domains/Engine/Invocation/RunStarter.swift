import Durable
import Moments
import Playbooks
import Synchronization

/// Starts runs: each at most once for its cause, within the limits of its trigger.
final class RunStarter: Sendable {
    /// How many runs of one firing are started at a time.
    private static let width = 128

    let catalogue: WorkflowCatalogue
    let desk: RunDesk
    let clock: any WallClock
    private let bound = Mutex<Driver<WorkflowMachine>?>(nil)

    init(catalogue: WorkflowCatalogue, desk: RunDesk, clock: any WallClock) {
        self.catalogue = catalogue
        self.desk = desk
        self.clock = clock
    }

    /// Gives it the driver, which is made after it.
    func bind(_ driver: Driver<WorkflowMachine>) {
        bound.withLock { $0 = driver }
        desk.bind(driver)
    }

    var driver: Driver<WorkflowMachine> {
        get throws(EngineError) {
            guard let driver = bound.withLock({ $0 }) else {
                throw EngineError(503, "ServerBusy", "The server is starting; try again.", retryAfterSeconds: 1)
            }
            return driver
        }
    }

    /// A run that is about to start.
    struct Start: Sendable {
        var origin: RunOrigin
        var number: RunNumber
        var name: String
        var cause: String?
    }

    /// A run with a number, and a name unless it is given one.
    func start(_ origin: RunOrigin, name: String? = nil, cause: String? = nil) throws(EngineError) -> Start {
        let number = try driver.nextRunNumber()
        let name = name ?? RunNames.name(at: clock.now, number: number)
        return Start(origin: origin, number: number, name: name, cause: cause)
    }

    /// Starts runs of a trigger; they are durable when this returns.
    ///
    /// `isForced`: they were accepted before, so that a full queue does not refuse them.
    ///
    /// - Returns: those that were started; one whose cause has started a run before is left out.
    /// - Throws: `EngineError`: 429 when the trigger's queue is full, 503 and 507 when the server cannot take them now.
    func start(
        _ starts: [Start],
        trigger: TriggerNode,
        program: WorkflowProgram,
        isForced: Bool = false
    ) async throws -> [RunHeader] {
        var waiting: Set<RunNumber> = []
        if let maximum = trigger.maximumRuns {
            let gate = RunGates.Name(workflow: program.identity.id, trigger: trigger.name)
            try await desk.gates.prepare(gate, tenant: program.identity.tenant, maximum: maximum)
            waiting = try desk.gates.enter(gate, starts.map(\.number), trigger: trigger, isForced: isForced)
        }
        if starts.count == 1, let only = starts.first {
            return try await start(only, waiting.contains(only.number), trigger, program).map { [$0] } ?? []
        }
        return try await withThrowingTaskGroup(of: (Int, RunHeader?).self) { group in
            var started: [(Int, RunHeader)] = []
            var next = 0
            func launch() {
                let place = next
                let item = starts[place]
                let isQueued = waiting.contains(item.number)
                group.addTask { (place, try await self.start(item, isQueued, trigger, program)) }
                next += 1
            }
            while next < min(Self.width, starts.count) { launch() }
            do {
                while let (place, header) = try await group.next() {
                    if let header { started.append((place, header)) }
                    if next < starts.count { launch() }
                }
            } catch {
                for item in starts.dropFirst(next) { leave(item, trigger, program) }
                throw error
            }
            return started.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func start(
        _ item: Start,
        _ isQueued: Bool,
        _ trigger: TriggerNode,
        _ program: WorkflowProgram
    ) async throws -> RunHeader? {
        var origin = item.origin
        origin.isQueued = isQueued
        let identity = program.identity
        let seed = RunSeed<WorkflowMachine>(
            header: RunHeader(
                number: item.number,
                tenant: identity.tenant,
                scope: identity.id,
                name: item.name,
                program: identity.version,
                opened: clock.now
            ),
            program: program,
            group: trigger.name,
            cause: item.cause,
            input: .begin(origin),
            isEphemeral: identity.isStateless
        )
        do {
            return try await driver.start(seed)
        } catch let error as DurableError {
            leave(item, trigger, program)
            if error.code == .duplicate { return nil }
            throw EngineError(error)
        }
    }

    private func leave(_ item: Start, _ trigger: TriggerNode, _ program: WorkflowProgram) {
        guard trigger.maximumRuns != nil else { return }
        let gate = RunGates.Name(workflow: program.identity.id, trigger: trigger.name)
        desk.admit(desk.gates.leave(gate, item.number))
    }
}

extension RunStarter: RunLauncher {
    func launch(
        _ outcome: TriggerOutcome,
        trigger: TriggerNode,
        program: WorkflowProgram,
        history: String,
        cause: String,
        isResumed: Bool
    ) async throws -> [RunHeader] {
        guard !outcome.origins.isEmpty else { return [] }
        let isSingle = outcome.origins.count == 1
        var starts: [Start] = []
        for (index, origin) in outcome.origins.enumerated() {
            starts.append(
                try start(origin, name: isSingle ? history : nil, cause: isSingle ? cause : "\(cause)/\(index)")
            )
        }
        return try await start(starts, trigger: trigger, program: program, isForced: isResumed)
    }

    func workflow(id: String) async throws -> SchedulableWorkflow? {
        guard let record = try await catalogue.record(id: id) else { return nil }
        let program = try await catalogue.program(id: id, version: record.version)
        return SchedulableWorkflow(program: program, isEnabled: record.state == .enabled)
    }

    func program(workflowID: String, version: String) async throws -> WorkflowProgram? {
        do {
            return try await catalogue.program(id: workflowID, version: version)
        } catch let error as EngineError where error.status == 404 {
            return nil
        }
    }
}

extension EngineError {
    /// What a caller hears of trouble in the durable layer.
    init(_ error: DurableError) {
        switch error.code {
        case .overloaded: self.init(503, "ServerBusy", error.message, retryAfterSeconds: 5)
        case .stopped: self.init(503, "ServerBusy", "The server is shutting down.", retryAfterSeconds: 5)
        case .diskFull:
            self.init(507, "InsufficientStorage", "The disk of the server is full; nothing was started.")
        case .unknownRun: self.init(404, "WorkflowRunNotFound", error.message)
        case .quarantined: self.init(409, Self.quarantinedCode, error.message)
        default: self.init(500, "InternalServerError", error.message)
        }
    }
}
