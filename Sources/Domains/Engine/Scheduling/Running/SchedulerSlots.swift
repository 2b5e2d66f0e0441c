import Synchronization

/// How much is under way, by kind.
final class SchedulerSlots: Sendable {
    /// Kinds of work that have slots of their own, so that slow services do not hold up the clock.
    enum Kind: Int, Sendable {
        /// Ticks without calls, firings, changes.
        case ticks
        /// Polls and subscriptions.
        case calls
        /// Calls of webhook triggers.
        case receptions
    }

    private let limits: [Int]
    private let used = Mutex([0, 0, 0])

    init(_ limits: TriggerLimits) {
        self.limits = [limits.ticksAtOnce, limits.callsAtOnce, limits.receptionsAtOnce].map { max(1, $0) }
    }

    func limit(_ kind: Kind) -> Int { limits[kind.rawValue] }

    func take(_ kind: Kind) -> Bool {
        used.withLock { used in
            guard used[kind.rawValue] < limits[kind.rawValue] else { return false }
            used[kind.rawValue] += 1
            return true
        }
    }

    func release(_ kind: Kind) {
        used.withLock { $0[kind.rawValue] -= 1 }
    }
}
