import Durable
import JSONTree
import Moments
import Playbooks

/// Writes events as JSON arrays: a word, then positional members.
///
/// A journal outlives the release that wrote it. So actions, variables and branches have the names that they have in the definition,
/// and no numbers that this release's compiler gave them: the numbers of the next one may be others.
///
/// A value is written as it is, or as `{"$sealed": text}` where it is secured, or as `{"$body": [digest, size]}` where it is large; a value
/// that looks like one of these by itself is written as `{"$plain": value}`.
struct RunEventWriter {
    let state: RunState
    let seal: @Sendable ([UInt8]) -> String
    /// Whether large values are set aside, in `target`.
    var setsAside = false
    /// Where large values go.
    var target = JournalText()

    init(state: RunState, seal: @escaping @Sendable ([UInt8]) -> String) {
        self.state = state
        self.seal = seal
    }

    mutating func json(_ event: RunEvent) -> JSON {
        switch event {
        case .started(let origin, let at):
            return [
                "start", .string(origin.trigger), value(origin.record, state.program.hasSecrets),
                text(origin.clientTrackingID), ticks(origin.callerWaitsUntil),
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
            return ["open", name(ref), indexes(ref), branch(ref, group), ticks(at)]
        case .loopOpened(let ref, let plan, let at):
            let hides = state.node(ref)?.hidesInputs ?? false
            let items: JSON = if let items = plan.items { value(.array(items), hides) } else { .null }
            return [
                "loop", name(ref), indexes(ref), items, .integer(Int64(plan.limit)),
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
                value(departure.inputs, departure.isSealed), .object(departure.scratch),
                ticks(departure.at),
            ]
        case .progressed(let progress):
            return [
                "progress", .integer(progress.flight), .string(progress.phase.rawValue),
                .integer(Int64(progress.attempt)),
                ticks(progress.sent), progress.history ?? .null, scratch(progress),
                .bool(progress.isResend),
            ]
        case .ended(let ending):
            return [
                "end", .string(ending.status.word), text(ending.code), ending.error?.json ?? .null,
                optional(ending.outputs),
                ticks(ending.at),
            ]
        }
    }

    private mutating func scratch(_ progress: RunEvent.Progress) -> JSON {
        let node = state.flights[progress.flight].flatMap { state.node($0.ref) }
        return value(.object(progress.scratch), node?.hidesOutputs ?? false)
    }

    private mutating func completed(_ completion: RunEvent.Completion) -> JSON {
        let node = state.node(completion.ref)
        let hidesInputs = (node?.hidesInputs ?? false) || !(node?.secureParameters.isEmpty ?? true)
        let hidesOutputs = (node?.hidesOutputs ?? false) || (hidesInputs && (node?.type.inputsAreOutputs ?? false))
        var members: [JSON] = [
            "done", name(completion.ref), indexes(completion.ref), .string(completion.status.word),
            text(completion.code),
            completion.error?.json ?? .null, ticks(completion.start), ticks(completion.end),
        ]
        var more = JSONObject()
        if let inputs = completion.inputs { more["i"] = value(inputs, hidesInputs) }
        if let outputs = completion.outputs { more["o"] = value(outputs, hidesOutputs) }
        switch completion.change {
        case .set(let values)?:
            more["v"] = .array(values.map { [variable($0.variable), value($0.value, hidesInputs)] })
        case .append(let index, let element)?:
            more["a"] = [variable(index), value(element, hidesInputs)]
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

    private func variable(_ index: Int) -> JSON { .string(state.program.definition.variables[index].name) }

    private func branch(_ ref: RunState.SlotRef, _ group: Int?) -> JSON {
        guard let group, let node = state.node(ref) else { return .null }
        return BranchName.json(node.groups[group].branch)
    }

    private mutating func optional(_ json: JSON?) -> JSON {
        guard let json else { return .null }
        return value(json, false)
    }

    /// A value as the journal holds it.
    private mutating func value(_ json: JSON, _ isSealed: Bool) -> JSON {
        let stored: JSON = isSealed ? ["$sealed": .string(seal(json.bytes()))] : StoredValue.escaped(json)
        guard setsAside else { return stored }
        let bytes = stored.bytes()
        return bytes.count > JournalText.inlineLimit ? target.setAside(bytes) : stored
    }
}
