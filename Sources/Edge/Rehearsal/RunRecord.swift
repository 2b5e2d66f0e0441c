public import Engine
public import JSONTree
import Moments
import Playbooks

/// A run and its actions as `tocsin run` prints them; what the workflow secures is left out.
public struct RunRecord: Sendable {
    /// The status word: `Succeeded`, `Failed`, `Cancelled`, `TimedOut`, or `Running` when it still waits for something.
    public let status: String
    /// Name, status, times, error, outputs and actions; each action with status, code, times, inputs and outputs.
    public let json: JSON

    /// Reads a history.
    public init(_ history: RunHistory) {
        let state = history.state
        let definition = history.program.definition
        var run = JSONObject()
        run["name"] = .string(state.runName)
        run["workflow"] = .string(history.program.identity.name)
        run["status"] = .string(state.status.word)
        if let code = state.code { run["code"] = .string(code) }
        run["startTime"] = .string(state.start.iso8601)
        if let end = state.end { run["endTime"] = .string(end.iso8601) }
        run["clientTrackingId"] = .string(state.origin.clientTrackingID ?? state.runName)
        if let error = state.error { run["error"] = error.json }
        run["trigger"] = Self.trigger(state.origin, definition)
        let outputs = state.outputs ?? .null
        run["outputs"] = outputs.isNull ? .object(JSONObject()) : outputs
        run["actions"] = .array(history.entries.map { Self.action($0, definition.node(named: $0.name)) })
        status = state.status.word
        json = .object(run)
    }

    private static func trigger(_ origin: RunOrigin, _ definition: Definition) -> JSON {
        var trigger = JSONObject()
        trigger["name"] = .string(origin.trigger)
        let node = definition.trigger(named: origin.trigger)
        hide(
            node?.hidesInputs ?? false,
            node?.hidesOutputs ?? false,
            origin.record["inputs"],
            origin.record["outputs"],
            &trigger
        )
        return .object(trigger)
    }

    private static func action(_ entry: HistoryEntry, _ node: ActionNode?) -> JSON {
        var action = JSONObject()
        action["name"] = .string(entry.name)
        if !entry.indexes.isEmpty { action["repetition"] = .string(entry.repetitionName) }
        action["status"] = .string(entry.status.word)
        if let code = entry.code { action["code"] = .string(code) }
        action["startTime"] = .string(entry.start.iso8601)
        if let end = entry.end { action["endTime"] = .string(end.iso8601) }
        if let error = entry.error { action["error"] = error.json }
        hide(node?.hidesInputs ?? false, node?.hidesOutputs ?? false, entry.inputs, entry.outputs, &action)
        if !entry.retryHistory.isEmpty { action["retryHistory"] = .array(entry.retryHistory) }
        if let tracked = entry.tracked { action["trackedProperties"] = tracked }
        if !entry.iterations.isEmpty { action["iterations"] = .array(entry.iterations.map { .string($0.word) }) }
        return .object(action)
    }

    private static func hide(
        _ hidesInputs: Bool,
        _ hidesOutputs: Bool,
        _ inputs: JSON?,
        _ outputs: JSON?,
        _ object: inout JSONObject
    ) {
        if let inputs, !hidesInputs { object["inputs"] = inputs }
        if let outputs, !hidesOutputs { object["outputs"] = outputs }
        let hidden: [JSON] = (hidesInputs ? ["inputs"] : []) + (hidesOutputs ? ["outputs"] : [])
        if !hidden.isEmpty { object["hidden"] = .array(hidden) }
    }
}
