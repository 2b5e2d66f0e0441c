import Synchronization

/// What makes the requests of connections, kept as long as no connection and no secret changes.
///
/// Any change ends all of it: no secret is used after it was changed or deleted, and the next call of any connection drops it.
final class AssemblerCache: Sendable {
    /// A connection by its tenant and its name in small letters.
    typealias Place = ConnectionTraffic.Place

    private struct State {
        var revision = 0
        var assemblers: [Place: RequestAssembler] = [:]

        /// Forgets what belongs to earlier revisions.
        mutating func begin(_ revision: Int) {
            guard revision > self.revision else { return }
            self.revision = revision
            assemblers = [:]
        }
    }

    /// The most connections that are kept: 10,000; beyond, all are made anew.
    static let limit = 10_000

    private let state = Mutex(State())

    /// What was kept in a revision of the source; nil when there is nothing.
    func assembler(_ place: Place, revision: Int) -> RequestAssembler? {
        state.withLock { state in
            state.begin(revision)
            return state.assemblers[place]
        }
    }

    /// Keeps one whose connection was read when the source had this revision, or a later one.
    func keep(_ assembler: RequestAssembler, _ place: Place, revision: Int) {
        state.withLock { state in
            state.begin(revision)
            guard state.revision == revision else { return }
            if state.assemblers.count >= Self.limit { state.assemblers = [:] }
            state.assemblers[place] = assembler
        }
    }
}
