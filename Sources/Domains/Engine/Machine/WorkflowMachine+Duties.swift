public import Durable
import JSONTree
import Playbooks

extension WorkflowMachine {
    /// Ending a subscription outlives the run and the process; its inputs are sealed, since addresses in them may be secrets.
    public func duty(_ effect: ActionEffect) -> [UInt8]? {
        guard case .unsubscribe = effect.kind else { return nil }
        return JSON.array([
            "unsubscribe", .string(effect.node.name), .string(effect.executionKey), .string(effect.trackingID),
            .string(effect.clientTrackingID), .string(environment.seal(effect.inputs.bytes())),
        ]).bytes()
    }

    /// The end of a subscription that an earlier process has left behind.
    ///
    /// - Throws: `DurableError` with code `unknownEvent` or `damagedJournal`; what opening sealed inputs throws.
    public func effect(ofDuty body: [UInt8], header: RunHeader, program: WorkflowProgram) throws -> ActionEffect {
        guard case .array(let parts) = try JSON.parse(body, limits: JournalRow.limits), parts.count == 6,
            parts[0].stringValue == "unsubscribe", let name = parts[1].stringValue, let sealed = parts[5].stringValue
        else {
            throw DurableError(.unknownEvent, "A run has left a duty behind that this release does not know.")
        }
        guard let node = program.definition.node(named: name) else {
            throw DurableError(.damagedJournal, "A duty names an action '\(name)' that the definition does not have.")
        }
        return ActionEffect(
            kind: .unsubscribe,
            program: program,
            node: node,
            inputs: try JSON.parse(environment.open(sealed), limits: JournalRow.limits),
            executionKey: parts[2].stringValue ?? "",
            trackingID: parts[3].stringValue ?? "",
            clientTrackingID: parts[4].stringValue ?? "",
            holdsKey: false,
            isResend: true,
            attempt: 1,
            context: nil
        )
    }

    /// Whether the other side has heard that a subscription ends, or never will: trying again helps only where nobody answered well.
    public func isDischarged(_ result: RunInput) -> Bool {
        guard case .landed(_, let outcome) = result else { return true }
        switch outcome {
        case .answered(let answer), .found(let answer):
            return answer.status < 500 && answer.status != 408 && answer.status != 429
        case .refused, .value, .needsKey, .released:
            return true
        case .unreachable, .doubtful, .unknown, .absent, .undecided, .held, .stillHeld:
            return false
        }
    }
}
