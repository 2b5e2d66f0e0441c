import Engine
import JSONTree
import Moments
import Playbooks

/// The JSON of triggers and of the entries of their history (section 17.5).
struct TriggerForm: Sendable {
    let record: WorkflowRecord

    /// What filters of the list of triggers see.
    static let filterFields = ["state", "status", "type", "name"]
    /// What filters of the history see.
    static let historyFields = ["status", "startTime", "endTime", "clientTrackingId", "fired", "code", "name"]

    /// What a filter sees of a trigger.
    func facts(_ trigger: TriggerNode, _ status: TriggerStatus?) -> JSON {
        var facts: JSONObject = [
            "name": .string(trigger.name), "type": .string(trigger.type.word), "state": .string(state(status)),
        ]
        if let word = status?.status?.word { facts["status"] = .string(word) }
        return .object(facts)
    }

    private func state(_ status: TriggerStatus?) -> String {
        (status?.isEnabled ?? (record.state == .enabled))
            ? "Enabled" : record.state == .enabled ? "Disabled" : record.state.rawValue
    }

    /// A trigger with what the scheduler knows of it; nothing is known of triggers that are only called.
    func trigger(_ trigger: TriggerNode, _ status: TriggerStatus?) -> JSON {
        var properties: JSONObject = [
            "provisioningState": .string(provisioning(status)),
            "createdTime": .string((status?.created ?? record.created).iso8601),
            "changedTime": .string((status?.changed ?? record.changed).iso8601), "state": .string(state(status)),
        ]
        if let word = status?.status?.word { properties["status"] = .string(word) }
        if let code = status?.code { properties["code"] = .string(code) }
        if let error = status?.subscription?.error ?? status?.error { properties["error"] = error.json }
        if let last = status?.lastExecution { properties["lastExecutionTime"] = .string(last.iso8601) }
        if let next = status?.nextExecution { properties["nextExecutionTime"] = .string(next.iso8601) }
        if let recurrence = trigger.recurrenceValue?.nonNull { properties["recurrence"] = recurrence }
        if let subscription = status?.subscription {
            // Ours: how the subscription of a webhook trigger stands.
            var shown: JSONObject = ["state": .string(subscription.state.rawValue)]
            if let retry = subscription.retry { shown["retryTime"] = .string(retry.iso8601) }
            properties["subscription"] = .object(shown)
        }
        properties["workflow"] = [
            "name": .string(record.version), "id": .string(record.key.version(record.version)),
            "type": .string(ResourceTypes.version),
        ]
        return [
            "properties": .object(properties), "id": .string(record.key.trigger(trigger.name)),
            "name": .string(trigger.name), "type": .string(ResourceTypes.trigger),
        ]
    }

    private func provisioning(_ status: TriggerStatus?) -> String {
        guard let subscription = status?.subscription else { return "Succeeded" }
        switch subscription.state {
        case .subscribing: return "Registering"
        case .active: return "Succeeded"
        case .ending: return "Unregistering"
        }
    }

    /// What a filter sees of an entry.
    static func facts(_ entry: TriggerHistoryEntry) -> JSON {
        var facts: JSONObject = [
            "name": .string(entry.name), "status": .string(entry.status.word), "fired": .bool(entry.isFired),
            "startTime": .string(entry.start.iso8601), "endTime": .string(entry.end.iso8601),
            "clientTrackingId": .string(entry.clientTrackingID),
        ]
        if let code = entry.code { facts["code"] = .string(code) }
        return .object(facts)
    }

    /// An entry of the history.
    ///
    /// `links`: where the contents of an entry that started a run are, and whether each is there.
    func history(_ entry: TriggerHistoryEntry, inputsLink: JSON? = nil, outputsLink: JSON? = nil) -> JSON {
        var properties: JSONObject = [
            "startTime": .string(entry.start.iso8601), "endTime": .string(entry.end.iso8601),
        ]
        if let scheduled = entry.scheduled { properties["scheduledTime"] = .string(scheduled.iso8601) }
        properties["status"] = .string(entry.status.word)
        if let code = entry.code { properties["code"] = .string(code) }
        if let error = entry.error { properties["error"] = error.json }
        properties["trackingId"] = .string(entry.trackingID)
        properties["correlation"] = ["clientTrackingId": .string(entry.clientTrackingID)]
        if let inputsLink { properties["inputsLink"] = inputsLink }
        if let outputsLink { properties["outputsLink"] = outputsLink }
        // Contents of entries without a run have no address of their own and stand here.
        if inputsLink == nil, let inputs = entry.inputs?.nonNull { properties["inputs"] = inputs }
        if outputsLink == nil, let outputs = entry.outputs?.nonNull { properties["outputs"] = outputs }
        properties["fired"] = .bool(entry.isFired)
        if let run = entry.run {
            properties["run"] = [
                "name": .string(run), "id": .string(record.key.run(run)), "type": .string(ResourceTypes.run),
            ]
        }
        return [
            "properties": .object(properties), "id": .string(record.key.history(entry.name, of: entry.trigger)),
            "name": .string(entry.name), "type": .string(ResourceTypes.history),
        ]
    }
}
