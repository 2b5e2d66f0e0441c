import Durable
import JSONTree
import Moments
import Playbooks

extension RunState {
    /// The record of an action as an expression sees it; one that was never reached counts as skipped once its container is final.
    func recordJSON(of node: ActionNode, indexes: [Int]) -> JSON? {
        if let ref = find(node.id, indexes: indexes), let slot = slot(ref) {
            return recordJSON(of: node, slot: slot, indexes: frames[ref.frame]?.indexes ?? [])
        }
        guard let parent = node.parent else { return nil }
        var container: ActionID? = parent
        while let id = container {
            if let ref = find(id, indexes: indexes), let slot = slot(ref) {
                guard slot.status.isFinal || slot.status == .running else { return nil }
                let fate = UnreachedAction.fate(
                    of: node,
                    in: program.definition[id],
                    slot.status,
                    code: slot.record?.code,
                    error: slot.record?.error
                )
                let record = ActionRecord(
                    status: fate.status,
                    code: fate.code,
                    error: fate.error,
                    inputs: nil,
                    outputs: nil,
                    start: slot.start,
                    end: slot.start
                )
                return json(record, node, indexes)
            }
            container = program.definition[id].parent
        }
        return nil
    }

    private func recordJSON(of node: ActionNode, slot: Slot, indexes: [Int]) -> JSON? {
        if let record = slot.record { return json(record, node, indexes) }
        guard slot.status != .pending else { return nil }
        let record = ActionRecord(
            status: slot.status,
            code: nil,
            error: nil,
            inputs: slot.flight == 0 ? nil : flights[slot.flight]?.inputs,
            outputs: nil,
            start: slot.start,
            end: slot.start
        )
        return json(record, node, indexes)
    }

    private func json(_ record: ActionRecord, _ node: ActionNode, _ indexes: [Int]) -> JSON {
        record.json(
            name: node.name,
            trackingID: TrackingID.make(run: header.name, action: node.name, indexes: indexes),
            clientTrackingID: clientTrackingID
        )
    }

    /// What `result()` shows of a finished container (section 3.3).
    func resultJSON(of node: ActionNode, indexes: [Int]) -> JSON? {
        guard let ref = find(node.id, indexes: indexes), let slot = slot(ref) else { return nil }
        let own = frames[ref.frame]?.indexes ?? []
        if let loop = loops[ref], !loop.results.isEmpty, let group = node.groups.first {
            return .array(
                group.children.enumerated().map { place, child in
                    let childNode = program.definition[child]
                    let records = loop.results[safe: place] ?? []
                    if loop.items == nil {
                        guard let last = records.last.flatMap(\.self) else { return .null }
                        var entry = json(last, childNode, own + [loop.next - 1]).objectValue ?? JSONObject()
                        entry["repetitionCount"] = .integer(Int64(loop.next))
                        return .object(entry)
                    }
                    return loopEntry(childNode, records, own)
                }
            )
        }
        let taken = slot.child >= 0 ? frames[Int(slot.child)] : nil
        // A condition or switch shows the actions of all its branches, those that were not taken as skipped.
        return .array(
            node.groups.flatMap(\.children).compactMap { child in
                let childNode = program.definition[child]
                guard let taken, program.groupOf[child.index] == taken.group else {
                    return recordJSON(of: childNode, indexes: own)
                }
                return recordJSON(of: childNode, slot: taken.slots[program.placeOf[child.index]], indexes: own)
            }
        )
    }

    private func loopEntry(_ node: ActionNode, _ records: [ActionRecord?], _ indexes: [Int]) -> JSON {
        let isFailed = records.contains { $0?.status.isBad ?? false }
        let allSkipped = !records.isEmpty && records.allSatisfy { $0?.status == .skipped }
        return [
            "name": .string(node.name),
            "outputs": .array(
                records.enumerated().map { index, record in record.map { json($0, node, indexes + [index]) } ?? .null }
            ),
            "status": .string((isFailed ? ActionStatus.failed : allSkipped ? .skipped : .succeeded).word),
            "code": "NotSpecified",
            "repetitionCount": .integer(Int64(records.count)),
        ]
    }
}
