import Durable
import Engine
import JSONTree
import Logging
import Metrics
import Playbooks
import Signals

/// A performer of effects that tells the log and the metrics what came of each, without anything of what was sent or
/// answered.
struct WatchedEffects: EffectPerformer, TriggerCalls {
    typealias M = WorkflowMachine

    let effects: LiveEffects
    let logger: Logger

    func perform(_ effect: ActionEffect, run: RunHeader, flight: FlightNumber) async -> RunInput {
        let start = ContinuousClock.now
        let input = await effects.perform(effect, run: run, flight: flight)
        guard case .landed(_, let outcome) = input else { return input }
        let word = Self.word(outcome)
        let duration = ContinuousClock.now - start
        Metrics.Timer(
            label: "tocsin_action_call",
            dimensions: [("type", effect.node.type.word), ("outcome", word.text)]
        ).recordNanoseconds(Int64(duration.seconds * 1_000_000_000))
        logger.log(
            level: word.level,
            "An action's call has ended.",
            metadata: [
                LogKeys.tenant: "\(run.tenant)", LogKeys.workflow: "\(effect.program.identity.name)",
                LogKeys.run: "\(run.name)", LogKeys.action: "\(effect.node.name)",
                LogKeys.attempt: "\(effect.attempt)", LogKeys.status: "\(word.text)",
                LogKeys.code: "\(Self.code(outcome))", LogKeys.milliseconds: "\(Int(duration.seconds * 1_000))",
            ]
        )
        return input
    }

    func callTrigger(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        inputs: JSON,
        kind: TriggerCallKind
    ) async -> EffectOutcome {
        let outcome = await effects.callTrigger(trigger, program: program, inputs: inputs, kind: kind)
        let word = Self.word(outcome)
        logger.log(
            level: word.level,
            "A trigger's call has ended.",
            metadata: [
                LogKeys.tenant: "\(program.identity.tenant)", LogKeys.workflow: "\(program.identity.name)",
                LogKeys.trigger: "\(trigger.name)", LogKeys.status: "\(word.text)",
                LogKeys.code: "\(Self.code(outcome))",
            ]
        )
        return outcome
    }

    /// The outcome in one word, and how loud it is: a person has to decide about an unknown one.
    private static func word(_ outcome: EffectOutcome) -> (text: String, level: Logger.Level) {
        switch outcome {
        case .answered(let answer): answer.status < 400 ? ("answered", .debug) : ("answered", .info)
        case .refused: ("refused", .info)
        case .unreachable: ("unreachable", .info)
        case .doubtful: ("doubtful", .notice)
        case .unknown: ("unknown", .warning)
        case .needsKey: ("needsKey", .trace)
        case .found: ("found", .notice)
        case .absent: ("absent", .notice)
        case .undecided: ("undecided", .debug)
        case .held: ("held", .notice)
        case .stillHeld: ("held", .debug)
        case .released: ("released", .info)
        case .value: ("value", .debug)
        }
    }

    private static func code(_ outcome: EffectOutcome) -> String {
        switch outcome {
        case .answered(let answer): String(answer.status)
        case .refused(_, let code): code
        case .unreachable(let error), .unknown(let error), .held(let error), .stillHeld(let error): error.code
        case .doubtful(let error, let status, _): status.map(String.init) ?? error?.code ?? ""
        default: ""
        }
    }
}
