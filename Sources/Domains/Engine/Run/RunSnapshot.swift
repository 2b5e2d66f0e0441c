import Durable
import JSONTree
import Moments
import Playbooks

/// A run's state as JSON, and back: the body of a checkpoint.
///
/// Actions, branches and variables are named, as in the journal; frames, flights and what is ready are listed in order.
enum RunSnapshot {
    /// The form that this release writes and reads.
    static let format: Int64 = 1

    static func json(_ state: RunState) -> JSON {
        var object = JSONObject()
        object["format"] = .integer(format)
        object["status"] = .string(state.status.word)
        object["start"] = .integer(state.start.ticks)
        object["origin"] = [
            .string(state.origin.trigger), state.origin.record, text(state.origin.clientTrackingID),
            state.origin.callerWaitsUntil.map { .integer($0.ticks) } ?? .null, .bool(state.origin.isQueued),
        ]
        object["frames"] = .array(state.frames.map { $0.map { frame($0, state) } ?? .null })
        object["free"] = .array(state.freeFrames.map { .integer(Int64($0)) })
        object["loops"] = .array(
            state.loops.sorted { ($0.key.frame, $0.key.place) < ($1.key.frame, $1.key.place) }.map {
                loop($0.key, $0.value, state)
            }
        )
        object["ready"] = .array(state.ready[state.readyHead...].map { ready($0, state) })
        object["flights"] = .array(state.flights.sorted { $0.key < $1.key }.map { flight($0.key, $0.value, state) })
        object["lastFlight"] = .integer(state.lastFlight)
        object["variables"] = .array(
            zip(state.program.definition.variables, state.variables).compactMap { declaration, value in
                value.map { [.string(declaration.name), $0] }
            }
        )
        object["hasResponded"] = .bool(state.hasResponded)
        object["actionCount"] = .integer(Int64(state.actionCount))
        object["hasDurationTimer"] = .bool(state.hasDurationTimer)
        return .object(object)
    }

    private static func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }

    private static func ref(_ ref: RunState.SlotRef, _ state: RunState) -> [JSON] {
        [.integer(Int64(ref.frame)), .string(state.node(ref)?.name ?? "")]
    }

    private static func group(_ number: Int, _ program: WorkflowProgram) -> JSON {
        let group = program.groups[number]
        guard let container = group.container else { return .null }
        return [.string(program.definition[container].name), BranchName.json(group.branch)]
    }

    private static func frame(_ frame: RunState.Frame, _ state: RunState) -> JSON {
        let names = state.program.groups[frame.group].children.map { state.program.definition[$0].name }
        return [
            group(frame.group, state.program), frame.parent.map { .array(ref($0, state)) } ?? .null,
            .array(frame.indexes.map { .integer(Int64($0)) }), frame.item.map { [$0] } ?? .null,
            .integer(Int64(frame.unfinished)),
            .array(zip(names, frame.slots).map { slot($0, $1) }),
        ]
    }

    private static func slot(_ name: String, _ slot: RunState.Slot) -> JSON {
        [
            .string(name), .string(slot.status.word), .integer(Int64(slot.unmet)), .integer(slot.start.ticks),
            slot.record.map(record) ?? .null, .integer(slot.flight), .integer(Int64(slot.child)),
        ]
    }

    private static func record(_ record: ActionRecord) -> JSON {
        [
            .string(record.status.word), text(record.code), record.error?.json ?? .null,
            record.inputs.map { [$0] } ?? .null,
            record.outputs.map { [$0] } ?? .null, .integer(record.start.ticks), .integer(record.end.ticks),
            record.repetitions.map { .integer(Int64($0)) } ?? .null,
        ]
    }

    private static func loop(_ place: RunState.SlotRef, _ loop: RunState.Loop, _ state: RunState) -> JSON {
        let children = state.node(place)?.groups.first?.children ?? []
        return [
            .array(ref(place, state)), loop.items.map { .array($0) } ?? .null, .integer(Int64(loop.limit)),
            .integer(Int64(loop.concurrency)),
            loop.deadline.map { .integer($0.ticks) } ?? .null, .integer(Int64(loop.next)), .integer(Int64(loop.active)),
            .bool(loop.isFailed), .string(loop.lastStatus.word),
            .array(
                zip(children, loop.results).map { child, records in
                    [
                        .string(state.program.definition[child].name),
                        .array(records.map { $0.map(record) ?? .null }),
                    ]
                }
            ), .bool(loop.awaitsCondition),
            loop.lastFrame.map { .integer(Int64($0)) } ?? .null,
        ]
    }

    private static func ready(_ ready: RunState.Ready, _ state: RunState) -> JSON {
        switch ready {
        case .action(let place): .array(["action"] + ref(place, state))
        case .frameDone(let frame): ["frame", .integer(Int64(frame))]
        case .advance(let place): .array(["advance"] + ref(place, state))
        }
    }

    private static func flight(_ number: FlightNumber, _ flight: Flight, _ state: RunState) -> JSON {
        [
            .integer(number), .array(ref(flight.ref, state)), .string(flight.phase.rawValue),
            .integer(flight.start.ticks),
            flight.inputs,
            .integer(Int64(flight.attempt)), .integer(flight.sent.ticks), .array(flight.history),
            .object(flight.scratch),
            .bool(flight.isResend),
        ]
    }

    /// Reads a checkpoint back.
    ///
    /// - Throws: `DurableError` with code `damagedJournal`.
    static func state(_ json: JSON, header: RunHeader, program: WorkflowProgram) throws -> RunState {
        var state = RunState(header: header, program: program)
        let reader = SnapshotReader(program: program)
        guard json["format"]?.integerValue == format else { throw reader.damaged("format") }
        state.status = try reader.status(json["status"])
        state.start = try reader.instant(json["start"])
        let origin = try reader.array(json["origin"])
        state.origin = RunOrigin(
            trigger: origin[safe: 0]?.stringValue ?? "",
            record: origin[safe: 1] ?? .null,
            clientTrackingID: origin[safe: 2]?.stringValue,
            callerWaitsUntil: origin[safe: 3]?.integerValue.map { Timestamp(ticks: $0) },
            isQueued: origin[safe: 4]?.boolValue ?? false
        )
        state.triggerOutputs = state.origin.record["outputs"]
        state.frames = try reader.array(json["frames"]).map { try reader.frame($0) }
        for (number, frame) in state.frames.enumerated() {
            guard let frame else { continue }
            if frame.indexes.isEmpty {
                state.plainFrames[frame.group] = Int32(number)
            } else {
                state.loopFrames[.init(group: frame.group, indexes: frame.indexes)] = number
            }
        }
        state.freeFrames = try reader.array(json["free"]).map { try reader.integer($0) }
        for entry in try reader.array(json["loops"]) {
            let (place, loop) = try reader.loop(entry)
            state.loops[place] = loop
        }
        state.ready = try reader.array(json["ready"]).map { try reader.ready($0) }
        for entry in try reader.array(json["flights"]) {
            let (number, flight) = try reader.flight(entry)
            state.flights[number] = flight
        }
        state.lastFlight = Int64(try reader.integer(json["lastFlight"]))
        for entry in try reader.array(json["variables"]) {
            let (index, value) = try reader.variable(entry)
            state.variables[index] = value
        }
        state.hasResponded = json["hasResponded"]?.boolValue ?? false
        state.actionCount = try reader.integer(json["actionCount"])
        state.hasDurationTimer = json["hasDurationTimer"]?.boolValue ?? false
        return state
    }
}
