import Engine
import Moments
import Synchronization

/// Keeps the histories of finished runs that were read lately, so that paging through one and opening its contents read
/// the journal once.
final class HistoryShelf: Sendable {
    /// The most records of actions that are kept, over all histories.
    static let entryLimit = 200_000
    /// How long a history is kept after it was read.
    static let life = TimeSpan.minutes(2)

    private struct Item {
        let workflow: String
        let run: String
        let history: RunHistory
        let end: Timestamp
    }

    private let items = Mutex<[Item]>([])

    /// The history of a run, if it is there.
    func history(workflow: String, run: String, now: Timestamp) -> RunHistory? {
        items.withLock { items in
            items.removeAll { $0.end < now }
            return items.first { $0.workflow == workflow && $0.run == run }?.history
        }
    }

    /// Keeps the history of a finished run; others go when there is no room.
    func keep(_ history: RunHistory, workflow: String, run: String, now: Timestamp) {
        guard history.state.status.isFinal, history.entries.count <= Self.entryLimit else { return }
        items.withLock { items in
            items.removeAll { $0.end < now || ($0.workflow == workflow && $0.run == run) }
            items.append(Item(workflow: workflow, run: run, history: history, end: now + Self.life))
            while items.reduce(0, { $0 + $1.history.entries.count + 100 }) > Self.entryLimit, items.count > 1 {
                items.removeFirst()
            }
        }
    }
}
