import Durable
import JSONTree
import Moments
import Playbooks

/// Reads the parts of a checkpoint.
struct SnapshotReader {
    let program: WorkflowProgram

    func damaged(_ what: String) -> DurableError {
        DurableError(
            .damagedJournal,
            "The checkpoint's member '\(what)' does not have the form that this release writes."
        )
    }

    func array(_ json: JSON?) throws -> [JSON] {
        guard let array = json?.arrayValue else { throw damaged("list") }
        return array
    }

    func integer(_ json: JSON?) throws -> Int {
        guard let value = json?.integerValue else { throw damaged("number") }
        return Int(value)
    }

    func instant(_ json: JSON?) throws -> Timestamp { Timestamp(ticks: Int64(try integer(json))) }

    func status(_ json: JSON?) throws -> ActionStatus {
        guard let status = json?.stringValue.flatMap({ ActionStatus(word: $0) }) else { throw damaged("status") }
        return status
    }

    func ref(_ json: JSON?) throws -> RunState.SlotRef {
        let parts = try array(json)
        return try ref(frame: parts[safe: 0], name: parts[safe: 1])
    }

    private func ref(frame: JSON?, name: JSON?) throws -> RunState.SlotRef {
        .init(frame: try integer(frame), place: program.placeOf[try node(name).id.index])
    }

    private func node(_ name: JSON?) throws -> ActionNode {
        guard let node = name?.stringValue.flatMap({ program.definition.node(named: $0) }) else {
            throw damaged("action")
        }
        return node
    }

    private func group(_ json: JSON?) throws -> Int {
        guard let json, !json.isNull else { return 0 }
        let node = try node(json[0])
        guard let branch = json[1].flatMap(BranchName.branch),
            let place = node.groups.firstIndex(where: { $0.branch == branch })
        else { throw damaged("group") }
        return program.groupsIn[node.id.index][place]
    }

    func variable(_ json: JSON) throws -> (index: Int, value: JSON) {
        guard let index = json[0]?.stringValue.flatMap({ program.definition.variableIndex(named: $0) }),
            let value = json[1]
        else { throw damaged("variables") }
        return (index, value)
    }

    func frame(_ json: JSON) throws -> RunState.Frame? {
        guard !json.isNull else { return nil }
        let parts = try array(json)
        let group = try group(parts[safe: 0])
        let children = program.groups[group].children
        let written = try array(parts[safe: 5])
        guard written.count == children.count else { throw damaged("slots") }
        var slots = ContiguousArray(repeating: RunState.Slot(unmet: 0), count: children.count)
        var places = Set<Int>()
        for json in written {
            let node = try node(json[0])
            let place = program.placeOf[node.id.index]
            guard program.groupOf[node.id.index] == group, places.insert(place).inserted else { throw damaged("slots") }
            slots[place] = try slot(json)
        }
        return RunState.Frame(
            group: group,
            parent: try parts[safe: 1].flatMap(\.nonNull).map { try ref($0) },
            indexes: try array(parts[safe: 2]).map { try integer($0) },
            item: parts[safe: 3]?.arrayValue?.first,
            unfinished: try integer(parts[safe: 4]),
            slots: slots
        )
    }

    private func slot(_ json: JSON) throws -> RunState.Slot {
        let parts = try array(json)
        var slot = RunState.Slot(unmet: Int32(try integer(parts[safe: 2])))
        slot.status = try status(parts[safe: 1])
        slot.start = try instant(parts[safe: 3])
        slot.record = try parts[safe: 4].flatMap { try record($0) }
        slot.flight = Int64(try integer(parts[safe: 5]))
        slot.child = Int32(try integer(parts[safe: 6]))
        return slot
    }

    private func record(_ json: JSON) throws -> ActionRecord? {
        guard !json.isNull else { return nil }
        let parts = try array(json)
        return ActionRecord(
            status: try status(parts[safe: 0]),
            code: parts[safe: 1]?.stringValue,
            error: RunError(json: parts[safe: 2]),
            inputs: parts[safe: 3]?.arrayValue?.first,
            outputs: parts[safe: 4]?.arrayValue?.first,
            start: try instant(parts[safe: 5]),
            end: try instant(parts[safe: 6]),
            repetitions: parts[safe: 7]?.integerValue.map(Int.init)
        )
    }

    func loop(_ json: JSON) throws -> (RunState.SlotRef, RunState.Loop) {
        let parts = try array(json)
        var loop = RunState.Loop(
            items: parts[safe: 1]?.arrayValue,
            limit: try integer(parts[safe: 2]),
            concurrency: try integer(parts[safe: 3]),
            deadline: parts[safe: 4]?.integerValue.map { Timestamp(ticks: $0) }
        )
        loop.next = try integer(parts[safe: 5])
        loop.active = try integer(parts[safe: 6])
        loop.isFailed = parts[safe: 7]?.boolValue ?? false
        loop.lastStatus = try status(parts[safe: 8])
        let place = try ref(parts[safe: 0])
        let children = try node(array(parts[safe: 0])[safe: 1]).groups.first?.children ?? []
        let results = try array(parts[safe: 9])
        if !results.isEmpty {
            loop.results = children.map { _ in [] }
            for entry in results {
                let child = program.placeOf[try node(entry[0]).id.index]
                guard loop.results.indices.contains(child) else { throw damaged("results") }
                loop.results[child] = try array(entry[1]).map { try record($0) }
            }
        }
        loop.awaitsCondition = parts[safe: 10]?.boolValue ?? false
        loop.lastFrame = parts[safe: 11]?.integerValue.map(Int.init)
        return (place, loop)
    }

    func ready(_ json: JSON) throws -> RunState.Ready {
        let parts = try array(json)
        switch parts.first?.stringValue {
        case "action": return .action(try ref(frame: parts[safe: 1], name: parts[safe: 2]))
        case "advance": return .advance(try ref(frame: parts[safe: 1], name: parts[safe: 2]))
        case "frame": return .frameDone(try integer(parts[safe: 1]))
        default: throw damaged("ready")
        }
    }

    func flight(_ json: JSON) throws -> (FlightNumber, Flight) {
        let parts = try array(json)
        guard let phase = parts[safe: 2]?.stringValue.flatMap({ Flight.Phase(rawValue: $0) }) else {
            throw damaged("phase")
        }
        var flight = Flight(
            ref: try ref(parts[safe: 1]),
            phase: phase,
            start: try instant(parts[safe: 3]),
            inputs: parts[safe: 4] ?? .null,
            sent: try instant(parts[safe: 6])
        )
        flight.attempt = try integer(parts[safe: 5])
        flight.history = try array(parts[safe: 7])
        flight.scratch = parts[safe: 8]?.objectValue ?? JSONObject()
        flight.isResend = parts[safe: 9]?.boolValue ?? false
        return (Int64(try integer(parts[safe: 0])), flight)
    }
}
