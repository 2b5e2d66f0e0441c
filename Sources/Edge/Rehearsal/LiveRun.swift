public import Durable
public import Engine
public import JSONTree
public import Logging
import Moments
public import Playbooks
import Synchronization

/// One run of a workflow for real, without a server: calls go out, delays take their time: `tocsin run FILE --live`.
///
/// It is driven by the same rules as the server's runs, over a journal in memory: whoever ends the process ends the run.
public struct LiveRun: Sendable {
    private let program: WorkflowProgram
    private let environment: RunEnvironment
    private let logger: Logger

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - definition: the compiled workflow.
    ///   - name: its name.
    ///   - tenant: whose connections it uses.
    ///   - logger: where trouble is told.
    public init(_ definition: Definition, name: String, tenant: String, logger: Logger) {
        self.logger = logger
        program = WorkflowProgram(
            identity: .init(
                tenant: tenant,
                id: name,
                name: name,
                resourceID: "/subscriptions/local/resourceGroups/local/providers/Microsoft.Logic/workflows/\(name)",
                version: "1"
            ),
            definition: definition
        )
        environment = RunEnvironment(
            // Nobody listens here: a subscription is refused before anyone could learn the address.
            callbackURL: { header, identity, flight in
                "https://tocsin.invalid/workflows/\(identity.id)/runs/\(header.name)/actions/\(flight)/run"
            },
            newGUID: { RandomGUID.make() },
            random: { Int64.random(in: $0) },
            seal: { Base64Seal.seal($0) },
            open: { try Base64Seal.open($0) }
        )
    }

    /// Fires a trigger and waits for the end of the run.
    ///
    /// - Parameters:
    ///   - trigger: the trigger's name; nil: the first one.
    ///   - payload: as for ``RehearsedRun/fire(trigger:payload:)``.
    ///   - performer: makes the calls.
    ///   - progress: hears a line for every call to the outside.
    /// - Returns: the run with all its records.
    /// - Throws: ``RehearsalError`` when no run starts; `DurableError` when it cannot go on.
    public func fire(
        trigger: String?,
        payload: JSON?,
        performer: some EffectPerformer<WorkflowMachine>,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> RunRecord {
        let clock = SystemClock()
        let start = clock.now
        let firing = ManualFiring(program: program, environment: environment, start: start)
        let (origin, count) = try firing.origin(trigger: trigger, payload: payload)
        if count > 1 { progress("the trigger starts \(count) runs; this is the first") }
        let machine = WorkflowMachine(environment: environment)
        let journal = MemoryJournal()
        let end = RunEnd()
        let driver = try await Driver(
            machine: machine,
            journal: journal,
            performer: LoneEffects(performer: performer, start: start, progress: progress),
            programs: { [program] _ in program },
            observer: end,
            clock: clock,
            logger: logger
        )
        let number = driver.nextRunNumber()
        let header = RunHeader(
            number: number,
            tenant: program.identity.tenant,
            scope: program.identity.id,
            name: RunNames.name(at: start, number: number),
            program: program.identity.version,
            opened: start
        )
        let serving = Task { await driver.run() }
        do {
            try await driver.start(
                RunSeed(header: header, program: program, group: origin.trigger, input: .begin(origin))
            )
            try await end.wait()
        } catch {
            serving.cancel()
            await driver.shutDown()
            throw error
        }
        serving.cancel()
        await driver.shutDown()
        return RunRecord(
            try HistoryReader.read(
                header: header,
                rows: journal.allRows(of: number),
                bodies: journal.bodies(of: number),
                program: program,
                machine: machine
            )
        )
    }
}

/// Waits for the end of the only run.
private final class RunEnd: RunObserver {
    typealias M = WorkflowMachine

    private struct State {
        var result: Result<Void, DurableError>?
        var waiting: CheckedContinuation<Void, any Error>?
    }

    private let state = Mutex(State())

    func wait() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let result = state.withLock { state -> Result<Void, DurableError>? in
                if state.result == nil { state.waiting = continuation }
                return state.result
            }
            if let result { continuation.resume(with: result) }
        }
    }

    func published(_ publication: RunPublication, by run: RunHeader) {}

    func closed(_ run: RunHeader, group: String, summary: RunSummary) { settle(.success(())) }

    func stuck(_ run: RunNumber, error: DurableError) { settle(.failure(error)) }

    private func settle(_ result: Result<Void, DurableError>) {
        let waiting = state.withLock { state in
            state.result = state.result ?? result
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(with: result)
    }
}

/// The calls of a run that has no server: nobody can call it back, and nobody settles what is unknown.
private struct LoneEffects<P: EffectPerformer<WorkflowMachine>>: EffectPerformer {
    typealias M = WorkflowMachine

    let performer: P
    let start: Timestamp
    let progress: @Sendable (String) -> Void

    func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        let name = effect.node.name
        if effect.node.type.isWebhook {
            tell("\(name): refused, there is no server that could be called back")
            let error = RunError(
                "CallbackNotPossible",
                "The action '\(name)' waits to be called back, and a run without a server has no address. Deploy the workflow to a server with `tocsin deploy`."
            )
            return .landed(flight, .refused(error, code: "NotSupported"))
        }
        tell("\(name): \(effect.node.type.word)")
        let input = await performer.perform(effect, run: run, flight: flight)
        guard case .landed(_, let outcome) = input else { return input }
        tell("\(name) \(Self.word(outcome))")
        guard case .unknown(let error) = outcome else { return input }
        return .landed(
            flight,
            .refused(
                RunError("OutcomeUnknown", "\(error.message) A run without a server cannot wait for that."),
                code: "OutcomeUnknown"
            )
        )
    }

    private func tell(_ line: String) { progress("+\((SystemClock().now - start).text) \(line)") }

    private static func word(_ outcome: EffectOutcome) -> String {
        switch outcome {
        case .answered(let answer), .found(let answer): "→ \(answer.status)"
        case .unreachable(let error), .refused(let error, _), .unknown(let error): "→ \(error.message)"
        case .value: "→ done"
        case .held(let error), .stillHeld(let error): "→ waits: \(error.message)"
        case .doubtful, .absent, .undecided, .needsKey, .released: "→ no answer yet"
        }
    }
}
