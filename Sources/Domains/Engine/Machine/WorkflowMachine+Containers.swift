import Durable
import Expressions
import JSONTree
import Moments
import Playbooks

extension WorkflowMachine {
    func openCondition(_ node: ActionNode, _ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        do throws(ExpressionError) {
            guard let condition = node.condition else {
                step.record(.opened(ref, group: nil, at: step.now))
                closeContainer(node, ref, .succeeded, step: &step)
                return
            }
            let isTrue = try ConditionEvaluation.evaluate(condition, in: context(ref, step: step))
            take(branch: isTrue ? .then : .otherwise, node, ref, step: &step)
        } catch {
            failContainer(node, ref, code: "BadRequest", conditionError(error, node), step: &step)
        }
    }

    func openSwitch(_ node: ActionNode, _ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        let context = context(ref, step: step)
        do throws(ExpressionError) {
            let value = try node.selector?.evaluate(in: context) ?? .null
            guard value.stringValue != nil || value.integerValue != nil else {
                failContainer(
                    node,
                    ref,
                    code: "ExpressionEvaluationFailed",
                    RunError(
                        "ExpressionEvaluationFailed",
                        "The execution of template action '\(node.name)' failed: The result of the evaluation of 'scope' action expression '\(node.expressionText ?? "")' is not valid. It is of type '\(JSONTypeName.of(value))' but is expected to be a value of type 'String, Integer'."
                    ),
                    step: &step
                )
                return
            }
            for (index, candidate) in node.cases.enumerated() {
                let wanted = try candidate.value.evaluate(in: context)
                guard JSONTypeName.of(wanted) == JSONTypeName.of(value) else {
                    let error = UnreachedAction.mismatchError(
                        node,
                        value: JSONTypeName.of(value),
                        case: JSONTypeName.of(wanted)
                    )
                    failContainer(node, ref, code: UnreachedAction.mismatchCode, error, step: &step)
                    return
                }
                if wanted == value {
                    take(branch: .case(index), node, ref, step: &step)
                    return
                }
            }
            take(branch: .default, node, ref, step: &step)
        } catch {
            failContainer(node, ref, code: "BadRequest", conditionError(error, node), step: &step)
        }
    }

    private func take(branch: Branch, _ node: ActionNode, _ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        let group = node.groups.firstIndex { $0.branch == branch }
        step.record(.opened(ref, group: group, at: step.now))
        if group == nil { closeContainer(node, ref, .succeeded, step: &step) }
    }

    func openForeach(_ node: ActionNode, _ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        do throws(ExpressionError) {
            let value = try node.collection?.evaluate(in: context(ref, step: step)) ?? .null
            guard let items = value.arrayValue else {
                failContainer(
                    node,
                    ref,
                    code: "ExpressionEvaluationFailed",
                    RunError(
                        "ExpressionEvaluationFailed",
                        "The execution of template action '\(node.name)' failed: the result of the evaluation of 'foreach' expression '\(node.expressionText ?? "")' is of type '\(JSONTypeName.of(value))'. The result must be a valid array."
                    ),
                    step: &step
                )
                return
            }
            guard items.count <= EngineLimits.foreachItems else {
                failContainer(
                    node,
                    ref,
                    code: "BadRequest",
                    RunError(
                        "ForeachItemsLimitExceeded",
                        "The execution of template action '\(node.name)' failed: the array has \(items.count) items. The limit is \(EngineLimits.foreachItems); split it with chunk() or skip() and take()."
                    ),
                    step: &step
                )
                return
            }
            let isNested = node.loops.contains { step.state.program.definition[$0].type == .foreach }
            step.record(
                .loopOpened(
                    ref,
                    .init(
                        items: items,
                        limit: items.count,
                        concurrency: isNested ? 1 : min(50, max(1, node.repetitions)),
                        deadline: nil
                    ),
                    at: step.now
                )
            )
        } catch {
            failContainer(node, ref, code: "BadRequest", conditionError(error, node), step: &step)
        }
    }

    func openUntil(_ node: ActionNode, _ ref: RunState.SlotRef, step: inout Step<WorkflowMachine>) {
        let context = context(ref, step: step)
        do throws(ExpressionError) {
            let count = try node.limitCount?.evaluate(in: context)
            let timeout = try node.limitTimeout?.evaluate(in: context)
            let limit = count.flatMap(Self.wholeNumber) ?? 60
            let span = timeout?.stringValue.flatMap { ISODuration($0) } ?? ISODuration("PT1H")
            guard count == nil || count.flatMap(Self.wholeNumber) != nil,
                (1...EngineLimits.untilIterations).contains(limit), let span
            else {
                failContainer(
                    node,
                    ref,
                    code: "BadRequest",
                    RunError(
                        "InvalidTemplate",
                        "The limit of action '\(node.name)' is not valid: 'count' must be a whole number from 1 to \(EngineLimits.untilIterations), 'timeout' an ISO 8601 duration such as PT1H."
                    ),
                    step: &step
                )
                return
            }
            step.record(
                .loopOpened(
                    ref,
                    .init(items: nil, limit: limit, concurrency: 1, deadline: span.applied(to: step.now) ?? .max),
                    at: step.now
                )
            )
        } catch {
            failContainer(node, ref, code: "BadRequest", conditionError(error, node), step: &step)
        }
    }

