import Durable
import JSONTree
import Moments
import Playbooks

/// Reads the parts of a checkpoint.
struct SnapshotReader {
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
        return .init(frame: try integer(parts[safe: 0]), place: try integer(parts[safe: 1]))
    }

    func frame(_ json: JSON, _ program: WorkflowProgram) throws -> RunState.Frame? {
        guard !json.isNull else { return nil }
        let parts = try array(json)
        let group = try integer(parts[safe: 0])
        let children = try program.groups[safe: group]?.children ?? { throw damaged("group") }()
        let slots = try array(parts[safe: 5])
        guard slots.count == children.count else { throw damaged("slots") }
        return RunState.Frame(
            group: group,
            parent: try parts[safe: 1].flatMap { try $0.isNull ? nil : ref($0) },
            indexes: try array(parts[safe: 2]).map { try integer($0) },
            item: parts[safe: 3]?.arrayValue?.first,
            unfinished: try integer(parts[safe: 4]),
            slots: ContiguousArray(try slots.map { try slot($0) })
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
        loop.results = try array(parts[safe: 9]).map { try array($0).map { try record($0) } }
        loop.awaitsCondition = parts[safe: 10]?.boolValue ?? false
        loop.lastFrame = parts[safe: 11]?.integerValue.map(Int.init)
        return (try ref(parts[safe: 0]), loop)
    }

    func ready(_ json: JSON) throws -> RunState.Ready {
        let parts = try array(json)
        switch parts.first?.stringValue {
        case "action": return .action(.init(frame: try integer(parts[safe: 1]), place: try integer(parts[safe: 2])))
        case "advance": return .advance(.init(frame: try integer(parts[safe: 1]), place: try integer(parts[safe: 2])))
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
