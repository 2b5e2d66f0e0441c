public import Durable
import Expressions
import JSONTree
import Moments
import Playbooks

extension WorkflowMachine {
    /// How soon the first look-up asks what became of a call: what was done is often to be seen at once.
    static let firstLookUp = TimeSpan.seconds(15)

    /// An action begins to wait for the outside: its intent is recorded, then its effect asked for.
    func depart(_ node: ActionNode, _ ref: RunState.SlotRef, inputs: JSON, step: inout Step<WorkflowMachine>) {
        if let missing = RequiredInputs.missing(node, inputs) {
            let error = RunError(
                "InvalidTemplate",
                "Unable to process template language expressions in action '\(node.name)' inputs at line '\(node.position.line)' and column '\(node.position.column)': 'Required property '\(missing)' expects a value but got null. Path ''.'."
            )
            fail(node, ref, code: "BadRequest", error, inputs: nil, step: &step)
            return
        }
        if node.type == .wait {
            sleep(node, ref, inputs: inputs, step: &step)
            return
        }
        if case .evaluated = node.retryPolicy,
            let written = inputs["retryPolicy"] ?? inputs["subscribe"]?["retryPolicy"]
        {
            do {
                _ = try RetryPolicy(json: written)
            } catch {
                let error = RunError(
                    "InvalidTemplate",
                    "The retry policy of action '\(node.name)' is not valid: \(error)"
                )
                fail(node, ref, code: "BadRequest", error, inputs: inputs, step: &step)
                return
            }
        }
        var limit: Timestamp?
        if let template = node.limitTimeout {
            do throws(ExpressionError) {
                let value = try template.evaluate(in: context(ref, step: step))
                guard let text = value.stringValue, let duration = ISODuration(text) else {
                    let error = RunError(
                        "InvalidTemplate",
                        "The limit.timeout of action '\(node.name)' is not valid: '\(value.text)' is not an ISO 8601 duration such as PT1H."
                    )
                    fail(node, ref, code: "BadRequest", error, inputs: inputs, step: &step)
                    return
                }
                limit = duration.applied(to: step.now)
            } catch {
                fail(node, ref, code: "BadRequest", inputError(error, node), inputs: inputs, step: &step)
                return
            }
        }
        let flight = step.state.lastFlight + 1
        step.record(
            .departed(
                .init(
                    ref: ref,
                    flight: flight,
                    phase: .calling,
                    inputs: inputs,
                    at: step.now,
                    isSealed: node.hidesInputs || !node.secureParameters.isEmpty || RequiredInputs.holdsSecrets(inputs)
                )
            )
        )
        if let limit { step.setTimer(TimerKeys.limit(flight), due: limit) }
        send(flight, node.type.isWebhook ? .subscribe : .call, step: &step)
    }

    private func sleep(_ node: ActionNode, _ ref: RunState.SlotRef, inputs: JSON, step: inout Step<WorkflowMachine>) {
        switch WaitInputs.due(inputs, now: step.now) {
        case .failure(let error):
            fail(node, ref, code: "BadRequest", error, inputs: inputs, step: &step)
        case .success(let due) where due <= step.now:
            complete(node, ref, .succeeded, code: "OK", inputs: inputs, outputs: nil, step: &step)
        case .success(let due):
            let flight = step.state.lastFlight + 1
            step.record(
                .departed(
                    .init(
                        ref: ref,
                        flight: flight,
                        phase: .sleeping,
                        inputs: inputs,
                        at: step.now,
                        isSealed: node.hidesInputs
                    )
                )
            )
            step.setTimer(TimerKeys.pause(flight), due: due)
            limitDuration(step: &step)
        }
    }

    /// A run that may last gets the timer of its longest duration.
    func limitDuration(step: inout Step<WorkflowMachine>) {
        guard !step.state.hasDurationTimer else { return }
        step.tidy { $0.hasDurationTimer = true }
        step.setTimer(TimerKeys.runDuration, due: step.state.start + environment.runDuration)
    }

