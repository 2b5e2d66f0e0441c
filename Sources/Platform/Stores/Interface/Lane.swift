/// The queues in which submissions wait for a commit.
///
/// Within a lane the order is kept. Between lanes, the committer's time is shared by ``weight``, so that neither an
/// import nor a flood of new alerts can hold up the runs that are under way, and none of them starves.
public enum Lane: Int, Sendable, Hashable, CaseIterable {
    /// Journals of runs: what is under way goes first.
    case journal
    /// What comes in from outside: alerts, triggers, requests.
    case intake
    /// Everything else: management, imports and pruning in slices.
    case rest

    /// The lane's share of the committer's time while all lanes have work: 6, 3 and 1 of ten parts.
    public var weight: Int {
        switch self {
        case .journal: 6
        case .intake: 3
        case .rest: 1
        }
    }

    /// The name in metrics and messages.
    public var name: String {
        switch self {
        case .journal: "journal"
        case .intake: "intake"
        case .rest: "rest"
        }
    }
}
