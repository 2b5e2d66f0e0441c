import Durable
import JSONTree
import Moments
import Playbooks

/// Reads events back; the state tells which frame an action's indexes mean.
struct RunEventReader {
    let state: RunState
    let bodies: JournalBodies
    let open: @Sendable (String) throws -> [UInt8]

    func event(_ json: JSON) throws -> RunEvent {
        guard case .array(let parts) = json, let kind = parts.first?.stringValue else { throw unknown(json) }
        switch kind {
        case "start":
            var origin = RunOrigin()
            origin.trigger = try text(parts, 1)
            origin.record = try value(parts[safe: 2] ?? .null)
            origin.clientTrackingID = parts[safe: 3]?.stringValue
            origin.callerWaitsUntil = instant(parts, 4)
            origin.isQueued = parts[safe: 5]?.boolValue ?? false
            return .started(origin, at: try requiredInstant(parts, 6))
        case "admit":
            return .admitted(at: try requiredInstant(parts, 1))
        case "skip":
            return .skipped(
                try ref(parts),
                code: try text(parts, 3),
                RunError(try text(parts, 4), try text(parts, 5)),
                at: try requiredInstant(parts, 6)
            )
        case "done":
            return .completed(try completion(parts))
        case "open":
            return .opened(
                try ref(parts),
                group: try group(parts),
                at: try requiredInstant(parts, 4)
            )
        case "loop":
            let items = try value(parts[safe: 3] ?? .null)
            return .loopOpened(
                try ref(parts),
                .init(
                    items: items.arrayValue,
                    limit: try integer(parts, 4),
                    concurrency: try integer(parts, 5),
                    deadline: instant(parts, 6)
                ),
                at: try requiredInstant(parts, 7)
            )
        case "turn":
            return .iterationOpened(try ref(parts), index: try integer(parts, 3), at: try requiredInstant(parts, 4))
        case "turned":
            return .iterationClosed(
                try ref(parts),
                index: try integer(parts, 3),
                try status(parts, 4),
                at: try requiredInstant(parts, 5)
            )
        case "depart":
            return .departed(try departure(parts))
        case "progress":
            return .progressed(try progress(parts))
        case "end":
            return .ended(
                .init(
                    status: try status(parts, 1),
                    code: parts[safe: 2]?.stringValue,
                    error: RunError(json: parts[safe: 3]),
                    outputs: try parts[safe: 4].flatMap(\.nonNull).map(value),
                    at: try requiredInstant(parts, 5)
                )
            )
        default:
            throw unknown(json)
        }
    }

    private func completion(_ parts: [JSON]) throws -> RunEvent.Completion {
        var completion = RunEvent.Completion(
            ref: try ref(parts),
            status: try status(parts, 3),
            code: parts[safe: 4]?.stringValue,
            error: RunError(json: parts[safe: 5]),
            start: try requiredInstant(parts, 6),
            end: try requiredInstant(parts, 7)
        )
        guard let more = parts[safe: 8] else { return completion }
        completion.inputs = try more["i"].map(value)
        completion.outputs = try more["o"].map(value)
        completion.tracked = more["t"]
        completion.isResponse = more["r"]?.boolValue ?? false
        completion.isMocked = more["m"]?.boolValue ?? false
        if let values = more["v"]?.arrayValue {
            completion.change = .set(
                try values.map { (variable: try variable($0[0]), value: try value($0[1] ?? .null)) }
            )
        } else if let pair = more["a"] {
            completion.change = .append(variable: try variable(pair[0]), value: try value(pair[1] ?? .null))
        }
        return completion
    }

    private func departure(_ parts: [JSON]) throws -> RunEvent.Departure {
        guard let phase = Flight.Phase(rawValue: try text(parts, 4)) else { throw unknown(.array(parts)) }
        let inputs = parts[safe: 5] ?? .null
        return RunEvent.Departure(
            ref: try ref(parts),
            flight: Int64(try integer(parts, 3)),
            phase: phase,
            inputs: try value(inputs),
            at: try requiredInstant(parts, 7),
            isSealed: try isSealed(inputs),
            scratch: parts[safe: 6]?.objectValue ?? JSONObject()
        )
    }

    private func progress(_ parts: [JSON]) throws -> RunEvent.Progress {
        guard let phase = Flight.Phase(rawValue: try text(parts, 2)) else { throw unknown(.array(parts)) }
        return RunEvent.Progress(
            flight: Int64(try integer(parts, 1)),
            phase: phase,
            attempt: try integer(parts, 3),
            sent: try requiredInstant(parts, 4),
            history: parts[safe: 5].flatMap(\.nonNull),
            scratch: try value(parts[safe: 6] ?? .null).objectValue ?? JSONObject(),
            isResend: parts[safe: 7]?.boolValue ?? false
        )
    }

    private func ref(_ parts: [JSON]) throws -> RunState.SlotRef {
        let name = try text(parts, 1)
        guard let node = state.program.definition.node(named: name) else {
            throw DurableError(
                .damagedJournal,
                "The journal names an action '\(name)' that the definition of its version does not have."
            )
        }
        let indexes = parts[safe: 2]?.arrayValue?.compactMap { $0.integerValue.map(Int.init) } ?? []
        guard let ref = state.find(node.id, indexes: indexes) else {
            throw DurableError(.damagedJournal, "The journal names action '\(name)' in a container that is not open.")
        }
        return ref
    }

    private func group(_ parts: [JSON]) throws -> Int? {
        guard let written = parts[safe: 3]?.nonNull else { return nil }
        let node = try ref(parts)
        guard let branch = BranchName.branch(written),
            let group = state.node(node)?.groups.firstIndex(where: { $0.branch == branch })
        else { throw unknown(.array(parts)) }
        return group
    }

    private func variable(_ json: JSON?) throws -> Int {
        guard let name = json?.stringValue, let index = state.program.definition.variableIndex(named: name) else {
            throw DurableError(
                .damagedJournal,
                "The journal names a variable that the definition of its version does not have."
            )
        }
        return index
    }

    /// The value as the rules see it.
    private func value(_ stored: JSON) throws -> JSON {
        try StoredValue.value(of: stored, bodies: bodies, open: open)
    }

    private func isSealed(_ stored: JSON) throws -> Bool {
        StoredValue.isSealed(try StoredValue.whole(stored, bodies))
    }

    private func unknown(_ json: JSON) -> DurableError {
        DurableError(
            .unknownEvent,
            "The journal has an event that this release does not know; run it with the release that wrote it, or a later one."
        )
    }

    private func text(_ parts: [JSON], _ place: Int) throws -> String {
        guard let text = parts[safe: place]?.stringValue else { throw unknown(.array(parts)) }
        return text
    }

    private func integer(_ parts: [JSON], _ place: Int) throws -> Int {
        guard let value = parts[safe: place]?.integerValue else { throw unknown(.array(parts)) }
        return Int(value)
    }

    private func status(_ parts: [JSON], _ place: Int) throws -> ActionStatus {
        guard let status = ActionStatus(word: try text(parts, place)) else { throw unknown(.array(parts)) }
        return status
    }

    private func instant(_ parts: [JSON], _ place: Int) -> Timestamp? {
        parts[safe: place]?.integerValue.map { Timestamp(ticks: $0) }
    }

    private func requiredInstant(_ parts: [JSON], _ place: Int) throws -> Timestamp {
        guard let instant = instant(parts, place) else { throw unknown(.array(parts)) }
        return instant
    }
}
