import Moments

/// So many calls in so much time: tokens that fill evenly, and a turn for each call that finds none.
struct TokenBucket: Sendable, Hashable {
    let limit: TrafficSettings.Limit
    private var tokens: Double
    private var filled: Timestamp

    init(_ limit: TrafficSettings.Limit, now: Timestamp) {
        self.limit = limit
        tokens = Double(limit.calls)
        filled = now
    }

    /// Takes a token, or the turn of one that is still to come.
    ///
    /// - Parameters:
    ///   - now: The present; a clock that jumps back fills nothing.
    ///   - longest: The longest wait; where the turn comes later, nothing is taken.
    /// - Returns: How long to wait; nil when it would be longer than `longest`.
    mutating func take(now: Timestamp, waitingAtMost longest: TimeSpan) -> TimeSpan? {
        let rate = Double(limit.calls) / limit.seconds
        if now > filled {
            tokens = min(Double(limit.calls), tokens + Self.seconds(now - filled) * rate)
            filled = now
        }
        let missing = max(0, 1 - tokens)
        let wait = TimeSpan(ticks: Int64((missing / rate * 10_000_000).rounded(.up)))
        guard wait <= longest else { return nil }
        tokens -= 1
        return wait
    }

    /// Gives a token back that was taken for a call that was not made.
    mutating func giveBack() { tokens = min(Double(limit.calls), tokens + 1) }

    private static func seconds(_ span: TimeSpan) -> Double { Double(span.ticks) / 10_000_000 }
}
