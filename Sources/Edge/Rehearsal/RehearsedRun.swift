import Durable
import Engine
public import JSONTree
public import Moments
public import Playbooks

/// Why a run could not be rehearsed: nothing has run.
public struct RehearsalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable word: `UnknownTrigger`, `NoTrigger`, `TriggerSkipped`, `TriggerFailed`, or the engine's own code.
    public let code: String
    /// What is wrong and what to do.
    public let message: String

    /// Code and message.
    public var description: String { "\(code): \(message)" }
}

/// One run of a workflow in virtual time, its outbound calls answered from mocks: `tocsin run FILE`.
///
/// It is driven by the same rules and the same journal form as the server's runs; delays take no real time.
public final class RehearsedRun {
    private let program: WorkflowProgram
    private let runs: VirtualRuns
    private let environment: RunEnvironment
    private let start: Timestamp
    private var services: MockedServices
    private let staged: StagedEffects?
    private let progress: (String) -> Void
    /// What the run answered to its caller, and when; nil when it did not.
    private(set) var response: (content: ResponseContent, at: Timestamp)?

    /// The tenant of all that is rehearsed.
    static let tenant = "rehearsal"

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - definition: the compiled workflow.
    ///   - name: its name.
    ///   - mocks: answers to outbound calls, see ``MockedServices``.
    ///   - start: the instant at which the run starts on its virtual clock.
    ///   - progress: hears a line for every call to the outside and its answer.
    public convenience init(
        _ definition: Definition,
        name: String,
        mocks: MockedServices,
        start: Timestamp,
        progress: @escaping (String) -> Void = { _ in }
    ) {
        self.init(definition, name: name, mocks: mocks, start: start, staged: nil, progress: progress)
    }

    /// `staged`: performs what no mock answers; nil: such calls fail.
    init(
        _ definition: Definition,
        name: String,
        mocks: MockedServices,
        start: Timestamp,
        staged: StagedEffects?,
        progress: @escaping (String) -> Void
    ) {
        self.start = start
        self.staged = staged
        self.progress = progress
        services = mocks
        program = WorkflowProgram(
            identity: .init(
                tenant: Self.tenant,
                id: name,
                name: name,
                resourceID: "/subscriptions/local/resourceGroups/local/providers/Microsoft.Logic/workflows/\(name)",
                version: "1"
            ),
            definition: definition
        )
        environment = RunEnvironment(
            callbackURL: { header, identity, flight in
                "https://tocsin.example/workflows/\(identity.id)/runs/\(header.name)/actions/\(flight)/run"
            },
            newGUID: { RandomGUID.make() },
            random: { Int64.random(in: $0) },
            seal: { Base64Seal.seal($0) },
            open: { try Base64Seal.open($0) }
        )
        runs = VirtualRuns(start: start, machine: WorkflowMachine(environment: environment))
    }

    /// Fires a trigger and lets the run come to its end.
    ///
    /// - Parameters:
    ///   - trigger: the trigger's name; nil: the first one.
    ///   - payload: the body that the trigger hands over, or all its outputs: an object with `body` that has no other
    ///     members than `headers`, `queries`, `relativePathParameters` and `statusCode`. Nil: no body.
    /// - Returns: the run with all its records. A trigger with `splitOn` starts the run of its first item.
    /// - Throws: ``RehearsalError`` when no run starts.
    public func fire(trigger: String?, payload: JSON?) throws(RehearsalError) -> RunRecord {
        let firing = ManualFiring(program: program, environment: environment, start: start)
        let (origin, count) = try firing.origin(trigger: trigger, payload: payload)
        if count > 1 { progress("the trigger starts \(count) runs; this is the first") }
        runs.published = { [unowned self] publication, _ in
            if case .responded(let content) = publication, response == nil { response = (content, runs.now) }
        }
        runs.perform = { [unowned self] effect, header, flight in self.perform(effect, header, flight) }
        let header = runs.start(program, origin)
        runs.run(until: start + environment.runDuration + .days(1))
        do {
            return RunRecord(try runs.history(of: header.number))
        } catch {
            throw RehearsalError(code: "UnreadableHistory", message: "The record of the run cannot be read: \(error)")
        }
    }

    // MARK: Calls to the outside

