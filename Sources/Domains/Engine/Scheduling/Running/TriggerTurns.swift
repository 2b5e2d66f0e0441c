import Synchronization

/// Lets one at a time work on a thing: ticks of a trigger never overlap, a firing is launched by one.
final class TriggerTurns: Sendable {
    /// What is worked on.
    enum Subject: Sendable, Hashable {
        case trigger(TriggerKey)
        case firing(HistoryRow.Name)
        case subscriptions(TriggerKey)
        case workflow(String)
        case callback(String)
    }

    private let waiters = Mutex<[Subject: [CheckedContinuation<Void, Never>]]>([:])

    /// How many things are worked on.
    var count: Int { waiters.withLock { $0.count } }

    /// Takes the turn if nobody has it.
    func take(_ subject: Subject) -> Bool {
        waiters.withLock { waiters in
            guard waiters[subject] == nil else { return false }
            waiters[subject] = []
            return true
        }
    }

    /// Takes the turn, after all who wait for it already.
    func wait(for subject: Subject) async {
        await withCheckedContinuation { continuation in
            let isFree = waiters.withLock { waiters in
                guard waiters[subject] != nil else {
                    waiters[subject] = []
                    return true
                }
                waiters[subject]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    /// Gives the turn to the next, or back.
    func release(_ subject: Subject) {
        let next = waiters.withLock { waiters -> CheckedContinuation<Void, Never>? in
            guard let queue = waiters[subject], !queue.isEmpty else {
                waiters[subject] = nil
                return nil
            }
            return waiters[subject]?.removeFirst()
        }
        next?.resume()
    }
}
