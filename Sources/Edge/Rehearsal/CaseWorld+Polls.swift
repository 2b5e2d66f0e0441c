import Engine
import Expressions
import JSONTree
import Moments
import Playbooks

/// Polling triggers in a case's virtual time.
extension CaseWorld {
    /// What a poll keeps for the next one.
    private struct PollState {
        var memory = PollingTrigger.Memory()
        /// How many retries of this poll were made.
        var attempts = 0
        /// When the poll was due.
        var due: Timestamp
    }

    /// Polls from the start of the case until an instant.
    func poll(_ node: TriggerNode, until end: Timestamp) {
        guard let value = node.recurrenceValue, let recurrence = PollSchedule(value) else { return }
        var state = PollState(due: one.start)
        func next(at instant: Timestamp) {
            guard instant <= end else { return }
            runs.schedule(at: instant) {
                let wait = self.pollOnce(node, &state)
                if let wait {
                    if state.attempts == 0 { state.due = self.runs.now + wait }
                    next(at: self.runs.now + wait)
                } else {
                    state.due = max(state.due + recurrence.interval, self.runs.now)
                    next(at: state.due)
                }
            }
        }
        next(at: one.start)
    }

    /// Asks once.
    ///
    /// - Returns: When to ask again, counted from now; nil: by the recurrence.
    private func pollOnce(_ node: TriggerNode, _ state: inout PollState) -> TimeSpan? {
        do {
            let inputs = try TriggerInputs.evaluate(
                node.inputs,
                program: program,
                environment: environment,
                callbackURL: nil,
                now: runs.now
            )
            var call = try HTTPCall(inputs: inputs)
            if let location = state.memory.location { call = HTTPCall(method: "GET", uri: location) }
            note(call, name: node.name)
            let outcome = services.answer(trigger: node.name, call: call)
            var answer: EffectOutcome.Answer?
            if case .answered(let given) = outcome { answer = given }
            let pause = PollingTrigger.pause(
                try RetryPolicy.of(node, inputs: inputs),
                after: state.attempts,
                answer: answer,
                now: runs.now,
                random: environment.random
            )
            if let pause {
                state.attempts += 1
                return pause
            }
            state.attempts = 0
            guard let answer else {
                history = (.failed, false)
                return nil
            }
            let verdict = PollingTrigger.judge(
                status: answer.status,
                headers: answer.headers,
                hasConditions: !node.conditions.isEmpty,
                memory: state.memory,
                now: runs.now
            )
            state.memory = verdict.memory
            if verdict.fires {
                begin(node, outputs: answer.outputs, trackingID: nil, isCalled: false)
            } else {
                history = (verdict.status, false)
            }
            return verdict.wait
        } catch {
            history = (.failed, false)
            return nil
        }
    }
}
