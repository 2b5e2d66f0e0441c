import Durable
import Moments
import Synchronization

/// Names new entries of histories: names fall with time, and no two are alike.
final class HistoryNames: Sendable {
    private let last: Atomic<Int64>

    init(_ environment: RunEnvironment) {
        last = Atomic(environment.random(0..<500_000_000))
    }

    func next(at now: Timestamp) -> String {
        RunNames.name(at: now, number: RunNumber(last.wrappingAdd(1, ordering: .relaxed).newValue))
    }
}
