import Durable
import Expressions
import JSONTree
import Moments
import Playbooks

extension WorkflowMachine {
    /// All actions of the run are final.
    func endRun(_ outcome: ActionStatus, step: inout Step<WorkflowMachine>) {
        let isBad = outcome.isBad
        let (outputs, outputError) = workflowOutputs(step: step)
        step.record(
            .ended(
                .init(
                    status: isBad ? .failed : .succeeded,
                    code: isBad ? "ActionFailed" : nil,
                    error: isBad ? Self.actionFailed : outputError,
                    outputs: outputs,
                    at: step.now
                )
            )
        )
        ended(step: &step)
    }

    /// The workflow outputs (section 1.3): each with its type and value, or with the error that it met.
    private func workflowOutputs(step: borrowing Step<WorkflowMachine>) -> (JSON?, RunError?) {
        let declared = step.state.program.definition.outputs
        guard !declared.isEmpty else { return (nil, nil) }
        let context = RunContext(state: step.state, environment: environment, now: step.now, frame: 0)
        var object = JSONObject()
        for output in declared {
            var entry = JSONObject()
            if let type = output.type { entry["type"] = .string(type) }
            do throws(ExpressionError) {
                entry["value"] = try output.value.evaluate(in: context)
            } catch {
                entry["error"] = ["code": .string(error.code), "message": .string(error.message)]
            }
            object[output.name] = .object(entry)
        }
        return (.object(object), nil)
    }

    private func ended(step: inout Step<WorkflowMachine>) {
        let state = step.state
        step.publish(.ended(state.status, hasResponded: state.hasResponded))
        step.feed(
            domain: "runs",
            kind: state.status.word,
            key: "\(state.header.scope)/\(state.header.name)",
            body: RunDetail(state).text
        )
    }

    /// Ends the run at once: by Terminate, by a cancel request, by the limit of its duration.
    ///
    /// What is under way gets `openStatus`, containers too; subscriptions are ended; what was not reached is skipped.
    func endEarly(
        _ status: ActionStatus,
        code: String?,
        error: RunError?,
        openStatus: ActionStatus,
        step: inout Step<WorkflowMachine>
    ) {
        for flight in step.state.flights.keys.sorted() {
            guard let open = step.state.flights[flight], let node = step.state.node(open.ref) else { continue }
            abandon(flight, open, node, step: &step)
            let name = openStatus == .timedOut ? "ActionTimedOut" : nil
            complete(
                node,
                open.ref,
                openStatus,
                code: name,
                inputs: nil,
                outputs: nil,
                start: open.start,
                step: &step
            )
        }
        var containers: [RunState.SlotRef] = []
        for (number, frame) in step.state.frames.enumerated() {
            guard let frame else { continue }
            for (place, slot) in frame.slots.enumerated() where slot.status == .running || slot.status == .waiting {
                containers.append(.init(frame: number, place: place))
            }
        }
        for ref in containers {
            let start = step.state.slot(ref)?.start ?? step.now
            step.record(.completed(.init(ref: ref, status: openStatus, start: start, end: step.now)))
        }
        step.record(.ended(.init(status: status, code: code, error: error, outputs: nil, at: step.now)))
        ended(step: &step)
    }
}
