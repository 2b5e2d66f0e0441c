/// A length of time, exact to 100 ns, that may be negative; .NET's `TimeSpan`.
///
/// Arithmetic holds to ``min`` and ``max`` (about 29,000 years) instead of trapping.
public struct TimeSpan: Sendable, Hashable, Comparable {
    /// The length in ticks of 100 ns.
    public var ticks: Int64

    /// No time.
    public static let zero = TimeSpan(ticks: 0)
    /// The longest negative span.
    public static let min = TimeSpan(ticks: .min)
    /// The longest span.
    public static let max = TimeSpan(ticks: .max)

    /// A span of so many ticks of 100 ns.
    public init(ticks: Int64) {
        self.ticks = ticks
    }

    /// A span as long as this duration, cut to 100 ns and held to ``min`` and ``max``.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = Self.of(seconds, Ticks.perSecond) + TimeSpan(ticks: attoseconds / 100_000_000_000)
    }

    /// This span as a `Duration`.
    public var duration: Duration {
        Duration(
            secondsComponent: ticks / Ticks.perSecond,
            attosecondsComponent: ticks % Ticks.perSecond * 100_000_000_000
        )
    }

    /// A span of milliseconds.
    public static func milliseconds(_ count: Int64) -> TimeSpan { of(count, Ticks.perMillisecond) }
    /// A span of seconds.
    public static func seconds(_ count: Int64) -> TimeSpan { of(count, Ticks.perSecond) }
    /// A span of minutes.
    public static func minutes(_ count: Int64) -> TimeSpan { of(count, Ticks.perMinute) }
    /// A span of hours.
    public static func hours(_ count: Int64) -> TimeSpan { of(count, Ticks.perHour) }
    /// A span of days of 24 hours.
    public static func days(_ count: Int64) -> TimeSpan { of(count, Ticks.perDay) }

    static func of(_ count: Int64, _ unit: Int64) -> TimeSpan {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? (count < 0 ? min : max) : TimeSpan(ticks: product)
    }

    /// Whole milliseconds, rounded toward zero.
    public var totalMilliseconds: Int64 { ticks / Ticks.perMillisecond }
    /// Seconds with fraction.
    public var totalSeconds: Double { Double(ticks) / Double(Ticks.perSecond) }

    /// The length without sign.
    public var magnitude: TimeSpan { ticks < 0 ? -self : self }

    /// The sum.
    public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        let (sum, overflow) = left.ticks.addingReportingOverflow(right.ticks)
        return overflow ? (right.ticks < 0 ? min : max) : TimeSpan(ticks: sum)
    }

    /// The difference.
    public static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        let (difference, overflow) = left.ticks.subtractingReportingOverflow(right.ticks)
        return overflow ? (right.ticks < 0 ? max : min) : TimeSpan(ticks: difference)
    }

    /// The span in the other direction.
    public static prefix func - (span: TimeSpan) -> TimeSpan { zero - span }

    /// The span so many times.
    public static func * (span: TimeSpan, factor: Int64) -> TimeSpan {
        let (product, overflow) = span.ticks.multipliedReportingOverflow(by: factor)
        return overflow ? ((span.ticks < 0) == (factor < 0) ? max : min) : TimeSpan(ticks: product)
    }

    /// Compares by length, negative ones first.
    public static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.ticks < right.ticks }
}
