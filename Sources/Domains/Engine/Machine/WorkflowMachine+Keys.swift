import Durable
import JSONTree
import Moments
import Playbooks

extension WorkflowMachine {
    /// What became of a claim on a business key.
    func claimed(_ number: FlightNumber, _ outcome: ClaimOutcome, step: inout Step<WorkflowMachine>) {
        guard let flight = step.state.flights[number], let node = step.state.node(flight.ref),
            flight.phase == .claiming || flight.phase == .keyTaken
        else { return }
        switch outcome {
        case .held, .inherited:
            progress(
                number,
                flight,
                .calling,
                sent: step.now,
                scratch: ["held": true],
                isResend: outcome == .inherited,
                step: &step
            )
            send(number, .call, step: &step)
        case .answered(let text):
            let stored = StoredAnswer.read(text, open: environment.open)
            complete(
                node,
                flight.ref,
                .succeeded,
                code: stored["statusCode"]?.integerValue.map { StatusCodes.code(Int($0)) } ?? "OK",
                inputs: nil,
                outputs: stored,
                start: flight.start,
                step: &step
            )
        case .taken:
            if flight.phase != .keyTaken { progress(number, flight, .keyTaken, step: &step) }
            step.setTimer(TimerKeys.claim(number), due: step.now + .seconds(60))
            limitDuration(step: &step)
        case .free:
            progress(number, flight, .claiming, step: &step)
            if let key = flight.scratch["key"]?.stringValue { step.claim(key, flight: number) }
        }
    }

    /// A person has decided what became of a call.
    func settled(_ number: FlightNumber, _ settlement: RunInput.Settlement, step: inout Step<WorkflowMachine>) {
        guard let flight = step.state.flights[number], let node = step.state.node(flight.ref), flight.phase == .unknown
        else { return }
        switch settlement {
        case .happened(let outputs) where node.type.isWebhook:
            // What happened is the subscription: its callback is still to come.
            progress(number, flight, .subscribed, scratch: ["subscription": outputs], step: &step)
        case .happened(let outputs):
            release(flight, node, outputs: outputs, step: &step)
            complete(
                node,
                flight.ref,
                .succeeded,
                code: "OK",
                inputs: nil,
                outputs: outputs,
                start: flight.start,
                step: &step
            )
        case .failed:
            release(flight, node, outputs: nil, step: &step)
            let error = RunError(
                "OutcomeUnknown",
                "A person decided that the call of action '\(node.name)' did not happen."
            )
            complete(
                node,
                flight.ref,
                .failed,
                code: "OutcomeUnknown",
                error: error,
                inputs: nil,
                outputs: nil,
                start: flight.start,
                step: &step
            )
        case .sendAgain:
            progress(number, flight, .calling, attempt: flight.attempt + 1, sent: step.now, step: &step)
            send(number, flight.nextCall(node), step: &step)
        }
    }

    /// Stores the answer under the business key, or gives the key up.
    func release(_ flight: Flight, _ node: ActionNode, outputs: JSON?, step: inout Step<WorkflowMachine>) {
        guard let key = flight.scratch["key"]?.stringValue else { return }
        if let outputs {
            step.settle(
                key,
                .answered(StoredAnswer.write(outputs, isSealed: node.hidesOutputs, seal: environment.seal))
            )
        } else {
            step.settle(key, .released)
        }
    }
}
