import Durable
import Engine
import Expressions
import JSONTree
import Moments
import Playbooks

/// The world of a case: callers, mocked services, children, a virtual clock.
final class CaseWorld {
    let one: WorkflowCase
    let program: WorkflowProgram
    let environment: RunEnvironment
    let runs: VirtualRuns
    var requests: [CaseRequest] = []
    var callers: [CaseCaller] = []
    var started: [RunHeader] = []
    var admitted: [RunNumber: Timestamp] = [:]
    var waiting: [RunNumber] = []
    var open: Set<RunNumber> = []
    var history: (status: ActionStatus, fired: Bool)?
    var services: MockedServices
    var children: [String: WorkflowProgram] = [:]
    var parents: [RunNumber: (effect: RunNumber, flight: FlightNumber)] = [:]

    init(_ one: WorkflowCase, _ definition: Definition) {
        self.one = one
        services = MockedServices(one.json["mocks"])
        environment = RunEnvironment(
            callbackURL: { header, identity, flight in
                "https://tocsin.example/workflows/\(identity.id)/runs/\(header.name)/actions/\(flight)/run"
            },
            newGUID: { "00000000-0000-4000-8000-000000000000" },
            random: { range in range.lowerBound },
            seal: { Base64Seal.seal($0) },
            open: { try Base64Seal.open($0) }
        )
        program = Self.program(definition, "case")
        runs = VirtualRuns(start: one.start, machine: WorkflowMachine(environment: environment))
        for (name, child) in one.json["children"]?.objectValue ?? JSONObject() {
            let compiled = Definition.compile(
                child["definition"] ?? .null,
                parameters: child["parameters"]?.objectValue ?? JSONObject()
            )
            if let definition = compiled.definition { children[name.lowercased()] = Self.program(definition, name) }
        }
        runs.perform = { [unowned self] effect, header, flight in self.perform(effect, header, flight) }
        runs.published = { [unowned self] publication, header in self.published(publication, header) }
        runs.closed = { [unowned self] header, _ in self.closed(header) }
    }

    private static func program(_ definition: Definition, _ name: String) -> WorkflowProgram {
        WorkflowProgram(
            identity: .init(
                tenant: "t",
                id: name,
                name: name,
                resourceID: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/\(name)",
                version: "1"
            ),
            definition: definition
        )
    }

    func offset(_ text: String?) -> Timestamp {
        text.flatMap { ISODuration($0) }?.applied(to: one.start) ?? one.start
    }

    func happen() {
        let trigger = one.json["trigger"] ?? .null
        guard
            let node = program.definition.trigger(named: trigger["name"]?.stringValue ?? "")
                ?? program.definition.triggers.first
        else { return }
        if let firings = trigger["firings"]?.arrayValue {
            for firing in firings {
                runs.schedule(at: offset(firing["at"]?.stringValue)) { self.fire(node, firing) }
            }
        } else if let observe = one.json["observeFor"]?.stringValue {
            poll(node, until: offset(observe))
        } else {
            runs.schedule(at: one.start) { self.fire(node, trigger) }
        }
        if let after = one.json["cancelAfter"]?.stringValue {
            runs.schedule(at: offset(after)) {
                if let run = self.started.first { self.runs.deliver(.cancel, to: run.number) }
            }
        }
        runs.run(until: one.json["observeFor"]?.stringValue.map { offset($0) } ?? one.start + .days(400))
        finishCallers()
    }

    // MARK: Triggers

    private func fire(_ node: TriggerNode, _ firing: JSON) {
        if let request = firing["request"] {
            receive(node, request)
        } else {
            begin(
                node,
                outputs: firing["outputs"] ?? .object(JSONObject()),
                trackingID: nil,
                isCalled: node.type == .request
            )
        }
    }

    private func receive(_ node: TriggerNode, _ request: JSON) {
        let call = RequestTrigger.Call(
            method: request["method"]?.stringValue ?? "POST",
            path: request["path"]?.stringValue ?? "",
            queries: request["queries"]?.objectValue ?? JSONObject(),
            headers: request["headers"]?.objectValue ?? JSONObject(),
            body: request["body"].flatMap(\.nonNull)
        )
        do throws(RequestTrigger.Refusal) {
            let outputs = try RequestTrigger.outputs(node, call)
            let tracking = request["headers"]?[ignoringCase: "x-ms-client-tracking-id"]?.stringValue
            begin(node, outputs: outputs, trackingID: tracking, isCalled: true)
        } catch {
            callers.append(CaseCaller(status: error.status, body: ["error": error.error.json]))
        }
    }

