import Expressions
import JSONTree
import Moments
import Playbooks

/// When the batches of a Batch trigger are released (section 5.8).
struct BatchSettings: Sendable {
    /// The criteria of one batch; any of them that is met releases it.
    struct Criteria: Sendable {
        var name: String
        var messageCount: Int?
        var batchSize: Int64?
        var recurrence: Recurrence?
    }

    private(set) var batches: [Criteria] = []
    /// What is wrong with the configuration.
    private(set) var error: RunError?

    init(_ trigger: TriggerNode, program: WorkflowProgram, environment: RunEnvironment, now: Timestamp) {
        do {
            let context = TriggerContext(program: program, environment: environment, now: now)
            let inputs = try trigger.inputs?.evaluate(in: context) ?? .null
            for (name, value) in inputs[ignoringCase: "configurations"]?.objectValue ?? JSONObject() {
                batches.append(try Self.criteria(name, value[ignoringCase: "releaseCriteria"] ?? .null, trigger))
            }
        } catch let error as ExpressionError {
            self.error = RunError(error.code, "The inputs of trigger '\(trigger.name)': \(error.message)")
        } catch let error as RunError {
            self.error = error
        } catch {
            self.error = RunError("InvalidTemplate", "The inputs of trigger '\(trigger.name)': \(error)")
        }
    }

    subscript(_ name: String) -> Criteria? { batches.first { $0.name.isSame(ignoringCase: name) } }

    private static func criteria(_ name: String, _ json: JSON, _ trigger: TriggerNode) throws -> Criteria {
        var criteria = Criteria(name: name)
        if let value = json[ignoringCase: "messageCount"].flatMap(\.nonNull) {
            guard let count = value.integerValue ?? value.stringValue.flatMap(Int64.init), (1...8_000).contains(count)
            else { throw invalid(trigger, name, "'messageCount' must be a whole number from 1 to 8000") }
            criteria.messageCount = Int(count)
        }
        if let value = json[ignoringCase: "batchSize"].flatMap(\.nonNull) {
            guard let size = value.integerValue ?? value.stringValue.flatMap(Int64.init), size >= 1 else {
                throw invalid(trigger, name, "'batchSize' must be a number of bytes from 1")
            }
            criteria.batchSize = size
        }
        if let value = json[ignoringCase: "recurrence"].flatMap(\.nonNull) {
            do {
                criteria.recurrence = try Recurrence(json: value)
            } catch {
                throw invalid(trigger, name, error.message)
            }
        }
        return criteria
    }

    private static func invalid(_ trigger: TriggerNode, _ batch: String, _ what: String) -> RunError {
        RunError("InvalidTemplate", "The batch '\(batch)' of trigger '\(trigger.name)' cannot be released: \(what).")
    }

    // MARK: - Recurrences

    /// Where the recurrence of a batch stands.
    static func state(of batch: String, in row: TriggerRow) -> RecurrenceState {
        let stored = row.schedules?[ignoringCase: batch]
        func instant(_ index: Int) -> Timestamp? { stored?[index]?.integerValue.map { Timestamp(ticks: $0) } }
        return RecurrenceState(enabledAt: row.recurrence.enabledAt, first: instant(0), last: instant(1))
    }

    static func setState(_ state: RecurrenceState, of batch: String, in row: inout TriggerRow) {
        var all = row.schedules?.objectValue ?? JSONObject()
        func ticks(_ instant: Timestamp?) -> JSON { instant.map { .integer($0.ticks) } ?? .null }
        all[batch] = [ticks(state.first), ticks(state.last)]
        row.schedules = .object(all)
    }

    /// When the next batch is to be released by its recurrence.
    func nextRelease(_ row: inout TriggerRow, now: Timestamp) -> Timestamp? {
        batches.compactMap { batch in
            batch.recurrence.flatMap { Self.state(of: batch.name, in: row).next(of: $0)?.due }
        }.min()
    }
}
