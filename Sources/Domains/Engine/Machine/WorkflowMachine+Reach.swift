import Durable
import Expressions
import JSONTree
import Moments
import Playbooks

extension WorkflowMachine {
    /// All predecessors of an action are final: it runs, or it is skipped.
    func reach(_ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        guard let node = step.state.node(ref), step.state.slot(ref)?.status == .pending else {
            step.tidy { $0.consume(.action(ref)) }
            return
        }
        for dependency in node.runAfter {
            let place = step.state.program.placeOf[dependency.action.index]
            let predecessor = step.state.frames[ref.frame]?.slots[place].status ?? .succeeded
            guard !predecessor.passes(dependency.statuses) else { continue }
            let name = step.state.program.definition[dependency.action].name
            step.record(
                .skipped(
                    ref,
                    code: "ActionSkipped",
                    RunError(
                        "ActionConditionFailed",
                        "The execution of template action '\(node.name)' is skipped: the 'runAfter' condition for action '\(name)' is not satisfied. Expected status values '\(dependency.statuses.words.joined(separator: ", "))' and actual value '\(predecessor.word)'."
                    ),
                    at: step.now
                )
            )
            return
        }
        start(node, ref, step: &step)
    }

    private func start(_ node: ActionNode, _ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        switch node.type {
        case .scope: step.record(.opened(ref, group: 0, at: step.now))
        case .condition: openCondition(node, ref, step: &step)
        case .switch: openSwitch(node, ref, step: &step)
        case .foreach: openForeach(node, ref, step: &step)
        case .until: openUntil(node, ref, step: &step)
        default: startPlain(node, ref, step: &step)
        }
    }

    private func startPlain(_ node: ActionNode, _ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        let inputs: JSON?
        do throws(ExpressionError) {
            inputs = try evaluateInputs(node, ref, step: step)
        } catch {
            fail(node, ref, code: "BadRequest", inputError(error, node), inputs: nil, step: &step)
            return
        }
        if let name = node.runtime.staticResult, let mock = step.state.program.definition.staticResult(named: name) {
            completeMocked(node, ref, mock, inputs: inputs, step: &step)
            return
        }
        if node.type.callsOut || node.type.isWebhook || node.type == .wait || node.type == .javaScriptCode {
            depart(node, ref, inputs: inputs ?? .null, step: &step)
            return
        }
        switch outcome(node, ref, inputs: inputs ?? .null, step: step) {
        case .outputs(let outputs, let code):
            complete(node, ref, .succeeded, code: code, inputs: inputs, outputs: outputs, step: &step)
        case .variables(let change, let outputs):
            complete(
                node,
                ref,
                .succeeded,
                code: "NotSpecified",
                inputs: inputs,
                outputs: outputs,
                change: change,
                step: &step
            )
        case .failed(let code, let error, let outputs, let keepsInputs):
            complete(
                node,
                ref,
                .failed,
                code: code,
                error: error,
                inputs: keepsInputs ? inputs : nil,
                outputs: outputs,
                step: &step
            )
        case .respond(let content):
            respond(node, ref, content, inputs: inputs ?? .null, step: &step)
        case .terminate(let status, let error):
            complete(node, ref, .succeeded, code: "NotSpecified", inputs: inputs, outputs: nil, step: &step)
            endEarly(status, code: "Terminated", error: error, openStatus: .cancelled, step: &step)
        }
    }

    /// What a plain action comes to.
    ///
    /// A function of its own, so that nothing shares the state any more when the result is recorded: a list variable that is shared
    /// would be copied for every element that is appended to it.
    private func outcome(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        inputs: JSON,
        step: borrowing Step<WorkflowMachine>
    ) -> PlainActions.Outcome {
        PlainActions.run(node, inputs: inputs, context: context(ref, step: step), state: step.state)
    }

    private func evaluateInputs(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        step: borrowing Step<WorkflowMachine>
    ) throws(ExpressionError) -> JSON? {
        guard let template = node.inputs else { return nil }
        if let constant = template.constant, node.type != .openAPIConnectionWebhook { return constant }
        var context = context(ref, step: step)
        if node.type.isWebhook { context.flight = step.state.lastFlight + 1 }
        let inputs = try template.evaluate(in: context)
        return node.type == .openAPIConnectionWebhook ? CallbackMember.added(to: inputs, context.callbackURL()) : inputs
    }

