import Durable
import JSONTree
import Moments

/// A small machine for tests: a run keeps a diary, and may have something to say to the outside when it ends.
struct DiaryMachine: Machine {
    struct Program: Sendable {}

    struct State: Sendable {
        var lines: [String] = []
        var closed: Timestamp?
        var calls: [FlightNumber] = []
    }

    enum Event: Sendable {
        case said(String)
        case called(FlightNumber)
        case answered(FlightNumber)
        case ended(Timestamp)
    }

    enum Input: Sendable {
        case say(String)
        /// Calls out, and waits for the answer.
        case call
        case landed(FlightNumber, isGood: Bool)
        case wake(Timestamp)
        case timer(TimerKey)
        /// Says farewell and ends.
        case end(farewell: String?)
        /// Ends the process.
        case trap
        case claim
    }

    typealias Effect = String
    typealias Publication = String

    static let name = "diary"
    static let eventFormat = 1

    func makeState(header: RunHeader, program: Program) -> State { State() }

    func apply(_ event: Event, to state: inout State) {
        switch event {
        case .said(let text): state.lines.append(text)
        case .called(let flight): state.calls.append(flight)
        case .answered(let flight): state.calls.removeAll { $0 == flight }
        case .ended(let at): state.closed = at
        }
    }

    func decide(_ input: Input, step: inout Step<DiaryMachine>) {
        switch input {
        case .say(let text): step.record(.said(text))
        case .call:
            let flight = Int64(step.state.calls.count + 1)
            step.record(.called(flight))
            step.start("call", flight: flight)
        case .landed(let flight, _): step.record(.answered(flight))
        case .wake(let due): step.setTimer(1, due: due)
        case .timer: step.record(.said("woken"))
        case .end(let farewell):
            if let farewell { step.owe(farewell, flight: -1) }
            step.record(.ended(step.now))
        case .trap: fatalError("the test machine traps")
        case .claim: break
        }
    }

    func proceed(_ step: inout Step<DiaryMachine>) -> Bool { false }

    func recover(_ step: inout Step<DiaryMachine>) {
        if step.state.lines.last == "trap" { fatalError("the test machine traps again") }
        for flight in step.state.calls { step.start("call again", flight: flight) }
    }

    func timerInput(_ key: TimerKey) -> Input { .timer(key) }

    func claimInput(_ flight: FlightNumber, outcome: ClaimOutcome) -> Input { .claim }

    func summary(of state: State) -> RunSummary {
        RunSummary(status: state.closed == nil ? "Running" : "Succeeded", closed: state.closed, detail: "{}")
    }

    func encode(_ event: Event, state: State, into text: inout JournalText) {
        switch event {
        case .said(let line):
            var value = JSON.string(line)
            if line.utf8.count > JournalText.inlineLimit { value = text.setAside(value.bytes()) }
            JSON.array(["said", value]).write(into: &text.bytes)
        case .called(let flight): JSON.array(["called", .integer(flight)]).write(into: &text.bytes)
        case .answered(let flight): JSON.array(["answered", .integer(flight)]).write(into: &text.bytes)
        case .ended(let at): JSON.array(["ended", .integer(at.ticks)]).write(into: &text.bytes)
        }
    }

    func decode(_ json: JSON, format: Int, state: State, bodies: JournalBodies) throws -> Event {
        switch json[0]?.stringValue {
        case "said":
            let value = json[1] ?? .null
            let whole = try bodies.content(of: value).map { try JSON.parse($0) } ?? value
            return .said(whole.stringValue ?? "")
        case "called": return .called(json[1]?.integerValue ?? 0)
        case "answered": return .answered(json[1]?.integerValue ?? 0)
        case "ended": return .ended(Timestamp(ticks: json[1]?.integerValue ?? 0))
        default: throw DurableError(.unknownEvent, "No event of a diary.")
        }
    }

    func snapshot(of state: State) -> JSON? {
        ["lines": .array(state.lines.map { .string($0) }), "calls": .array(state.calls.map { .integer($0) })]
    }

    func restore(_ snapshot: JSON, header: RunHeader, program: Program) throws -> State {
        State(
            lines: snapshot["lines"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            calls: snapshot["calls"]?.arrayValue?.compactMap(\.integerValue) ?? []
        )
    }

    func duty(_ effect: String) -> [UInt8]? { effect.hasPrefix("farewell") ? Array(effect.utf8) : nil }

    func effect(ofDuty body: [UInt8], header: RunHeader, program: Program) throws -> String {
        String(decoding: body, as: UTF8.self)
    }

    func isDischarged(_ result: Input) -> Bool {
        if case .landed(_, let isGood) = result { isGood } else { false }
    }
}
