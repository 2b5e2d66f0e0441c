public import Durable
import JSONTree
import Moments
import Playbooks

/// Rebuilds the record of every action of a run from its journal.
///
/// What the engine never reached has no event: actions in a branch that was not taken, in a container that was skipped, after the
/// end by Terminate or a cancel request. Their Skipped records follow from the definition.
public struct HistoryReader {
    private struct Place: Hashable {
        var action: Int
        var indexes: [Int]
    }

    private var state: RunState
    private let machine: WorkflowMachine
    private var entries: [Place: HistoryEntry] = [:]
    private var flights: [Int64: Place] = [:]
    private var branched: Set<Place> = []

    /// Reads a stored run from its first row.
    ///
    /// - Parameters:
    ///   - header: what is fixed about the run.
    ///   - rows: all its rows.
    ///   - bodies: the large values that the rows name; `SQLJournal.history(of:)` reads both.
    ///   - program: the version that it runs.
    ///   - machine: the rules.
    /// - Returns: the records of all actions.
    /// - Throws: `DurableError` with code `damagedJournal` or `unknownEvent`.
    public static func read(
        header: RunHeader,
        rows: [(sequence: Int64, body: [UInt8], hash: [UInt8])],
        bodies: JournalBodies = .none,
        program: WorkflowProgram,
        machine: WorkflowMachine
    ) throws -> RunHistory {
        var reader = HistoryReader(state: machine.makeState(header: header, program: program), machine: machine)
        for row in rows {
            let parsed = try JournalRow.parse(row.body)
            for json in parsed.events {
                let event = try machine.decode(json, format: parsed.format, state: reader.state, bodies: bodies)
                reader.note(event)
                machine.apply(event, to: &reader.state)
            }
        }
        return reader.finish()
    }

    private init(state: RunState, machine: WorkflowMachine) {
        self.state = state
        self.machine = machine
    }

    private func place(_ ref: RunState.SlotRef) -> Place? {
        guard let node = state.node(ref) else { return nil }
        return Place(action: node.id.index, indexes: state.frames[ref.frame]?.indexes ?? [])
    }

    private mutating func begin(_ ref: RunState.SlotRef, _ status: ActionStatus, at: Timestamp) -> Place? {
        guard let place = place(ref), let node = state.node(ref) else { return nil }
        if entries[place] == nil {
            entries[place] = HistoryEntry(name: node.name, indexes: place.indexes, status: status, start: at)
        }
        entries[place]?.status = status
        return place
    }

    private mutating func note(_ event: RunEvent) {
        switch event {
        case .started, .admitted, .ended:
            break
        case .skipped(let ref, let code, let error, let at):
            guard let place = begin(ref, .skipped, at: at) else { return }
            entries[place]?.code = code
            entries[place]?.error = error
            entries[place]?.end = at
        case .completed(let completion):
            note(completion)
        case .opened(let ref, _, let at), .loopOpened(let ref, _, let at):
            if let place = begin(ref, .running, at: at) { branched.insert(place) }
        case .iterationOpened(let ref, let index, _):
            guard let place = place(ref) else { return }
            while (entries[place]?.iterations.count ?? index + 1) <= index {
                entries[place]?.iterations.append(.running)
            }
        case .iterationClosed(let ref, let index, let status, _):
            guard let place = place(ref), (entries[place]?.iterations.count ?? 0) > index else { return }
            entries[place]?.iterations[index] = status
        case .departed(let departure):
            guard let place = begin(departure.ref, departure.phase == .sleeping ? .waiting : .running, at: departure.at)
            else { return }
            entries[place]?.inputs = InputSanitizer.sanitized(departure.inputs)
            entries[place]?.flight = departure.flight
            flights[departure.flight] = place
        case .progressed(let progress):
            guard let place = flights[progress.flight] else { return }
            if let entry = progress.history,
                progress.phase == .pausing || progress.phase == .settling || progress.phase == .unknown
            {
                entries[place]?.retryHistory.append(entry)
            }
            entries[place]?.status = progress.phase == .subscribed || progress.phase == .held ? .waiting : .running
            // What a held call waits for is told as its error until it goes on.
            let reason = progress.phase == .held ? RunError(json: progress.scratch[Flight.waitsFor]) : nil
            entries[place]?.code = reason?.code
            entries[place]?.error = reason
            entries[place]?.isOutcomeUnknown = progress.phase == .unknown || progress.phase == .settling
        }
    }

    private mutating func note(_ completion: RunEvent.Completion) {
        guard let place = begin(completion.ref, completion.status, at: completion.start) else { return }
        entries[place]?.code = completion.code
        entries[place]?.error = completion.error
        entries[place]?.end = completion.end
        if let inputs = completion.inputs, entries[place]?.inputs == nil {
            entries[place]?.inputs = InputSanitizer.sanitized(inputs)
        }
        entries[place]?.outputs = completion.outputs
        entries[place]?.tracked = completion.tracked
        entries[place]?.isMocked = completion.isMocked
        entries[place]?.isOutcomeUnknown = false
    }

    /// Adds the Skipped records of what was never reached, and puts all in order.
    private mutating func finish() -> RunHistory {
        let definition = state.program.definition
        for node in definition.actions { addSkipped(node) }
        let ordered = entries.sorted { left, right in
            left.key.action != right.key.action
                ? left.key.action < right.key.action : left.key.indexes.lexicographicallyPrecedes(right.key.indexes)
        }
        return RunHistory(state: state, program: state.program, entries: ordered.map(\.value))
    }

    private mutating func addSkipped(_ node: ActionNode) {
        let definition = state.program.definition
        guard let parent = node.parent else {
            if state.status.isFinal, state.status != .pending { add(node, [], endOfRun) }
            return
        }
        let container = definition[parent]
        let parents = entries.filter { $0.key.action == parent.index }.sorted {
            $0.key.indexes.lexicographicallyPrecedes($1.key.indexes)
        }
        for (place, entry) in parents where entry.status.isFinal {
            if container.type.isLoop {
                for index in entry.iterations.indices { add(node, place.indexes + [index], endOfRun) }
                if entry.iterations.isEmpty, !branched.contains(place) {
                    add(node, place.indexes, unreached(node, in: container, entry))
                }
            } else if entry.status == .cancelled || entry.status == .timedOut {
                add(node, place.indexes, endOfRun)
            } else if !branched.contains(place) {
                add(node, place.indexes, unreached(node, in: container, entry))
            } else {
                add(node, place.indexes, UnreachedAction.Fate(error: UnreachedAction.branch(node)))
            }
        }
    }

    private var endOfRun: UnreachedAction.Fate {
        UnreachedAction.Fate(code: state.code == "Terminated" ? "Terminated" : "ActionSkipped")
    }

    private func unreached(
        _ node: ActionNode,
        in container: ActionNode,
        _ entry: HistoryEntry
    ) -> UnreachedAction.Fate {
        UnreachedAction.mismatch(node, in: container, code: entry.code, entry.error)
            ?? UnreachedAction.dependency(node, on: container, entry.status, code: entry.code)
    }

    private mutating func add(_ node: ActionNode, _ indexes: [Int], _ fate: UnreachedAction.Fate) {
        let place = Place(action: node.id.index, indexes: indexes)
        guard entries[place] == nil else { return }
        let at =
            node.parent.flatMap { entries[Place(action: $0.index, indexes: indexes)]?.end } ?? state.end ?? state.start
        entries[place] = HistoryEntry(
            name: node.name,
            indexes: indexes,
            status: fate.status,
            code: fate.code,
            error: fate.error,
            start: at,
            end: at
        )
    }
}
