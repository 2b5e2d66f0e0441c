import Connectors
import Durable
import Engine
import JSONSchema
import JSONTree
import Moments
import Playbooks

/// Performs the effects of a rehearsed run by the code that performs them in earnest, against stand-ins.
struct StagedEffects {
    let stage: RehearsalStage
    let effects: LiveEffects
    let registry: ConnectorRegistry
    let recorder: CallRecorder
    let pages: RehearsedPages
    let answers: RehearsedAnswers
    let names: ConnectionNames
    let shapes: ExpectedShapes

    /// What came of an effect, after how long.
    struct Landing {
        var after: TimeSpan
        var outcome: EffectOutcome
        /// What the callback address hears later; nil: nobody calls it.
        var callback: (after: TimeSpan, body: JSON)?
    }

    /// Performs an effect at an instant; blocks, so that it is called on a thread of its own.
    func perform(_ effect: ActionEffect, _ header: RunHeader, _ flight: FlightNumber, at now: Timestamp) -> Landing {
        stage.clock.set(now)
        _ = stage.takeWaited()
        _ = pages.take()
        recorder.begin(effect.node.name, hidesInputs: effect.node.hidesInputs)
        if let key = effect.node.connection?.key, definition(key) == nil {
            return unknown(effect, names.connector(of: key))
        }
        let effects = effects
        let input = OwnThread.wait { await effects.perform(effect, run: header, flight: flight) }
        var waited = TimeSpan(stage.takeWaited())
        var outcome = EffectOutcome.undecided
        if case .landed(_, let landed) = input { outcome = landed }
        let patience = TimeSpan.seconds(120)
        if waited > patience, effect.node.type != .javaScriptCode, effect.node.type != .workflow {
            waited = patience
            outcome = late(effect)
        }
        outcome = filled(outcome, effect)
        var landing = Landing(after: waited, outcome: outcome)
        if effect.node.type.isWebhook, case .answered(let answer) = outcome, (200..<300).contains(answer.status) {
            landing.callback = callback(of: effect, at: now + waited)
        }
        return landing
    }

    /// The answer as the playbook expects it, under what the definition of its operation says.
    private func filled(_ outcome: EffectOutcome, _ effect: ActionEffect) -> EffectOutcome {
        guard case .answered(var answer) = outcome, (200..<300).contains(answer.status),
            let shape = shapes.body(of: effect.node.name), let (operation, connector) = called(effect),
            answer.body != nil || operation.answerSchema == nil
        else { return outcome }
        var value = ShapedValue(seed: effect.node.name, now: stage.clock.now, resolve: connector.resolved)
        answer.body = value.value(answer.body, shape, schema: operation.answerSchema, name: effect.node.name)
        recorder.assume(value.assumed)
        return .answered(answer)
    }

    /// The operation that an effect has called: the one that was asked, or the one that it names where nobody need be asked.
    private func called(_ effect: ActionEffect) -> (operation: OperationDescription, connector: ConnectorDefinition)? {
        if let asked = recorder.last(of: effect.node.name) {
            guard let connector = definition(asked.connector), let operation = connector.operation(id: asked.operation)
            else { return nil }
            return (operation, connector)
        }
        return CalledOperation.find(effect.node.rawInputs, effect.node.connection?.key, definition)
    }

    /// The answer came after the longest wait for one.
    private func late(_ effect: ActionEffect) -> EffectOutcome {
        let error = RunError("RequestTimeout", "The service did not answer within 120 seconds.")
        let method = effect.inputs[ignoringCase: "method"]?.stringValue?.uppercased() ?? "POST"
        return ["GET", "PUT", "DELETE", "HEAD"].contains(method) ? .unreachable(error) : .unknown(error)
    }

    /// What somebody answers to a question, or what a service posts to its subscriber.
    private func callback(of effect: ActionEffect, at now: Timestamp) -> (after: TimeSpan, body: JSON)? {
        let later = now + answers.delay
        let shape = shapes.body(of: effect.node.name)
        if let page = pages.take() {
            do {
                let answer = try RehearsedPages.answer(page, effect.node.name, answers, now: later)
                guard let shape else { return (answers.delay, answer) }
                var value = ShapedValue(seed: effect.node.name, now: later)
                let outline = TriggerPayload.outline(answer, isFixed: true)
                return (answers.delay, value.value(answer, shape, schema: outline, name: effect.node.name))
            } catch {
                return nil
            }
        }
        guard effect.node.type != .httpWebhook else { return (answers.delay, expected(of: effect, at: later)) }
        guard let key = effect.node.connection?.key, let connector = definition(key),
            let path = effect.inputs[ignoringCase: "path"]?.stringValue
        else { return nil }
        let method = effect.inputs[ignoringCase: "method"]?.stringValue ?? "POST"
        guard let schema = connector.operation(method: method, path: path)?.notificationSchema else { return nil }
        var maker = SampleValue(
            seed: effect.node.name,
            instant: { (later - .seconds($0)).iso8601 },
            resolve: connector.resolved
        )
        let body = maker.value(of: schema, name: effect.node.name)
        guard let shape else { return (answers.delay, body) }
        var value = ShapedValue(seed: effect.node.name, now: later, resolve: connector.resolved)
        return (answers.delay, value.value(body, shape, schema: schema, name: effect.node.name))
    }

    /// A call of a connector that is not installed: it is written down, and answered as the playbook expects.
    private func unknown(_ effect: ActionEffect, _ connector: String) -> Landing {
        recorder.miss(connector)
        let path = effect.inputs[ignoringCase: "path"]?.stringValue ?? "/"
        let number = recorder.add(
            method: effect.inputs[ignoringCase: "method"]?.stringValue?.uppercased() ?? "POST",
            url: "\(connector):\(path.hasPrefix("/") ? "" : "/")\(path)",
            body: effect.inputs[ignoringCase: "body"],
            connector: connector,
            operation: nil
        )
        recorder.answered(number, status: 200, origin: "unmatched")
        let body = expected(of: effect, at: stage.clock.now)
        let isAsked = effect.node.type.isWebhook && effect.kind != .unsubscribe
        return Landing(
            after: .zero,
            outcome: .answered(.init(status: 200, headers: .object(JSONObject()), body: body)),
            callback: isAsked ? (answers.delay, body) : nil
        )
    }

    /// What the playbook expects of an answer of which nothing else is known.
    private func expected(of effect: ActionEffect, at now: Timestamp) -> JSON {
        guard let shape = shapes.body(of: effect.node.name) else { return .object(JSONObject()) }
        var value = ShapedValue(seed: effect.node.name, now: now)
        return value.value(nil, shape, schema: nil, name: effect.node.name)
    }

    /// The connector of a connection; nil when it is not installed or cannot be read.
    func definition(_ connection: String) -> ConnectorDefinition? {
        do {
            return try registry.connector(names.connector(of: connection))
        } catch {
            return nil
        }
    }
}
