import JSONTree
import Moments
import Playbooks

/// Writes events as JSON arrays: a word, then positional members.
///
/// Actions are named by their name and iteration indexes, so that the
/// journal does not depend on how a release numbers them.
struct RunEventWriter {
    let state: RunState
    let seal: @Sendable ([UInt8]) -> String

    func json(_ event: RunEvent) -> JSON {
        switch event {
        case .started(let origin, let at):
            let record = state.program.hasSecrets ? sealed(origin.record) : origin.record
            return [
                "start", .string(origin.trigger), record, text(origin.clientTrackingID), ticks(origin.callerWaitsUntil),
                .bool(origin.isQueued), ticks(at),
            ]
        case .admitted(let at):
            return ["admit", ticks(at)]
        case .skipped(let ref, let code, let error, let at):
            return [
                "skip", name(ref), indexes(ref), .string(code), .string(error.code), .string(error.message), ticks(at),
            ]
        case .completed(let completion):
            return completed(completion)
        case .opened(let ref, let group, let at):
            return ["open", name(ref), indexes(ref), group.map { .integer(Int64($0)) } ?? .null, ticks(at)]
        case .loopOpened(let ref, let plan, let at):
            let hides = state.node(ref)?.hidesInputs ?? false
            let items = plan.items.map { hides ? sealed(.array($0)) : .array($0) }
            return [
                "loop", name(ref), indexes(ref), items ?? .null, .integer(Int64(plan.limit)),
                .integer(Int64(plan.concurrency)),
                ticks(plan.deadline), ticks(at),
            ]
        case .iterationOpened(let ref, let index, let at):
            return ["turn", name(ref), indexes(ref), .integer(Int64(index)), ticks(at)]
        case .iterationClosed(let ref, let index, let status, let at):
            return ["turned", name(ref), indexes(ref), .integer(Int64(index)), .string(status.word), ticks(at)]
        case .departed(let departure):
            return [
                "depart", name(departure.ref), indexes(departure.ref), .integer(departure.flight),
                .string(departure.phase.rawValue),
                departure.isSealed ? sealed(departure.inputs) : departure.inputs, .object(departure.scratch),
                ticks(departure.at),
            ]
        case .progressed(let progress):
            return [
                "progress", .integer(progress.flight), .string(progress.phase.rawValue),
                .integer(Int64(progress.attempt)),
                ticks(progress.sent), progress.history ?? .null, scratch(progress), .bool(progress.isResend),
            ]
        case .ended(let ending):
            return [
                "end", .string(ending.status.word), text(ending.code), ending.error?.json ?? .null,
                ending.outputs ?? .null,
                ticks(ending.at),
            ]
        }
    }

    private func scratch(_ progress: RunEvent.Progress) -> JSON {
        guard let flight = state.flights[progress.flight], let node = state.node(flight.ref), node.hidesOutputs else {
            return .object(progress.scratch)
        }
        return sealed(.object(progress.scratch))
    }

    private func completed(_ completion: RunEvent.Completion) -> JSON {
        let node = state.node(completion.ref)
        let hidesInputs = (node?.hidesInputs ?? false) || !(node?.secureParameters.isEmpty ?? true)
        let hidesOutputs = (node?.hidesOutputs ?? false) || (hidesInputs && (node?.type.inputsAreOutputs ?? false))
        var members: [JSON] = [
            "done", name(completion.ref), indexes(completion.ref), .string(completion.status.word),
            text(completion.code),
            completion.error?.json ?? .null, ticks(completion.start), ticks(completion.end),
        ]
        var more = JSONObject()
        if let inputs = completion.inputs { more["i"] = hidesInputs ? sealed(inputs) : inputs }
        if let outputs = completion.outputs { more["o"] = hidesOutputs ? sealed(outputs) : outputs }
        switch completion.change {
        case .set(let values)?:
            more["v"] = .array(
                values.map { [.integer(Int64($0.variable)), hidesInputs ? sealed($0.value) : $0.value] }
            )
        case .append(let variable, let value)?:
            more["a"] = [.integer(Int64(variable)), hidesInputs ? sealed(value) : value]
        case nil: break
        }
        if let tracked = completion.tracked { more["t"] = tracked }
        if completion.isResponse { more["r"] = true }
        if completion.isMocked { more["m"] = true }
        if !more.isEmpty { members.append(.object(more)) }
        return .array(members)
    }

    private func name(_ ref: RunState.SlotRef) -> JSON { .string(state.node(ref)?.name ?? "") }

    private func indexes(_ ref: RunState.SlotRef) -> JSON {
        let indexes = state.frames[ref.frame]?.indexes ?? []
        return indexes.isEmpty ? .null : .array(indexes.map { .integer(Int64($0)) })
    }

    private func ticks(_ instant: Timestamp?) -> JSON { instant.map { .integer($0.ticks) } ?? .null }

    private func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    private func sealed(_ value: JSON) -> JSON { ["$sealed": .string(seal(value.bytes()))] }
}