    /// Asks for the effect of a flight.
    func send(_ number: FlightNumber, _ kind: ActionEffect.Kind, step: inout Step<WorkflowMachine>) {
        guard let flight = step.state.flights[number], let node = step.state.node(flight.ref) else { return }
        step.start(effect(kind, flight, node, inputs: flight.inputs, step: step), flight: number)
    }

    private func effect(
        _ kind: ActionEffect.Kind,
        _ flight: Flight,
        _ node: ActionNode,
        inputs: JSON,
        step: borrowing Step<WorkflowMachine>
    ) -> ActionEffect {
        let indexes = step.state.frames[flight.ref.frame]?.indexes ?? []
        let place = indexes.isEmpty ? "" : "/" + indexes.map(String.init).joined(separator: "-")
        return ActionEffect(
            kind: kind,
            program: step.state.program,
            node: node,
            inputs: inputs,
            executionKey: "\(step.header.tenant)/\(step.header.scope)/\(step.header.name)/\(node.name)\(place)",
            trackingID: TrackingID.make(run: step.header.name, action: node.name, indexes: indexes),
            clientTrackingID: step.state.clientTrackingID,
            holdsKey: flight.scratch["held"]?.boolValue ?? false,
            isResend: flight.isResend,
            attempt: flight.attempt,
            lastAttempt: flight.scratch["ended"]?.integerValue.map { Timestamp(ticks: $0) },
            context: node.type == .javaScriptCode
                ? ScriptContext.json(node, inputs: inputs, state: step.state, indexes: indexes) : nil
        )
    }

    /// Ends what a flight has under way outside: its effect, its timers, its subscription.
    func abandon(_ number: FlightNumber, _ flight: Flight, _ node: ActionNode, step: inout Step<WorkflowMachine>) {
        step.cancel(flight: number)
        step.clearTimer(TimerKeys.pause(number))
        step.clearTimer(TimerKeys.limit(number))
        if let key = flight.scratch["key"]?.stringValue, flight.phase == .pausing || flight.phase == .held {
            step.settle(key, .released)
        }
        guard node.type.isWebhook, let subscription = flight.scratch["subscription"] else { return }
        let record = ActionRecord(
            status: .running,
            code: nil,
            error: nil,
            inputs: flight.inputs,
            outputs: subscription,
            start: flight.start,
            end: step.now
        )
        var context = context(flight.ref, step: step)
        context.current = record.json(name: node.name, trackingID: "", clientTrackingID: step.state.clientTrackingID)
        context.flight = number
        var inputs: JSON = ["subscription": subscription, "subscribe": flight.inputs]
        if let template = node.unsubscribe {
            do throws(ExpressionError) {
                inputs = try template.evaluate(in: context)
            } catch {
                // There is nobody left to tell: the subscription stays, and a later call of it is answered with 404.
                return
            }
        } else if node.type == .httpWebhook {
            return
        }
        step.owe(effect(.unsubscribe, flight, node, inputs: inputs, step: step), flight: -number)
    }

    /// A timer of the run is due; one that is no longer wanted changes nothing.
    func timer(_ key: TimerKey, step: inout Step<WorkflowMachine>) {
        if key == TimerKeys.runDuration {
            endEarly(
                .timedOut,
                code: "RunDurationExceeded",
                error: RunError("RunDurationExceeded", "The run took longer than \(environment.runDuration.text)."),
                openStatus: .timedOut,
                step: &step
            )
            return
        }
        let number = key / 4
        guard let flight = step.state.flights[number], let node = step.state.node(flight.ref) else { return }
        switch key % 4 {
        case 1:
            timeOut(number, flight, node, step: &step)
        case 2 where flight.phase == .keyTaken:
            progress(number, flight, .claiming, step: &step)
            if let name = flight.scratch["key"]?.stringValue { step.claim(name, flight: number) }
        case 0:
            resume(number, flight, node, step: &step)
        default:
            break
        }
    }

    private func timeOut(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        step: inout Step<WorkflowMachine>
    ) {
        abandon(number, flight, node, step: &step)
        complete(
            node,
            flight.ref,
            .timedOut,
            code: "ActionTimedOut",
            error: RunError(
                "ActionTimedOut",
                "The execution of template action '\(node.name)' is failed: the action took longer than its limit.timeout."
            ),
            inputs: nil,
            outputs: nil,
            start: flight.start,
            step: &step
        )
    }