    private static func wholeNumber(_ value: JSON) -> Int? {
        value.integerValue.map(Int.init) ?? value.stringValue.flatMap { Int($0) }
    }

    /// Begins the next iteration of a loop, or ends it.
    func advance(_ ref: RunState.SlotRef, item: RunState.Ready, step: inout Step<WorkflowMachine>) {
        guard let loop = step.state.loops[ref], let node = step.state.node(ref),
            step.state.slot(ref)?.status.isFinal == false
        else {
            step.tidy { $0.consume(item) }
            return
        }
        if loop.items == nil {
            advanceUntil(node, ref, loop, step: &step)
        } else if loop.next < loop.limit, loop.active < loop.concurrency {
            step.record(.iterationOpened(ref, index: loop.next, at: step.now))
        } else if loop.next >= loop.limit, loop.active == 0 {
            closeContainer(node, ref, loop.isFailed ? .failed : .succeeded, step: &step)
        } else {
            step.tidy { $0.consume(item) }
        }
    }

    private func advanceUntil(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        _ loop: RunState.Loop,
        step: inout Step<WorkflowMachine>
    ) {
        guard loop.awaitsCondition else {
            step.record(.iterationOpened(ref, index: loop.next, at: step.now))
            return
        }
        do throws(ExpressionError) {
            var context = RunContext(
                state: step.state,
                environment: environment,
                now: step.now,
                frame: loop.lastFrame ?? ref.frame
            )
            context.current = step.state.recordJSON(of: node, indexes: step.state.frames[ref.frame]?.indexes ?? [])
            let isDone =
                try node.condition.map { condition throws(ExpressionError) in
                    try ConditionEvaluation.evaluate(condition, in: context)
                } ?? true
            let isOver = loop.next >= loop.limit || loop.deadline.map { step.now >= $0 } ?? false
            if isDone {
                closeContainer(node, ref, loop.lastStatus == .succeeded ? .succeeded : .failed, step: &step)
            } else if isOver {
                let fails = node.options.contains(.failWhenLimitsReached) || loop.lastStatus != .succeeded
                closeContainer(node, ref, fails ? .failed : .succeeded, step: &step)
            } else {
                step.record(.iterationOpened(ref, index: loop.next, at: step.now))
            }
        } catch {
            failContainer(node, ref, code: "BadRequest", conditionError(error, node), step: &step)
        }
    }

    /// All actions of a frame are final: the container, the iteration or the run ends.
    func finishFrame(_ number: Int, step: inout Step<WorkflowMachine>) {
        guard let frame = step.state.frames[number], frame.unfinished == 0 else {
            step.tidy { $0.consume(.frameDone(number)) }
            return
        }
        let outcome = step.state.outcome(ofFrame: number)
        guard let parent = frame.parent, let node = step.state.node(parent) else {
            endRun(outcome, step: &step)
            return
        }
        if node.type.isLoop {
            step.record(.iterationClosed(parent, index: frame.indexes.last ?? 0, outcome, at: step.now))
        } else {
            closeContainer(node, parent, outcome, step: &step)
        }
    }

    /// A container has come to its end by what its actions came to (section 7.4).
    func closeContainer(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        _ status: ActionStatus,
        step: inout Step<WorkflowMachine>
    ) {
        let isBad = status.isBad
        step.record(
            .completed(
                .init(
                    ref: ref,
                    status: isBad ? .failed : status,
                    code: isBad ? "ActionFailed" : nil,
                    error: isBad ? Self.actionFailed : nil,
                    start: step.state.slot(ref)?.start ?? step.now,
                    end: step.now
                )
            )
        )
    }

    static let actionFailed = RunError("ActionFailed", "An action failed. No dependent actions succeeded.")

    /// A container cannot begin, or its condition cannot be evaluated.
    private func failContainer(
        _ node: ActionNode,
        _ ref: RunState.SlotRef,
        code: String,
        _ error: RunError,
        step: inout Step<WorkflowMachine>
    ) {
        let start = step.state.slot(ref).map { $0.status == .pending ? step.now : $0.start } ?? step.now
        step.record(.completed(.init(ref: ref, status: .failed, code: code, error: error, start: start, end: step.now)))
    }

    private func conditionError(_ error: ExpressionError, _ node: ActionNode) -> RunError {
        RunError(
            error.code,
            "Unable to process template language expressions for action '\(node.name)' at line '\(node.position.line)' and column '\(node.position.column)': '\(error.message)'."
        )
    }
}
