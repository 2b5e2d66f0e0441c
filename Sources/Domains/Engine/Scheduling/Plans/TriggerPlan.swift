import Expressions
import JSONTree
import Moments
import Playbooks

/// When a trigger is to be looked at: its recurrence, read from its definition.
struct TriggerPlan: Sendable {
    /// The recurrence of a timed or polling trigger; nil: none.
    var recurrence: Recurrence?
    /// What is wrong with it, so that it never fires.
    var error: RunError?

    /// Reads the plan of a trigger.
    init(_ trigger: TriggerNode, program: WorkflowProgram, environment: RunEnvironment, now: Timestamp) {
        guard trigger.type.isTimed || trigger.type.isPolling, let template = trigger.recurrence else { return }
        do {
            let context = TriggerContext(program: program, environment: environment, now: now)
            let value = try trigger.recurrenceValue ?? template.evaluate(in: context)
            var kind = Recurrence.Kind.recurrence
            if trigger.type == .slidingWindow {
                let inputs = try trigger.inputs?.evaluate(in: context)
                kind = .slidingWindow(delay: try Self.delay(inputs, of: trigger))
            }
            recurrence = try Recurrence(json: value, kind: kind)
        } catch let error as ExpressionError {
            self.error = RunError(error.code, "The recurrence of trigger '\(trigger.name)': \(error.message)")
        } catch let error as RecurrenceError {
            self.error = RunError("InvalidRecurrence", "The trigger '\(trigger.name)': \(error.message)")
        } catch let error as RunError {
            self.error = error
        } catch {
            self.error = RunError("InvalidRecurrence", "The recurrence of trigger '\(trigger.name)': \(error)")
        }
    }

    private static func delay(_ inputs: JSON?, of trigger: TriggerNode) throws -> TimeSpan {
        guard let value = inputs?[ignoringCase: "delay"].flatMap(\.nonNull) else { return .zero }
        guard let span = value.stringValue.flatMap({ ISODuration($0) })?.nominalSpan, span >= .zero else {
            throw RunError(
                "InvalidTemplate",
                "The delay of trigger '\(trigger.name)' must be an ISO 8601 duration such as PT15M, not \(value.text)."
            )
        }
        return span
    }
}
