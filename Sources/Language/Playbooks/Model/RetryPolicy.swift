public import Moments

/// How often and when a call is tried again (section 8).
public struct RetryPolicy: Sendable, Hashable {
    /// The ways of waiting.
    public enum Kind: String, Sendable, Hashable {
        /// No second try.
        case none
        /// The same wait each time.
        case fixed
        /// A random wait in a range that doubles.
        case exponential
    }

    /// The way of waiting.
    public var kind: Kind
    /// How many times it is tried again, 0 to 90.
    public var count: Int
    /// The wait, or the unit of an exponential one.
    public var interval: TimeSpan
    /// The shortest wait.
    public var minimumInterval: TimeSpan
    /// The longest wait.
    public var maximumInterval: TimeSpan

    /// A policy of these values.
    public init(kind: Kind, count: Int, interval: TimeSpan, minimumInterval: TimeSpan, maximumInterval: TimeSpan) {
        self.kind = kind
        self.count = count
        self.interval = interval
        self.minimumInterval = minimumInterval
        self.maximumInterval = maximumInterval
    }

    /// What applies when a definition says nothing: 4 retries, exponential from 7.5 s, each wait 5 to 45 s.
    public static let standard = RetryPolicy(
        kind: .exponential,
        count: 4,
        interval: TimeSpan(ticks: 75_000_000),
        minimumInterval: TimeSpan(ticks: 50_000_000),
        maximumInterval: TimeSpan(ticks: 450_000_000)
    )

    /// No retries.
    public static let never = RetryPolicy(
        kind: .none,
        count: 0,
        interval: TimeSpan(ticks: 0),
        minimumInterval: TimeSpan(ticks: 0),
        maximumInterval: TimeSpan(ticks: 0)
    )

    /// The bounds of the random wait before retry `number`, counted from 1 (section 8).
    ///
    /// Where the lower bound would exceed the upper one, both are the upper one.
    public func waitRange(beforeRetry number: Int) -> ClosedRange<Int64> {
        switch kind {
        case .none: return 0...0
        case .fixed: return interval.ticks...interval.ticks
        case .exponential:
            let doublings = min(max(number - 1, 0), 40)
            let upper = min(scaled(doublings), maximumInterval.ticks)
            let lower = max(number <= 1 ? 0 : scaled(doublings - 1), minimumInterval.ticks)
            return min(lower, upper)...upper
        }
    }

    private func scaled(_ doublings: Int) -> Int64 {
        let (product, overflow) = interval.ticks.multipliedReportingOverflow(by: 1 << Int64(max(doublings, 0)))
        return overflow ? .max : product
    }
}
