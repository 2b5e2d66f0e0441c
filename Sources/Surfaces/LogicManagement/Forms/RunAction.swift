import Engine
import JSONTree
import Moments
import Playbooks

/// All records of one action of a run: one, or one for each iteration of the loops around it.
struct RunAction: Sendable {
    /// The action's name, as the definition writes it.
    let name: String
    /// The action in the definition of the run's version.
    let node: ActionNode?
    /// Its records, by iteration.
    let entries: [HistoryEntry]

    /// Whether it stands in a loop, so that it has repetitions.
    var isRepeated: Bool { !(node?.loops.isEmpty ?? true) }

    /// How it stands as a whole: what still works first, then what failed.
    var status: ActionStatus {
        let statuses = Set(entries.map(\.status))
        let order: [ActionStatus] = [.running, .waiting, .failed, .timedOut, .aborted, .cancelled, .succeeded]
        return order.first { statuses.contains($0) } ?? .skipped
    }

    /// When its first record began.
    var start: Timestamp { entries.map(\.start).min() ?? .min }

    /// When its last record ended; nil while one is open.
    var end: Timestamp? {
        let ends = entries.compactMap(\.end)
        return ends.count == entries.count ? ends.max() : nil
    }

    /// The actions of a run in the order of its definition; those that have no record yet are left out.
    static func all(of history: RunHistory) -> [RunAction] {
        var actions: [RunAction] = []
        var rest = history.entries[...]
        while let first = rest.first {
            let end = rest.firstIndex { $0.name != first.name } ?? rest.endIndex
            actions.append(
                RunAction(
                    name: first.name,
                    node: history.program.definition.node(named: first.name),
                    entries: Array(rest[..<end])
                )
            )
            rest = rest[end...]
        }
        return actions
    }

    /// The action of that name, any case; nil when it has no record.
    static func named(_ name: String, of history: RunHistory) -> RunAction? {
        let entries = history.entries(of: name)
        guard let first = entries.first else { return nil }
        return RunAction(
            name: first.name,
            node: history.program.definition.node(named: first.name),
            entries: entries
        )
    }
}
