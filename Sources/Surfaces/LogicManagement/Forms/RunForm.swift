import Durable
import Engine
import JSONTree
import Moments
import Playbooks

/// The JSON of runs (section 17.2).
struct RunForm: Sendable {
    let key: WorkflowKey

    /// What filters of the list see.
    static let filterFields = ["status", "startTime", "endTime", "clientTrackingId", "trigger", "name"]

    static func facts(_ run: RunListing) -> JSON {
        var facts: JSONObject = [
            "name": .string(run.header.name), "status": .string(run.status.word),
            "startTime": .string(run.header.opened.iso8601), "clientTrackingId": .string(run.clientTrackingID),
            "trigger": .string(run.trigger),
        ]
        if let end = run.end { facts["endTime"] = .string(end.iso8601) }
        return .object(facts)
    }

    /// A run as lists show it: without contents.
    func listed(_ run: RunListing) -> JSON {
        var properties = facts(run)
        properties["trigger"] = [
            "name": .string(run.trigger), "startTime": .string(run.header.opened.iso8601),
            "endTime": .string(run.header.opened.iso8601), "originHistoryName": .string(run.header.name),
            "correlation": ["clientTrackingId": .string(run.clientTrackingID)], "status": "Succeeded",
        ]
        properties["outputs"] = .object(JSONObject())
        return resource(run, properties)
    }

    /// A run with its trigger, its response and its outputs.
    func whole(_ run: RunListing, _ history: RunHistory, _ links: ContentLinks) -> JSON {
        var properties = facts(run)
        properties["trigger"] = trigger(history, links)
        let outputs = history.state.outputs?.nonNull ?? .object(JSONObject())
        properties["outputs"] = outputs
        if let response = response(run, history, links) { properties["response"] = response }
        return resource(run, properties)
    }

    private func facts(_ run: RunListing) -> JSONObject {
        var properties = JSONObject()
        if run.status != .waiting { properties["waitEndTime"] = .string(run.start.iso8601) }
        properties["startTime"] = .string(run.header.opened.iso8601)
        if let end = run.end { properties["endTime"] = .string(end.iso8601) }
        properties["status"] = .string(run.status.word)
        if let code = run.code { properties["code"] = .string(code) }
        if let error = run.error { properties["error"] = error }
        properties["correlation"] = ["clientTrackingId": .string(run.clientTrackingID)]
        properties["workflow"] = [
            "name": .string(run.header.program), "id": .string(key.version(run.header.program)),
            "type": .string(ResourceTypes.version),
        ]
        // Ours: an action's call has an outcome that nobody knows yet.
        if run.isOutcomeUnknown { properties["outcomeUnknown"] = true }
        return properties
    }

    private func resource(_ run: RunListing, _ properties: JSONObject) -> JSON {
        [
            "properties": .object(properties), "id": .string(key.run(run.header.name)),
            "name": .string(run.header.name), "type": .string(ResourceTypes.run),
        ]
    }

    private func trigger(_ history: RunHistory, _ links: ContentLinks) -> JSON {
        let origin = history.state.origin
        let record = origin.record
        let node = history.program.definition.trigger(named: origin.trigger)
        var trigger: JSONObject = ["name": .string(node?.name ?? origin.trigger)]
        if let link = links.link(
            ContentPath(side: .inputs),
            record["inputs"]?.nonNull,
            isHidden: node?.hidesInputs ?? true
        ) {
            trigger["inputsLink"] = link
        }
        if let link = links.link(
            ContentPath(side: .outputs),
            record["outputs"]?.nonNull,
            isHidden: node?.hidesOutputs ?? true
        ) {
            trigger["outputsLink"] = link
        }
        for name in ["startTime", "endTime", "scheduledTime", "trackingId", "originHistoryName"] {
            if let value = record[name] { trigger[name] = value }
        }
        trigger["correlation"] = [
            "clientTrackingId": .string(origin.clientTrackingID ?? history.state.runName)
        ]
        for name in ["code", "status", "error"] {
            if let value = record[name] { trigger[name] = value }
        }
        return .object(trigger)
    }

    /// What the caller of the trigger was answered: the first Response action that ran.
    private func response(_ run: RunListing, _ history: RunHistory, _ links: ContentLinks) -> JSON? {
        let definition = history.program.definition
        guard definition.hasResponse else { return nil }
        let entry = history.entries.first { entry in
            entry.status != .skipped && definition.node(named: entry.name)?.type == .response
        }
        guard let entry, let node = definition.node(named: entry.name) else { return nil }
        var response: JSONObject = [
            "startTime": .string(entry.start.iso8601),
            "correlation": ["clientTrackingId": .string(run.clientTrackingID)],
            "status": .string(entry.status.word),
        ]
        if let end = entry.end { response["endTime"] = .string(end.iso8601) }
        if let code = entry.code { response["code"] = .string(code) }
        if let error = entry.error { response["error"] = error.json }
        let path = ContentPath(action: entry.name, side: .outputs)
        if let link = links.link(path, entry.outputs, isHidden: node.hidesOutputs) { response["outputsLink"] = link }
        return .object(response)
    }
}
