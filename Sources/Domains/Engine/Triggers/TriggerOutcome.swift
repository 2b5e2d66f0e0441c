import Expressions
public import JSONTree
public import Moments
public import Playbooks

/// What an evaluation of a trigger came to: one entry of its history, and the runs that it starts (sections 5.9 to 5.13).
public struct TriggerOutcome: Sendable {
    /// Succeeded, Skipped or Failed.
    public var status: ActionStatus
    /// The code of a failure.
    public var code: String?
    /// The error of a failure.
    public var error: RunError?
    /// What each run starts with; empty when none does.
    public var origins: [RunOrigin]
    /// The outputs, for the history.
    public var outputs: JSON

    /// Whether runs start.
    public var isFired: Bool { !origins.isEmpty }

    /// Evaluates conditions and splitOn over what a trigger produced.
    ///
    /// `trigger`: the trigger.
    /// `program`: the workflow.
    /// `inputs`: the evaluated inputs, for the record.
    /// `outputs`: what it produced: `{headers, body, …}`.
    /// `trackingID`: the client tracking id that the caller gave, if any.
    /// `historyName`: the name of the history entry.
    /// `code`: the code of the record, such as `OK`.
    public static func evaluate(
        _ trigger: TriggerNode,
        program: WorkflowProgram,
        environment: RunEnvironment,
        inputs: JSON? = nil,
        outputs: JSON,
        trackingID: String? = nil,
        historyName: String,
        scheduled: Timestamp? = nil,
        code: String? = nil,
        now: Timestamp
    ) -> TriggerOutcome {
        var record = record(
            trigger,
            inputs: inputs,
            outputs: outputs,
            historyName: historyName,
            scheduled: scheduled,
            code: code,
            now: now
        )
        var context = TriggerContext(program: program, environment: environment, now: now, record: .object(record))
        do throws(ExpressionError) {
            for condition in trigger.conditions {
                let value = try condition.evaluate(in: context)
                guard let holds = value.boolValue else {
                    throw ExpressionError(
                        phase: .run,
                        message:
                            "The result of the evaluation of a trigger condition is of type '\(JSONTypeName.of(value))'. The result must be of type 'Boolean'."
                    )
                }
                if !holds { return TriggerOutcome(status: .skipped, origins: [], outputs: outputs) }
            }
            var tracking = trackingID
            if let template = trigger.clientTrackingID {
                tracking = TextConversion.text(try template.evaluate(in: context))
            }
            guard let template = trigger.splitOn else {
                if let tracking { record["clientTrackingId"] = .string(tracking) }
                let origin = RunOrigin(trigger: trigger.name, record: .object(record), clientTrackingID: tracking)
                return TriggerOutcome(status: .succeeded, origins: [origin], outputs: outputs)
            }
            let value = try template.evaluate(in: context)
            guard let items = value.arrayValue else {
                return failed(
                    "The 'splitOn' expression gave a value of type '\(JSONTypeName.of(value))'. It must give an array.",
                    outputs
                )
            }
            let limit =
                trigger.maximumRuns == nil ? EngineLimits.splitOnItems : EngineLimits.splitOnItemsWithConcurrency
            guard items.count <= limit else {
                return failed("The 'splitOn' array has \(items.count) items; the limit is \(limit).", outputs)
            }
            var origins: [RunOrigin] = []
            for item in items {
                var one = record
                var part = outputs.objectValue ?? JSONObject()
                part["body"] = item
                one["outputs"] = .object(part)
                var id = tracking
                if let template = trigger.itemTrackingID {
                    context.record = .object(one)
                    context.element = item
                    id = TextConversion.text(try template.evaluate(in: context))
                }
                if let id { one["clientTrackingId"] = .string(id) }
                origins.append(RunOrigin(trigger: trigger.name, record: .object(one), clientTrackingID: id))
            }
            return TriggerOutcome(status: .succeeded, origins: origins, outputs: outputs)
        } catch {
            return failed(
                "Unable to process template language expressions for trigger '\(trigger.name)' at line '\(trigger.position.line)' and column '\(trigger.position.column)': '\(error.message)'.",
                outputs,
                code: error.code
            )
        }
    }

    private static func failed(_ message: String, _ outputs: JSON, code: String = "InvalidTemplate") -> TriggerOutcome {
        TriggerOutcome(
            status: .failed,
            code: "BadRequest",
            error: RunError(code, message),
            origins: [],
            outputs: outputs
        )
    }

    private static func record(
        _ trigger: TriggerNode,
        inputs: JSON?,
        outputs: JSON,
        historyName: String,
        scheduled: Timestamp?,
        code: String?,
        now: Timestamp
    ) -> JSONObject {
        var record = JSONObject()
        record["name"] = .string(trigger.name)
        if let inputs { record["inputs"] = inputs }
        record["outputs"] = outputs
        record["startTime"] = .string(now.iso8601)
        record["endTime"] = .string(now.iso8601)
        if let scheduled { record["scheduledTime"] = .string(scheduled.iso8601) }
        record["trackingId"] = .string(TrackingID.make(run: historyName, action: trigger.name))
        record["clientTrackingId"] = .string(historyName)
        record["originHistoryName"] = .string(historyName)
        record["code"] = .string(code ?? "OK")
        record["status"] = "Succeeded"
        return record
    }
}
