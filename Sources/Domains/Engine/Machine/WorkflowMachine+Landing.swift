import Durable
import Expressions
import JSONTree
import Moments
import Playbooks

extension WorkflowMachine {
    /// An effect has come to something.
    func landed(_ number: FlightNumber, _ outcome: EffectOutcome, step: inout Step<WorkflowMachine>) {
        guard let flight = step.state.flights[number], let node = step.state.node(flight.ref),
            flight.phase == .calling || flight.phase == .lookingUp || (flight.phase == .held && outcome.isOfProbe)
        else { return }
        switch outcome {
        case .answered(let answer), .found(let answer):
            answered(number, flight, node, answer, step: &step)
        case .value(let value):
            finish(number, flight, node, .succeeded, code: "OK", outputs: ["body": value], step: &step)
        case .refused(let error, let code):
            release(flight, node, outputs: nil, step: &step)
            finish(number, flight, node, .failed, code: code, error: error, outputs: nil, step: &step)
        case .unreachable(let error):
            if !retry(number, flight, node, status: nil, error: error, retryAfter: nil, step: &step) {
                release(flight, node, outputs: nil, step: &step)
                finish(number, flight, node, .failed, code: error.code, error: error, outputs: nil, step: &step)
            }
        case .doubtful(let error, let status, let delay):
            let entry = historyEntry(
                flight,
                code: status.map { StatusCodes.code($0) } ?? error?.code ?? "OutcomeUnknown",
                error,
                step: step
            )
            progress(
                number,
                flight,
                .settling,
                history: entry,
                // The other side may act until the caller hung up, and later: the delay counts from the end of the attempt.
                scratch: ["delay": .integer(delay.ticks), "ended": .integer(step.now.ticks)],
                isResend: flight.isResend,
                step: &step
            )
            step.setTimer(TimerKeys.pause(number), due: step.now + min(delay, Self.firstLookUp))
            limitDuration(step: &step)
        case .unknown(let error):
            progress(
                number,
                flight,
                .unknown,
                history: historyEntry(flight, code: error.code, error, step: step),
                step: &step
            )
            limitDuration(step: &step)
        case .needsKey(let key):
            progress(number, flight, .claiming, scratch: ["key": .string(key)], isResend: flight.isResend, step: &step)
            step.claim(key, flight: number)
        case .held(let error):
            hold(number, flight, error, step: &step)
        case .stillHeld(let error):
            stillHeld(number, flight, error, step: &step)
        case .released:
            release(number, flight, node, step: &step)
        case .absent:
            sendAfterLookup(number, flight, node, step: &step)
        case .undecided:
            progress(number, flight, .settling, step: &step)
            step.setTimer(TimerKeys.pause(number), due: step.now + .seconds(30))
        }
    }

    /// A look-up says that the call did nothing: it is sent again, as often as the retry policy says, but once at least.
    private func sendAfterLookup(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        step: inout Step<WorkflowMachine>
    ) {
        guard flight.attempt <= max(1, policy(flight, node).count) else {
            release(flight, node, outputs: nil, step: &step)
            let error = RunError(
                "OperationNotPerformed",
                "The call of action '\(node.name)' was not answered, and a look-up says that it did nothing; \(flight.attempt) attempts were made."
            )
            finish(
                number,
                flight,
                node,
                .failed,
                code: "OperationNotPerformed",
                error: error,
                outputs: nil,
                step: &step
            )
            return
        }
        progress(number, flight, .calling, attempt: flight.attempt + 1, sent: step.now, step: &step)
        send(number, .call, step: &step)
    }

    private func answered(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        _ answer: EffectOutcome.Answer,
        step: inout Step<WorkflowMachine>
    ) {
        let retryAfter = RetryAfter.span(answer.headers, now: step.now)
        if StatusCodes.isRetried(answer.status),
            retry(number, flight, node, status: answer.status, error: nil, retryAfter: retryAfter, step: &step)
        {
            return
        }
        if node.type.isWebhook, flight.scratch["subscription"] == nil, answer.status < 400 {
            progress(number, flight, .subscribed, scratch: ["subscription": answer.outputs], step: &step)
            limitDuration(step: &step)
            return
        }
        if answer.status == 202, !node.options.contains(.disableAsyncPattern), !node.type.isWebhook,
            let location = HeaderLookup.text(answer.headers, "location")
        {
            progress(number, flight, .polling, attempt: 1, scratch: ["location": .string(location)], step: &step)
            step.setTimer(TimerKeys.pause(number), due: step.now + (retryAfter ?? .seconds(20)))
            limitDuration(step: &step)
            return
        }
        if answer.status < 400, let minimum = node.runtime.minimumItemCount {
            gather(number, flight, node, answer, minimum: minimum, step: &step)
            return
        }
        finish(number, flight, node, answer: answer, outputs: answer.outputs, step: &step)
    }

