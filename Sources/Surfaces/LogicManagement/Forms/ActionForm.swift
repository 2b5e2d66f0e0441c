import Engine
import JSONTree
import Moments
import Playbooks

/// The JSON of actions and their repetitions (sections 17.3 and 17.4).
struct ActionForm: Sendable {
    let key: WorkflowKey
    let run: String
    let clientTrackingID: String
    let links: ContentLinks

    /// What filters of the list see.
    static let filterFields = ["status", "startTime", "endTime", "code", "name"]

    static func facts(_ action: RunAction) -> JSON {
        facts(name: action.name, action.status, code: action.entries.first?.code, action.start, action.end)
    }

    static func facts(_ entry: HistoryEntry) -> JSON {
        facts(name: entry.name, entry.status, code: entry.code, entry.start, entry.end)
    }

    private static func facts(
        name: String,
        _ status: ActionStatus,
        code: String?,
        _ start: Timestamp,
        _ end: Timestamp?
    ) -> JSON {
        var facts: JSONObject = [
            "name": .string(name), "status": .string(status.word), "startTime": .string(start.iso8601),
        ]
        if let code { facts["code"] = .string(code) }
        if let end { facts["endTime"] = .string(end.iso8601) }
        return .object(facts)
    }

    /// An action: with its contents when it ran once, with the number of its repetitions when it stands in a loop.
    func action(_ action: RunAction) -> JSON {
        var properties: JSONObject
        if action.isRepeated {
            properties = JSONObject()
            properties["startTime"] = .string(action.start.iso8601)
            if let end = action.end { properties["endTime"] = .string(end.iso8601) }
            properties["status"] = .string(action.status.word)
            let code = action.entries.first { $0.status == action.status }?.code
            if let code { properties["code"] = .string(code) }
            properties["correlation"] = ["clientTrackingId": .string(clientTrackingID)]
            properties["repetitionCount"] = .integer(Int64(action.entries.count))
        } else {
            properties = action.entries.first.map { self.properties($0, action.node) } ?? JSONObject()
        }
        return [
            "properties": .object(properties), "id": .string(key.action(action.name, of: run)),
            "name": .string(action.name), "type": .string(ResourceTypes.action),
        ]
    }

    /// One repetition of an action in a loop.
    func repetition(_ entry: HistoryEntry, _ node: ActionNode?, _ definition: Definition) -> JSON {
        var properties = self.properties(entry, node)
        properties["repetitionIndexes"] = Self.indexes(entry.indexes, node?.loops ?? [], definition)
        return [
            "properties": .object(properties),
            "id": .string("\(key.action(entry.name, of: run))/repetitions/\(entry.repetitionName)"),
            "name": .string(entry.repetitionName), "type": .string(ResourceTypes.repetition),
        ]
    }

    /// `[{"scopeName", "itemIndex"}]`, outermost first.
    static func indexes(_ indexes: [Int], _ loops: [ActionID], _ definition: Definition) -> JSON {
        .array(
            zip(loops, indexes).map { loop, index in
                ["scopeName": .string(definition[loop].name), "itemIndex": .integer(Int64(index))]
            }
        )
    }

    /// The properties of one record.
    func properties(_ entry: HistoryEntry, _ node: ActionNode?) -> JSONObject {
        var properties = JSONObject()
        let repetition = entry.indexes.isEmpty ? nil : entry.repetitionName
        if let link = links.link(
            ContentPath(action: entry.name, repetition: repetition, side: .inputs),
            entry.inputs,
            isHidden: node?.hidesInputs ?? false
        ) {
            properties["inputsLink"] = link
        }
        if let link = links.link(
            ContentPath(action: entry.name, repetition: repetition, side: .outputs),
            entry.outputs,
            isHidden: node?.hidesOutputs ?? false
        ) {
            properties["outputsLink"] = link
        }
        properties["startTime"] = .string(entry.start.iso8601)
        if let end = entry.end { properties["endTime"] = .string(end.iso8601) }
        let tracking = entry.trackingID(ofRun: run)
        properties["correlation"] = [
            "actionTrackingId": .string(tracking), "clientTrackingId": .string(clientTrackingID),
        ]
        properties["trackingId"] = .string(tracking)
        properties["status"] = .string(entry.status.word)
        if let code = entry.code { properties["code"] = .string(code) }
        if let error = entry.error { properties["error"] = error.json }
        if let tracked = entry.tracked { properties["trackedProperties"] = tracked }
        if !entry.retryHistory.isEmpty { properties["retryHistory"] = .array(entry.retryHistory) }
        if node?.type.isLoop ?? false { properties["iterationCount"] = .integer(Int64(entry.iterations.count)) }
        if entry.isMocked { properties["executionMode"] = "StaticResults" }
        // Ours: the call's outcome is open until a look-up or a person settles it.
        if entry.isOutcomeUnknown { properties["outcomeUnknown"] = true }
        return properties
    }
}
