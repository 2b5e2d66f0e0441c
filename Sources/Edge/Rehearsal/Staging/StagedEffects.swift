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
    let shapes: ParsedShapes
    let reads: ReadShapes

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
        let effects = effects
        let input = OwnThread.wait { await effects.perform(effect, run: header, flight: flight) }
        var waited = TimeSpan(stage.takeWaited())
        var outcome = EffectOutcome.undecided
        if case .landed(_, let landed) = input { outcome = landed }
        let patience = TimeSpan.seconds(120)
        if waited > patience, effect.node.type != .javaScriptCode {
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

    /// The answer with the members that the playbook reads where the definition leaves open which there are.
    private func filled(_ outcome: EffectOutcome, _ effect: ActionEffect) -> EffectOutcome {
        guard case .answered(var answer) = outcome, (200..<300).contains(answer.status), let body = answer.body,
            let asked = recorder.last(of: effect.node.name), let connector = definition(asked.connector),
            let operation = connector.operation(id: asked.operation)
        else { return outcome }
        let now = stage.clock.now
        let maker = SampleValue(seed: effect.node.name, instant: { (now - .seconds($0)).iso8601 })
        var members = OpenMembers(resolve: connector.resolved, maker: maker)
        for wanted in [shapes.schema(of: effect.node.name), reads.schema(of: effect.node.name)] {
            guard let wanted, let old = answer.body else { continue }
            answer.body = members.filled(old, reads: wanted, schema: operation.answerSchema)
        }
        return answer.body == body ? outcome : .answered(answer)
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
        if let page = pages.take() {
            do {
                return (answers.delay, try RehearsedPages.answer(page, effect.node.name, answers, now: later))
            } catch {
                return nil
            }
        }
        guard effect.node.type != .httpWebhook, let key = effect.node.connection?.key,
            let connector = definition(key), let path = effect.inputs[ignoringCase: "path"]?.stringValue
        else { return nil }
        let method = effect.inputs[ignoringCase: "method"]?.stringValue ?? "POST"
        guard let schema = connector.operation(method: method, path: path)?.notificationSchema else { return nil }
        var maker = SampleValue(
            seed: effect.node.name,
            instant: { (later - .seconds($0)).iso8601 },
            resolve: connector.resolved
        )
        return (answers.delay, maker.value(of: schema, name: effect.node.name))
    }

    /// The connector of a connection; nil when it is not installed or cannot be read.
    func definition(_ connection: String) -> ConnectorDefinition? {
        let name = names.connectors.first { $0.key.isSame(ignoringCase: connection) }?.value ?? connection
        do {
            return try registry.connector(name)
        } catch {
            return nil
        }
    }
}