    func begin(_ node: TriggerNode, outputs: JSON, trackingID: String?, isCalled: Bool) {
        let outcome = TriggerOutcome.evaluate(
            node,
            program: program,
            environment: environment,
            outputs: outputs,
            trackingID: trackingID,
            historyName: "history\(started.count)",
            now: runs.now
        )
        history = (outcome.status, outcome.isFired)
        let asynchronous = program.definition.actions.contains {
            $0.type == .response && $0.options.contains(.asynchronous)
        }
        let waits = isCalled && program.definition.hasResponse && node.splitOn == nil && !asynchronous
        switch TriggerGate.admit(
            node,
            active: open.count - waiting.count,
            waiting: waiting.count,
            starting: outcome.origins.count
        ) {
        case .refuse:
            callers.append(CaseCaller(status: 429))
            return
        case .admit(let immediately):
            var caller = CaseCaller(status: waits ? nil : 202)
            for (index, origin) in outcome.origins.enumerated() {
                var origin = origin
                origin.isQueued = index >= immediately
                if isCalled && program.definition.hasResponse { origin.callerWaitsUntil = runs.now + .seconds(120) }
                launch(origin, &caller)
            }
            if asynchronous {
                caller.isAsynchronous = true
                caller.headers = ["Location": "https://tocsin.example/status", "Retry-After": "20"]
            }
            if waits {
                caller.waitsUntil = runs.now + .seconds(120)
            }
            if isCalled { callers.append(caller) }
        }
        settleCallers()
    }

    private func launch(_ origin: RunOrigin, _ caller: inout CaseCaller) {
        let index = started.count
        let number = RunNumber(Int64(nextRunNumber))
        caller.run = number
        open.insert(number)
        if origin.isQueued { waiting.append(number) } else { admitted[number] = runs.now }
        nextRunNumber += 1
        let header = runs.start(program, origin)
        started.insert(header, at: index)
    }

    private var nextRunNumber = 1
    private var responses: [RunNumber: ResponseContent] = [:]
    private var ended: [RunNumber: Bool] = [:]

    // MARK: Runs

    private func published(_ publication: RunPublication, _ header: RunHeader) {
        switch publication {
        case .responded(let content): responses[header.number] = content
        case .ended(_, let hasResponded): ended[header.number] = hasResponded
        }
        if let parent = parents[header.number] { answerParent(parent, header) }
        settleCallers()
    }

    private func answerParent(_ parent: (effect: RunNumber, flight: FlightNumber), _ header: RunHeader) {
        let answer: EffectOutcome.Answer
        if let content = responses[header.number] {
            answer = .init(status: content.status, headers: content.headers, body: content.body)
        } else if ended[header.number] != nil {
            answer = .init(
                status: 502,
                headers: .object(JSONObject()),
                body: [
                    "error": [
                        "code": "NoResponse",
                        "message": "The server did not receive a response from an upstream server.",
                    ]
                ]
            )
        } else {
            return
        }
        parents[header.number] = nil
        runs.schedule(at: runs.now) {
            self.runs.deliver(.landed(parent.flight, .answered(answer)), to: parent.effect)
        }
    }

    private func closed(_ header: RunHeader) {
        open.remove(header.number)
        waiting.removeAll { $0 == header.number }
        guard let node = program.definition.triggers.first, let limit = node.maximumRuns else { return }
        while open.count - waiting.count < limit, !waiting.isEmpty {
            let next = waiting.removeFirst()
            admitted[next] = runs.now
            runs.schedule(at: runs.now) { self.runs.deliver(.admit, to: next) }
        }
    }

    private func settleCallers() {
        for index in callers.indices {
            guard let run = callers[index].run else { continue }
            if callers[index].isAsynchronous {
                if let content = responses[run] { callers[index].polled = Self.json(content) }
                continue
            }
            guard callers[index].status == nil else { continue }
            if let until = callers[index].waitsUntil, runs.now > until {
                callers[index].status = 504
            } else if let content = responses[run] {
                callers[index].status = content.status
                callers[index].headers = content.headers
                callers[index].body = content.body
            } else if ended[run] != nil {
                callers[index].status = 502
                callers[index].body = [
                    "error": [
                        "code": "NoResponse",
                        "message": "The server did not receive a response from an upstream server.",
                    ]
                ]
            }
        }
    }

