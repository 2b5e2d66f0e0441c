public import Moments
import Synchronization

/// Slows down those who guess: after too many failures a caller waits.
///
/// Failures are counted by caller and subject together, so that a stranger cannot lock an app out for its own machines.
public final class FailureLimiter: Sendable {
    private struct Count {
        var failures: Int
        var began: Timestamp
    }

    private let counts = Mutex<[String: Count]>([:])
    private let limit: Int
    private let window: TimeSpan
    private let capacity: Int
    private let clock: any WallClock

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - limit: The failures in one window after which nothing is tried any more; 10 by default.
    ///   - window: The time after which counting begins anew; five minutes by default.
    ///   - capacity: The most callers that are remembered; 10,000 by default. When there are more, the oldest go.
    ///   - clock: Tells the time.
    public init(
        limit: Int = 10,
        window: TimeSpan = .minutes(5),
        capacity: Int = 10_000,
        clock: any WallClock = SystemClock()
    ) {
        self.limit = limit
        self.window = window
        self.capacity = capacity
        self.clock = clock
    }

    /// The seconds that a caller must wait; nil when it may try.
    ///
    /// - Parameters:
    ///   - key: Who tries what.
    ///   - factor: How many times the usual number of failures it may have, for a caller over all subjects together.
    /// - Returns: Whole seconds, at least 1.
    public func secondsToWait(_ key: String, factor: Int = 1) -> Int? {
        let now = clock.now
        return counts.withLock { counts in
            guard let count = counts[key], count.failures >= limit * max(factor, 1) else { return nil }
            let end = count.began + window
            guard end > now else {
                counts[key] = nil
                return nil
            }
            return Int((end - now).ticks / 10_000_000) + 1
        }
    }

    /// Counts a failure.
    public func failed(_ key: String) {
        let now = clock.now
        counts.withLock { counts in
            if let count = counts[key], count.began + window > now {
                counts[key]?.failures += 1
                return
            }
            if counts.count >= capacity {
                counts = counts.filter { $0.value.began + window > now }
                if counts.count >= capacity {
                    let oldest = counts.min { $0.value.began < $1.value.began }
                    if let oldest { counts[oldest.key] = nil }
                }
            }
            counts[key] = Count(failures: 1, began: now)
        }
    }

    /// Forgets the failures of a caller that has proved itself.
    public func succeeded(_ key: String) { _ = counts.withLock { $0.removeValue(forKey: key) } }
}
