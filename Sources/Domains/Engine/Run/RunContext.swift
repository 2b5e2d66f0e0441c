import Durable
import Expressions
import JSONTree
import Moments
import Playbooks

/// What expressions see of a run, from one place in it.
struct RunContext: EvaluationContext {
    let state: RunState
    let environment: RunEnvironment
    let now: Timestamp
    /// The place that looks: its frame.
    let frame: Int
    /// The record for `action()`.
    var current: JSON?
    /// The flight whose callback address `listCallbackUrl()` gives.
    var flight: FlightNumber?

    private var indexes: [Int] { state.frames[frame]?.indexes ?? [] }

    func newGUID() -> String { environment.newGUID() }

    func random(in range: Range<Int64>) -> Int64 { environment.random(range) }

    func parameter(_ name: String) -> JSON? { state.program.definition.parameter(named: name)?.value }

    func variable(_ name: String) -> JSON? {
        guard let index = state.program.definition.variableIndex(named: name) else { return nil }
        return state.variables[index]
    }

    func appSetting(_ name: String) -> JSON? { environment.appSettings[ignoringCase: name] }

    /// The record of the trigger, with the tracking id that the run got.
    func trigger() -> JSON? {
        guard var record = state.origin.record.objectValue else { return state.origin.record }
        record["clientTrackingId"] = .string(state.clientTrackingID)
        return .object(record)
    }

    func triggerOutputs() -> JSON? { state.triggerOutputs }

    func currentAction() -> JSON? { current }

    func item() -> JSON? { state.frames[frame]?.item }

    func items(_ loop: String) -> JSON? {
        guard let node = state.program.definition.node(named: loop), let depth = depth(ofLoop: node) else { return nil }
        let here = Array(indexes.prefix(depth))
        guard let ref = state.find(node.id, indexes: here), let items = state.loops[ref]?.items,
            let index = indexes[safe: depth]
        else {
            return nil
        }
        return items[safe: index]
    }

    func iterationIndex(_ loop: String) -> Int? {
        guard let node = state.program.definition.node(named: loop), let depth = depth(ofLoop: node) else { return nil }
        if indexes.count > depth { return indexes[depth] }
        // The condition of an Until is looked at from outside of its iterations: the last one counts.
        guard let ref = state.find(node.id, indexes: indexes), let loop = state.loops[ref] else { return nil }
        return max(0, loop.next - 1)
    }

    private func depth(ofLoop node: ActionNode) -> Int? {
        node.type.isLoop ? node.loops.count : nil
    }

    func outputs(ofAction name: String) -> JSON?? {
        guard let node = state.program.definition.node(named: name) else { return nil }
        guard let ref = state.find(node.id, indexes: indexes), let slot = state.slot(ref) else { return .some(nil) }
        return .some(slot.record?.outputs)
    }

    func action(_ name: String) -> JSON? {
        guard let node = state.program.definition.node(named: name) else { return nil }
        return state.recordJSON(of: node, indexes: indexes)
    }

    func result(_ scope: String) -> JSON? {
        guard let node = state.program.definition.node(named: scope) else { return nil }
        return state.resultJSON(of: node, indexes: indexes)
    }

    func workflow() -> JSON? {
        let identity = state.program.identity
        return [
            "id": .string(identity.resourceID), "name": .string(identity.name), "type": "Microsoft.Logic/workflows",
            "location": .string(identity.location), "tags": identity.tags,
            "run": [
                "id": .string("\(identity.resourceID)/runs/\(state.header.name)"), "name": .string(state.header.name),
                "type": "Microsoft.Logic/workflows/runs",
            ],
        ]
    }

    func callbackURL() -> String? {
        flight.map { environment.callbackURL(state.header, state.program.identity, $0) }
    }
}

extension Array {
    /// The element at an index, nil outside of the array.
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