    private func finishCallers() {
        settleCallers()
        for index in callers.indices where callers[index].status == nil { callers[index].status = 504 }
    }

    private static func json(_ content: ResponseContent) -> JSON {
        var object = JSONObject()
        object["status"] = .integer(Int64(content.status))
        object["headers"] = content.headers
        if let body = content.body { object["body"] = body }
        return .object(object)
    }

    // MARK: Effects

    private func perform(
        _ effect: ActionEffect,
        _ header: RunHeader,
        _ flight: FlightNumber
    ) -> [(after: TimeSpan, outcome: EffectOutcome)] {
        let now = TimeSpan(ticks: 0)
        if effect.node.type == .workflow, effect.kind == .call { return callChild(effect, header, flight) }
        do throws(RunError) {
            var call = try MockedServices.call(of: effect)
            call.addWorkflowHeaders(of: effect, run: header)
            note(call, name: effect.node.name, effect: effect)
            let outcome = services.answer(action: effect.node.name, call: call)
            if effect.kind == .subscribe { scheduleCallbacks(effect.node.name, header, flight) }
            return effect.kind == .unsubscribe ? [] : [(now, outcome)]
        } catch {
            return [(now, .refused(error, code: "BadRequest"))]
        }
    }

    private func callChild(
        _ effect: ActionEffect,
        _ header: RunHeader,
        _ flight: FlightNumber
    ) -> [(after: TimeSpan, outcome: EffectOutcome)] {
        let id = effect.inputs["host"]?["workflow"]?["id"]?.stringValue ?? ""
        guard let child = children[id.lowercased()], let trigger = child.definition.triggers.first else {
            return [
                (
                    TimeSpan(ticks: 0),
                    .refused(RunError("WorkflowNotFound", "The workflow '\(id)' could not be found."), code: "NotFound")
                )
            ]
        }
        var outputs = JSONObject()
        outputs["headers"] = effect.inputs["headers"] ?? .object(JSONObject())
        if let body = effect.inputs["body"] { outputs["body"] = body }
        let outcome = TriggerOutcome.evaluate(
            trigger,
            program: child,
            environment: environment,
            outputs: .object(outputs),
            trackingID: effect.clientTrackingID,
            historyName: "child",
            now: runs.now
        )
        guard let origin = outcome.origins.first else { return [] }
        nextRunNumber += 1
        runs.schedule(at: runs.now) {
            let number = RunNumber(Int64(self.childNumber(header)))
            self.parents[number] = (header.number, flight)
            self.runs.start(child, origin)
        }
        if !child.definition.hasResponse {
            return [(TimeSpan(ticks: 0), .answered(.init(status: 202, headers: .object(JSONObject()), body: nil)))]
        }
        return []
    }

    private func childNumber(_ header: RunHeader) -> Int64 { (runs.programs.keys.map(\.value).max() ?? 0) + 1 }

    private func scheduleCallbacks(_ action: String, _ header: RunHeader, _ flight: FlightNumber) {
        for callback in one.json["callbacks"]?.arrayValue ?? [] where callback["action"]?.stringValue == action {
            let after = callback["after"]?.stringValue.flatMap { ISODuration($0) }?.applied(to: runs.now) ?? runs.now
            var request = JSONObject()
            request["headers"] = callback["request"]?["headers"] ?? .object(JSONObject())
            if let body = callback["request"]?["body"] { request["body"] = body }
            let outputs = JSON.object(request)
            runs.schedule(at: after) { self.runs.deliver(.callback(flight, outputs), to: header.number) }
        }
    }

    func note(_ call: HTTPCall, name: String, effect: ActionEffect? = nil) {
        requests.append(
            CaseRequest(
                at: runs.now - one.start,
                effect: effect,
                call: call,
                connection: effect?.inputs["host"]?["connection"]?["name"],
                path: effect?.inputs[ignoringCase: "path"]?.stringValue,
                queries: effect?.inputs[ignoringCase: "queries"],
                actionOrTrigger: name
            )
        )
    }
}