    private func resume(_ number: FlightNumber, _ flight: Flight, _ node: ActionNode, step: inout Step<WorkflowMachine>)
    {
        switch flight.phase {
        case .sleeping:
            complete(
                node,
                flight.ref,
                .succeeded,
                code: "OK",
                inputs: nil,
                outputs: nil,
                start: flight.start,
                step: &step
            )
        case .pausing, .polling:
            progress(number, flight, .calling, sent: step.now, step: &step)
            send(number, flight.nextCall(node), step: &step)
        case .held:
            // Whether it can go on is asked without a word in the journal: it may wait for weeks.
            send(number, .probe, step: &step)
        case .settling:
            progress(number, flight, .lookingUp, step: &step)
            send(number, .lookup(since: flight.sent), step: &step)
        default:
            break
        }
    }

    /// Records that a flight got further.
    func progress(
        _ number: FlightNumber,
        _ flight: Flight,
        _ phase: Flight.Phase,
        attempt: Int? = nil,
        sent: Timestamp? = nil,
        history: JSON? = nil,
        scratch: JSONObject = JSONObject(),
        isResend: Bool = false,
        step: inout Step<WorkflowMachine>
    ) {
        step.record(
            .progressed(
                .init(
                    flight: number,
                    phase: phase,
                    attempt: attempt ?? flight.attempt,
                    sent: sent ?? flight.sent,
                    history: history,
                    scratch: scratch,
                    isResend: isResend
                )
            )
        )
    }

    /// After a restart: what was under way is sent again only where that can do no harm; the performer knows.
    public func recover(_ step: inout Step<WorkflowMachine>) {
        for number in step.state.flights.keys.sorted() {
            guard let flight = step.state.flights[number], let node = step.state.node(flight.ref) else { continue }
            switch flight.phase {
            case .calling:
                progress(number, flight, .calling, isResend: true, step: &step)
                send(number, flight.nextCall(node), step: &step)
            case .settling, .lookingUp:
                // The wall clock may have jumped while nobody looked: the whole delay counts anew.
                let ended: JSONObject = ["ended": .integer(step.now.ticks)]
                progress(number, flight, .settling, scratch: ended, isResend: true, step: &step)
                let delay = TimeSpan(ticks: flight.scratch["delay"]?.integerValue ?? 0)
                step.setTimer(TimerKeys.pause(number), due: step.now + min(delay, Self.firstLookUp))
            case .held:
                step.setTimer(TimerKeys.pause(number), due: step.now + Self.holdInterval)
            case .claiming, .keyTaken:
                if let key = flight.scratch["key"]?.stringValue { step.claim(key, flight: number) }
            case .pausing, .polling, .sleeping, .subscribed, .unknown:
                break
            }
        }
    }

    /// The callback address of a webhook action was called; the first call counts.
    func calledBack(_ number: FlightNumber, _ request: JSON, step: inout Step<WorkflowMachine>) {
        guard let flight = step.state.flights[number], let node = step.state.node(flight.ref), node.type.isWebhook
        else {
            return
        }
        // Whoever knows the address has it from the subscription: it was made, whatever became of the answer to it.
        step.clearTimer(TimerKeys.limit(number))
        step.clearTimer(TimerKeys.pause(number))
        release(flight, node, outputs: request, step: &step)
        complete(
            node,
            flight.ref,
            .succeeded,
            code: "OK",
            inputs: nil,
            outputs: request,
            start: flight.start,
            step: &step
        )
    }
}

extension Flight {
    /// The call that comes next: the action's own, or the status of a long operation, or the next page.
    func nextCall(_ node: ActionNode) -> ActionEffect.Kind {
        if let page = scratch["page"]?.stringValue { return .page(page) }
        if let location = scratch["location"]?.stringValue { return .poll(location) }
        return node.type.isWebhook ? .subscribe : .call
    }
}
