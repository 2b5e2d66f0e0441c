import Durable
import Playbooks
import Stores
import Synchronization

/// How many runs of a trigger work and wait, for triggers with a limit (workflow definition language, section 5.11).
final class RunGates: Sendable {
    /// A trigger of a workflow.
    struct Name: Sendable, Hashable {
        var workflow: String
        var trigger: String
    }

    /// The runs of a trigger.
    private struct Gate {
        var active: Set<RunNumber> = []
        var waiting: [RunNumber] = []
        var maximum = Int.max
        /// Until its open runs were read: runs that ended meanwhile.
        var endedWhileReading: Set<RunNumber>?
    }

    private let gates = Mutex<[Name: Gate]>([:])
    private let store: Store

    init(store: Store) {
        self.store = store
    }

    /// Makes sure that the open runs of a trigger are known; two callers at a time both read, and the first one counts.
    func prepare(_ name: Name, tenant: String, maximum: Int) async throws {
        let isKnown = gates.withLock { gates in
            guard let gate = gates[name] else {
                gates[name] = Gate(endedWhileReading: [])
                return false
            }
            return gate.endedWhileReading == nil
        }
        guard !isKnown else { return }
        let runs = try await store.read { snapshot in
            try SQLRuns.open(
                machine: WorkflowMachine.name,
                tenant: tenant,
                scope: name.workflow,
                group: name.trigger,
                in: snapshot
            )
        }
        gates.withLock { gates in
            guard var gate = gates[name], let ended = gate.endedWhileReading else { return }
            for run in runs where !ended.contains(run.header.number) {
                if Self.isQueued(run) {
                    gate.waiting.append(run.header.number)
                } else {
                    gate.active.insert(run.header.number)
                }
            }
            gate.maximum = maximum
            gate.endedWhileReading = nil
            gates[name] = gate
        }
    }

    /// A run that waits for others, and not for somebody who decides about an unknown outcome.
    static func isQueued(_ run: SQLRuns.Listed) -> Bool {
        run.summary.status == ActionStatus.waiting.word && !run.summary.isOutcomeUnknown
    }

    /// Lets new runs in.
    ///
    /// `isForced`: they were accepted before, so that the queue's limit does not refuse them.
    ///
    /// - Returns: those that have to wait.
    /// - Throws: `EngineError` 429 when the queue is full; then none is in.
    func enter(
        _ name: Name,
        _ runs: [RunNumber],
        trigger: TriggerNode,
        isForced: Bool
    ) throws(EngineError) -> Set<RunNumber> {
        try gates.withLock { gates throws(EngineError) in
            var gate = gates[name] ?? Gate()
            let decision = TriggerGate.admit(
                trigger,
                active: gate.active.count,
                waiting: gate.waiting.count,
                starting: runs.count
            )
            let immediate: Int
            switch decision {
            case .admit(let count):
                immediate = count
            case .refuse where isForced:
                immediate = gate.waiting.isEmpty ? max(0, gate.maximum - gate.active.count) : 0
            case .refuse:
                throw EngineError(
                    429,
                    "WorkflowRunConcurrencyLimitExceeded",
                    "The trigger '\(trigger.name)' has \(gate.active.count) runs at work and \(gate.waiting.count) that wait; try again later.",
                    retryAfterSeconds: 10
                )
            }
            gate.maximum = trigger.maximumRuns ?? Int.max
            gate.active.formUnion(runs.prefix(immediate))
            gate.waiting += runs.dropFirst(immediate)
            gates[name] = gate
            return Set(runs.dropFirst(immediate))
        }
    }

    /// A run has ended, or was not started after all.
    ///
    /// - Returns: the runs that may work now.
    func leave(_ name: Name, _ run: RunNumber) -> [RunNumber] {
        gates.withLock { gates in
            guard var gate = gates[name] else { return [] }
            gate.endedWhileReading?.insert(run)
            gate.active.remove(run)
            if let place = gate.waiting.firstIndex(of: run) { gate.waiting.remove(at: place) }
            defer { gates[name] = gate }
            return Self.promoted(&gate)
        }
    }

    /// The runs that may work now, after a start of the server for instance.
    func promote(_ name: Name) -> [RunNumber] {
        gates.withLock { gates in
            guard var gate = gates[name] else { return [] }
            defer { gates[name] = gate }
            return Self.promoted(&gate)
        }
    }

    private static func promoted(_ gate: inout Gate) -> [RunNumber] {
        guard gate.endedWhileReading == nil else { return [] }
        let count = min(gate.waiting.count, max(0, gate.maximum - gate.active.count))
        guard count > 0 else { return [] }
        let runs = Array(gate.waiting.prefix(count))
        gate.waiting.removeFirst(count)
        gate.active.formUnion(runs)
        return runs
    }
}