    func context(_ ref: RunState.SlotRef, step: borrowing Step<WorkflowMachine>) -> RunContext {
        RunContext(state: step.state, environment: environment, now: step.now, frame: ref.frame)
    }

    /// The error of inputs that cannot be evaluated (section 13.2).
    func inputError(_ error: ExpressionError, _ node: ActionNode) -> RunError {
        RunError(
            error.code,
            "Unable to process template language expressions in action '\(node.name)' inputs at line '\(node.position.line)' and column '\(node.position.column)': '\(error.message)'."
        )
    }

    func fail(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        code: String,
        _ error: RunError,
        inputs: JSON?,
        outputs: JSON? = nil,
        step: inout Step<WorkflowMachine>
    ) {
        complete(node, ref, .failed, code: code, error: error, inputs: inputs, outputs: outputs, step: &step)
    }

    /// Records how a plain action ended, with its tracked properties.
    func complete(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        _ status: ActionStatus,
        code: String?,
        error: RunError? = nil,
        inputs: JSON?,
        outputs: JSON?,
        change: RunEvent.VariableChange? = nil,
        isResponse: Bool = false,
        isMocked: Bool = false,
        start: Timestamp? = nil,
        step: inout Step<WorkflowMachine>
    ) {
        var completion = RunEvent.Completion(
            ref: ref,
            status: status,
            code: code,
            error: error,
            inputs: inputs,
            outputs: outputs,
            start: start ?? step.now,
            end: step.now
        )
        completion.change = change
        completion.isResponse = isResponse
        completion.isMocked = isMocked
        if let template = node.trackedProperties {
            completion.tracked = tracked(template, node, ref, completion, step: step)
        }
        step.record(.completed(completion))
    }

    private func tracked(
        _ template: Template,
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        _ completion: RunEvent.Completion,
        step: borrowing Step<WorkflowMachine>
    ) -> JSON {
        var context = context(ref, step: step)
        let record = ActionRecord(
            status: completion.status,
            code: completion.code,
            error: completion.error,
            inputs: completion.inputs ?? step.state.slot(ref).flatMap { step.state.flights[$0.flight]?.inputs },
            outputs: completion.outputs,
            start: completion.start,
            end: completion.end
        )
        context.current = record.json(
            name: node.name,
            trackingID: TrackingID.make(
                run: step.header.name,
                action: node.name,
                indexes: step.state.frames[ref.frame]?.indexes ?? []
            ),
            clientTrackingID: step.state.clientTrackingID
        )
        do throws(ExpressionError) {
            return try template.evaluate(in: context)
        } catch {
            // A property that cannot be evaluated does not change how the action ended; the record says what went wrong.
            return ["$error": ["code": .string(error.code), "message": .string(error.message)]]
        }
    }

    private func completeMocked(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        _ mock: StaticResult,
        inputs: JSON?,
        step: inout Step<WorkflowMachine>
    ) {
        let status = ActionStatus(word: mock.status) ?? .succeeded
        complete(
            node,
            ref,
            status,
            code: mock.code ?? mock.outputs?["statusCode"].flatMap {
                $0.stringValue ?? $0.integerValue.map { StatusCodes.code(Int($0)) }
            }
                ?? "OK",
            error: RunError(json: mock.error),
            inputs: inputs,
            outputs: mock.outputs,
            isMocked: true,
            step: &step
        )
    }

    private func respond(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        _ content: ResponseContent,
        inputs: JSON,
        step: inout Step<WorkflowMachine>
    ) {
        let late = RunError(
            "ActionResponseTimedOut",
            "The execution of template action '\(node.name)' is failed: the client application timed out waiting for a response from service. This means that workflow took longer to respond than the alloted timeout value. The connection maintained between the client application and service will be closed and client application will get an HTTP status code 504 Gateway Timeout."
        )
        let second = RunError(
            "ActionResponseSkipped",
            "The execution of template action '\(node.name)' is failed: a response was sent in this run before."
        )
        if step.state.hasResponded {
            fail(node, ref, code: "Conflict", second, inputs: inputs, step: &step)
        } else if let until = step.state.origin.callerWaitsUntil, step.now > until, !content.isAsynchronous {
            fail(node, ref, code: "GatewayTimeout", late, inputs: inputs, step: &step)
        } else {
            complete(
                node,
                ref,
                .succeeded,
                code: StatusCodes.code(content.status),
                inputs: inputs,
                outputs: inputs,
                isResponse: true,
                step: &step
            )
            step.publish(.responded(content))
        }
    }
}
