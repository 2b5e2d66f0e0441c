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
    private let progress: (String) -> Void

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - definition: the compiled workflow.
    ///   - name: its name.
    ///   - mocks: answers to outbound calls, see ``MockedServices``.
    ///   - start: the instant at which the run starts on its virtual clock.
    ///   - progress: hears a line for every call to the outside and its answer.
    public init(
        _ definition: Definition,
        name: String,
        mocks: MockedServices,
        start: Timestamp,
        progress: @escaping (String) -> Void = { _ in }
    ) {
        self.start = start
        self.progress = progress
        services = mocks
        program = WorkflowProgram(
            identity: .init(
                tenant: "rehearsal",
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
        let node = try node(named: trigger)
        let outcome = TriggerOutcome.evaluate(
            node,
            program: program,
            environment: environment,
            outputs: try outputs(of: node, payload),
            historyName: RunNames.name(at: start, number: RunNumber(1)),
            now: start
        )
        guard var origin = outcome.origins.first else {
            if let error = outcome.error {
                throw RehearsalError(
                    code: "TriggerFailed",
                    message: "\(error.message) Correct the trigger or the payload."
                )
            }
            throw RehearsalError(
                code: "TriggerSkipped",
                message: "The trigger '\(node.name)' starts no run with this payload: a condition does not hold, or "
                    + "'splitOn' has no item. Give another payload."
            )
        }
        if outcome.origins.count > 1 {
            progress("the trigger starts \(outcome.origins.count) runs; this is the first")
        }
        if node.type == .request, program.definition.hasResponse {
            origin.callerWaitsUntil = start + environment.responsePatience
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

    private func node(named name: String?) throws(RehearsalError) -> TriggerNode {
        let triggers = program.definition.triggers
        guard let first = triggers.first else {
            throw RehearsalError(code: "NoTrigger", message: "The workflow has no trigger. Add one to 'triggers'.")
        }
        guard let name else { return first }
        guard let node = program.definition.trigger(named: name) else {
            let names = triggers.map { "'\($0.name)'" }.joined(separator: ", ")
            throw RehearsalError(
                code: "UnknownTrigger",
                message: "There is no trigger '\(name)'; the workflow has \(names)."
            )
        }
        return node
    }

    private func outputs(of node: TriggerNode, _ payload: JSON?) throws(RehearsalError) -> JSON {
        let members: Set = ["headers", "body", "queries", "relativePathParameters", "statusCode"]
        if let object = payload?.objectValue, object["body"] != nil, object.allSatisfy({ members.contains($0.name) }) {
            return .object(object)
        }
        guard node.type == .request, node.relativePath == nil else {
            return payload.map { ["headers": [:], "body": $0] } ?? .object(JSONObject())
        }
        let call = RequestTrigger.Call(
            method: node.method ?? "POST",
            path: "",
            queries: JSONObject(),
            headers: payload == nil ? [:] : ["Content-Type": "application/json"],
            body: payload
        )
        do throws(RequestTrigger.Refusal) {
            return try RequestTrigger.outputs(node, call)
        } catch {
            throw RehearsalError(code: error.error.code, message: error.error.message)
        }
    }

    // MARK: Calls to the outside

    private func perform(
        _ effect: ActionEffect,
        _ header: RunHeader,
        _ flight: FlightNumber
    ) -> [(after: TimeSpan, outcome: EffectOutcome)] {
        let name = effect.node.name
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
