public import Durable
public import JSONTree
import Moments

/// The rules of a playbook run: order, statuses, containers, retries, waits (workflow definition language, sections 6 to 9).
public struct WorkflowMachine: Machine {
    /// A version of a workflow, compiled.
    public typealias Program = WorkflowProgram
    /// What the events have led to.
    public typealias State = RunState
    /// A decision or a result.
    public typealias Event = RunEvent
    /// What is delivered to a run.
    public typealias Input = RunInput
    /// A call, a subscription, a look-up.
    public typealias Effect = ActionEffect
    /// A Response, or the end.
    public typealias Publication = RunPublication

    /// `workflow`.
    public static let name = "workflow"

    /// The format of this release's events.
    public static let eventFormat = 1

    let environment: RunEnvironment

    /// Makes the rules with what they take from outside.
    public init(environment: RunEnvironment) {
        self.environment = environment
    }

    /// The state before the first event.
    public func makeState(header: RunHeader, program: WorkflowProgram) -> RunState {
        RunState(header: header, program: program)
    }

    /// Folds an event into the state.
    public func apply(_ event: RunEvent, to state: inout RunState) {
        state.apply(event)
    }

    /// Handles one input.
    public func decide(_ input: RunInput, step: inout Step<WorkflowMachine>) {
        guard !step.state.status.isFinal else { return }
        switch input {
        case .begin(let origin):
            begin(origin, step: &step)
        case .admit:
            guard step.state.status == .waiting else { return }
            step.record(.admitted(at: step.now))
        case .landed(let flight, let outcome):
            landed(flight, outcome, step: &step)
        case .timer(let key):
            timer(key, step: &step)
        case .claim(let flight, let outcome):
            claimed(flight, outcome, step: &step)
        case .callback(let flight, let request):
            calledBack(flight, request, step: &step)
        case .cancel:
            endEarly(.cancelled, code: nil, error: nil, openStatus: .cancelled, step: &step)
        case .settle(let flight, let settlement):
            settled(flight, settlement, step: &step)
        }
    }

    private func begin(_ origin: RunOrigin, step: inout Step<WorkflowMachine>) {
        guard step.state.status == .pending else { return }
        step.record(.started(origin, at: step.now))
    }

    /// Goes on with whatever is ready.
    public func proceed(_ step: inout Step<WorkflowMachine>) -> Bool {
        while !step.state.status.isFinal, step.state.hasReady {
            let item = step.state.ready[step.state.readyHead]
            switch item {
            case .action(let ref): reach(ref, step: &step)
            case .frameDone(let frame): finishFrame(frame, step: &step)
            case .advance(let ref): advance(ref, item: item, step: &step)
            }
            if step.spend() { return step.state.hasReady && !step.state.status.isFinal }
        }
        return false
    }

    /// The input of a due timer.
    public func timerInput(_ key: TimerKey) -> RunInput { .timer(key) }

    /// The input that tells of a claim.
    public func claimInput(_ flight: FlightNumber, outcome: ClaimOutcome) -> RunInput { .claim(flight, outcome) }

    /// What the run list shows: the trigger, the tracking id, times, code and error.
    public func summary(of state: RunState) -> RunSummary {
        let isUnknown = state.flights.contains { $0.value.phase == .unknown }
        let isWaiting =
            state.status == .running && !state.flights.isEmpty && !state.hasReady
            && state.flights.allSatisfy { $0.value.phase == .unknown }
        return RunSummary(
            status: isWaiting ? ActionStatus.waiting.word : state.status.word,
            closed: state.end,
            detail: RunDetail(state).text,
            isOutcomeUnknown: isUnknown,
            isResting: state.end == nil && !state.hasReady && state.flights.allSatisfy { $0.value.phase.rests }
        )
    }

    /// Appends an event as JSON text.
    ///
    /// Nearly all events are small: they are written at once. One that is not is written anew, its large values set aside.
    public func encode(_ event: RunEvent, state: RunState, into text: inout JournalText) {
        let start = text.bytes.count
        var writer = RunEventWriter(state: state, seal: environment.seal)
        writer.json(event).write(into: &text.bytes)
        guard text.bytes.count - start > JournalText.inlineLimit else { return }
        text.bytes.removeSubrange(start...)
        swap(&writer.target, &text)
        writer.setsAside = true
        let json = writer.json(event)
        swap(&writer.target, &text)
        json.write(into: &text.bytes)
    }

    /// Reads an event.
    public func decode(_ json: JSON, format: Int, state: RunState, bodies: JournalBodies) throws -> RunEvent {
        guard format == Self.eventFormat else {
            throw DurableError(
                .unknownEvent,
                "The journal has events of format \(format); this release reads format \(Self.eventFormat)."
            )
        }
        return try RunEventReader(state: state, bodies: bodies, open: environment.open).event(json)
    }

    /// The state for a checkpoint.
    public func snapshot(of state: RunState) -> JSON? {
        let json = RunSnapshot.json(state)
        return state.program.hasSecrets ? ["$sealed": .string(environment.seal(json.bytes()))] : json
    }

    /// The state of a checkpoint.
    public func restore(_ snapshot: JSON, header: RunHeader, program: WorkflowProgram) throws -> RunState {
        if let sealed = snapshot["$sealed"]?.stringValue {
            let json = try JSON.parse(environment.open(sealed), limits: JournalRow.limits)
            return try RunSnapshot.state(json, header: header, program: program)
        }
        return try RunSnapshot.state(snapshot, header: header, program: program)
    }
}

/// The keys of a run's timers: two for the run, then four for each flight.
enum TimerKeys {
    static let runDuration: TimerKey = 1

    /// The pause of a flight: a retry, a poll, a point in time, a look-up.
    static func pause(_ flight: FlightNumber) -> TimerKey { flight * 4 }
    /// The limit of an action.
    static func limit(_ flight: FlightNumber) -> TimerKey { flight * 4 + 1 }
    /// Claims a taken business key anew, should the word of its release be lost.
    static func claim(_ flight: FlightNumber) -> TimerKey { flight * 4 + 2 }
}

/// What a list shows of a run beside its status, as compact JSON text.
public struct RunDetail: Sendable {
    /// The members.
    public var json: JSON

    init(_ state: RunState) {
        var object = JSONObject()
        object["trigger"] = .string(state.origin.trigger)
        object["tracking"] = .string(state.clientTrackingID)
        object["start"] = .integer(state.start.ticks)
        if let code = state.code { object["code"] = .string(code) }
        if let error = state.error { object["error"] = error.json }
        json = .object(object)
    }

    var text: String { json.text }
}
