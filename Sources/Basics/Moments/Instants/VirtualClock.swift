import Synchronization

/// A clock that stands still until it is told to move; for tests and rehearsals.
public final class VirtualClock: WallClock {
    private let time: Mutex<Timestamp>

    /// A clock that shows this instant.
    public init(_ start: Timestamp) {
        time = Mutex(start)
    }

    /// The instant that it was last set to.
    public var now: Timestamp { time.withLock { $0 } }

    /// Sets the clock, forward or back.
    public func set(_ instant: Timestamp) {
        time.withLock { $0 = instant }
    }

    /// Moves the clock on (back if negative) and returns what it shows then.
    @discardableResult
    public func advance(by span: TimeSpan) -> Timestamp {
        time.withLock {
            $0 += span
            return $0
        }
    }
}