    private func gather(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        _ answer: EffectOutcome.Answer,
        minimum: Int,
        step: inout Step<WorkflowMachine>
    ) {
        guard let page = answer.body?["value"]?.arrayValue ?? answer.body?.arrayValue else {
            finish(number, flight, node, answer: answer, outputs: answer.outputs, step: &step)
            return
        }
        let size = (flight.scratch["bytes"]?.integerValue ?? 0) + Int64(JSON.array(page).bytes().count)
        guard size <= EngineLimits.paginationBytes else {
            release(flight, node, outputs: nil, step: &step)
            let error = RunError(
                "PaginatedContentTooLarge",
                "The pages of action '\(node.name)' have more than \(EngineLimits.paginationBytes) bytes; ask for fewer items or fields."
            )
            finish(number, flight, node, .failed, code: "BadRequest", error: error, outputs: nil, step: &step)
            return
        }
        let items = (flight.scratch["items"]?.arrayValue ?? []) + page
        let next =
            answer.nextPage ?? answer.body?["nextLink"]?.stringValue ?? answer.body?["@odata.nextLink"]?.stringValue
        if items.count < min(minimum, EngineLimits.paginationItems), let next, !next.isEmpty {
            progress(
                number,
                flight,
                .calling,
                attempt: 1,
                sent: step.now,
                scratch: [Flight.furtherItems: .array(page), "bytes": .integer(size), "page": .string(next)],
                step: &step
            )
            send(number, .page(next), step: &step)
            return
        }
        var outputs = answer.outputs.objectValue ?? JSONObject()
        outputs["body"] = ["value": .array(items)]
        finish(number, flight, node, answer: answer, outputs: .object(outputs), step: &step)
    }

    private func finish(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        answer: EffectOutcome.Answer,
        outputs: JSON,
        step: inout Step<WorkflowMachine>
    ) {
        let isGood = answer.status < 400
        release(flight, node, outputs: isGood ? outputs : nil, step: &step)
        finish(
            number,
            flight,
            node,
            isGood ? .succeeded : .failed,
            code: StatusCodes.code(answer.status),
            outputs: outputs,
            step: &step
        )
    }

    private func finish(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        _ status: ActionStatus,
        code: String,
        error: RunError? = nil,
        outputs: JSON?,
        step: inout Step<WorkflowMachine>
    ) {
        if node.limitTimeout != nil { step.clearTimer(TimerKeys.limit(number)) }
        complete(
            node,
            flight.ref,
            status,
            code: code,
            error: error,
            inputs: nil,
            outputs: outputs,
            start: flight.start,
            step: &step
        )
    }

    /// Plans another attempt by the retry policy.
    ///
    /// - Returns: false when the policy has no more.
    private func retry(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        status: Int?,
        error: RunError?,
        retryAfter: TimeSpan?,
        step: inout Step<WorkflowMachine>
    ) -> Bool {
        let policy = policy(flight, node)
        guard flight.attempt <= policy.count else { return false }
        let range = policy.waitRange(beforeRetry: flight.attempt)
        let ticks =
            range.lowerBound == range.upperBound
            ? range.lowerBound : environment.random(range.lowerBound..<range.upperBound + 1)
        let wait = max(ticks, retryAfter?.ticks ?? 0)
        let code = status.map { StatusCodes.code($0) } ?? error?.code ?? "Unknown"
        progress(
            number,
            flight,
            .pausing,
            attempt: flight.attempt + 1,
            history: historyEntry(flight, code: code, error, step: step),
            step: &step
        )
        step.setTimer(TimerKeys.pause(number), due: step.now + TimeSpan(ticks: wait))
        limitDuration(step: &step)
        return true
    }

    private func historyEntry(
        _ flight: Flight,
        code: String,
        _ error: RunError?,
        step: borrowing Step<WorkflowMachine>
    ) -> JSON {
        var entry = JSONObject()
        entry["startTime"] = .string(flight.sent.iso8601)
        entry["endTime"] = .string(step.now.iso8601)
        entry["code"] = .string(code)
        entry["clientRequestId"] = .string(
            TrackingID.make(
                run: step.header.name,
                action: "attempt \(flight.attempt)",
                indexes: [Int(flight.start.ticks)]
            )
        )
        if let error { entry["error"] = error.json }
        return .object(entry)
    }

    private func policy(_ flight: Flight, _ node: ActionNode) -> RetryPolicy {
        guard node.type.callsOut || node.type.isWebhook else { return .never }
        switch node.retryPolicy {
        case .standard: return .standard
        case .literal(let policy): return policy
        case .evaluated:
            let written = flight.inputs["retryPolicy"] ?? flight.inputs["subscribe"]?["retryPolicy"]
            // A policy that does not fit was refused when the action started.
            return written.flatMap { try? RetryPolicy(json: $0) } ?? .standard
        }
    }
}