    private func perform(
        _ effect: ActionEffect,
        _ header: RunHeader,
        _ flight: FlightNumber
    ) -> [(after: TimeSpan, outcome: EffectOutcome)] {
        let name = effect.node.name
        if let staged, !isMocked(effect) { return perform(effect, header, flight, staged) }
        do throws(RunError) {
            let call = try call(of: effect)
            let outcome = services.answer(action: name, call: call, hidesAddress: effect.node.hidesInputs)
            let address = effect.node.hidesInputs ? "(secured)" : call.uri.prefix { $0 != "?" }
            progress("+\((runs.now - start).text) \(name): \(call.method) \(address) \(Self.word(outcome))")
            guard effect.kind != .unsubscribe else { return [] }
            if effect.kind == .subscribe { planCallbacks(name, header, flight) }
            if effect.node.type == .javaScriptCode, case .answered(let answer) = outcome {
                return [(.zero, .value(answer.body ?? .null))]
            }
            return [(.zero, outcome)]
        } catch {
            progress("+\((runs.now - start).text) \(name): refused, \(error.code)")
            return [(.zero, .refused(error, code: "BadRequest"))]
        }
    }

    /// Lets the code of the server perform the effect, against stand-ins.
    private func perform(
        _ effect: ActionEffect,
        _ header: RunHeader,
        _ flight: FlightNumber,
        _ staged: StagedEffects
    ) -> [(after: TimeSpan, outcome: EffectOutcome)] {
        let landing = staged.perform(effect, header, flight, at: runs.now)
        progress("+\((runs.now - start).text) \(effect.node.name): \(Self.word(landing.outcome))")
        guard effect.kind != .unsubscribe else { return [] }
        if let callback = landing.callback {
            let content: JSON = ["headers": [:], "body": callback.body]
            runs.schedule(at: runs.now + landing.after + callback.after) {
                self.runs.deliver(.callback(flight, content), to: header.number)
            }
        } else if effect.kind == .subscribe {
            planCallbacks(effect.node.name, header, flight)
        }
        return [(landing.after, landing.outcome)]
    }

    /// Whether a mock answers an effect.
    private func isMocked(_ effect: ActionEffect) -> Bool {
        do throws(RunError) {
            return services.answers(effect.node.name, try call(of: effect))
        } catch {
            return false
        }
    }

    /// Calls that are no requests of their own (child workflows, functions, batches, scripts) go by the action's type.
    private func call(of effect: ActionEffect) throws(RunError) -> HTTPCall {
        switch effect.node.type {
        case .workflow, .function, .sendToBatch, .javaScriptCode:
            guard effect.kind == .call else { break }
            return HTTPCall(method: "POST", uri: effect.node.type.word, body: effect.inputs[ignoringCase: "body"])
        default: break
        }
        return try MockedServices.call(of: effect)
    }

    private func planCallbacks(_ action: String, _ header: RunHeader, _ flight: FlightNumber) {
        for callback in services.callbacks(of: action) {
            let after = callback["after"]?.stringValue.flatMap { ISODuration($0) }?.applied(to: runs.now) ?? runs.now
            var outputs = JSONObject()
            outputs["headers"] = callback["request"]?["headers"] ?? .object(JSONObject())
            if let body = callback["request"]?["body"] { outputs["body"] = body }
            let content = JSON.object(outputs)
            runs.schedule(at: after) { self.runs.deliver(.callback(flight, content), to: header.number) }
        }
    }

    private static func word(_ outcome: EffectOutcome) -> String {
        switch outcome {
        case .answered(let answer): "→ \(answer.status)"
        case .unreachable(let error): "→ \(error.message)"
        case .refused(let error, _), .unknown(let error): "→ \(error.code)"
        default: "→ no answer"
        }
    }
}

/// Random GUIDs of version 4.
enum RandomGUID {
    static func make() -> String {
        let digits = Array("0123456789abcdef")
        var text = ""
        for place in 0..<32 {
            if [8, 12, 16, 20].contains(place) { text.append("-") }
            switch place {
            case 12: text.append("4")
            case 16: text.append(digits[Int.random(in: 8...11)])
            default: text.append(digits[Int.random(in: 0...15)])
            }
        }
        return text
    }
}
