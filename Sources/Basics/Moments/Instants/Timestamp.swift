/// An instant, exact to 100 ns, of the years 1 to 9999.
///
/// Counts like .NET's `DateTime.Ticks`, so that `ticks()` of the workflow definition language is this very number, and
/// sorts, stores and hashes as one 64-bit integer.
///
/// ```swift
/// let start = Timestamp(iso8601: "2026-03-02T09:00:00Z")
/// let end = Timestamp.now + .minutes(5)
/// ```
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Ticks of 100 ns since 0001-01-01T00:00:00Z.
    public var ticks: Int64

    /// 0001-01-01T00:00:00Z.
    public static let min = Timestamp(ticks: 0)
    /// 9999-12-31T23:59:59.9999999Z.
    public static let max = Timestamp(ticks: Ticks.last)
    /// 1970-01-01T00:00:00Z.
    public static let unixEpoch = Timestamp(ticks: Ticks.unixEpoch)

    /// The instant at this tick, held to ``min`` and ``max``.
    public init(ticks: Int64) {
        self.ticks = Swift.min(Swift.max(ticks, 0), Ticks.last)
    }

    /// The instant at which a clock in Greenwich shows this.
    public init(utc civil: CivilDateTime) {
        ticks = civil.ticks
    }

    /// The instant this many milliseconds after 1970, held to ``min`` and ``max``.
    public init(unixMilliseconds: Int64) {
        self.init(unix: unixMilliseconds, unit: Ticks.perMillisecond)
    }

    /// The instant this many seconds after 1970, held to ``min`` and ``max``.
    public init(unixSeconds: Int64) {
        self.init(unix: unixSeconds, unit: Ticks.perSecond)
    }

    private init(unix count: Int64, unit: Int64) {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        let (sum, secondOverflow) = product.addingReportingOverflow(Ticks.unixEpoch)
        self.init(ticks: overflow || secondOverflow ? (count < 0 ? 0 : Ticks.last) : sum)
    }

    /// Whole milliseconds since 1970, rounded down.
    public var unixMilliseconds: Int64 { Self.floorDivide(ticks - Ticks.unixEpoch, Ticks.perMillisecond) }

    /// Whole seconds since 1970, rounded down.
    public var unixSeconds: Int64 { Self.floorDivide(ticks - Ticks.unixEpoch, Ticks.perSecond) }

    /// What a clock in Greenwich shows at this instant.
    public var utc: CivilDateTime { CivilDateTime(clampingTicks: ticks) }

    /// The instant this much later; nil outside of the years 1 to 9999.
    public func adding(_ span: TimeSpan) -> Timestamp? {
        let (sum, overflow) = ticks.addingReportingOverflow(span.ticks)
        return overflow || sum < 0 || sum > Ticks.last ? nil : Timestamp(ticks: sum)
    }

    /// The same time of day (UTC) this many months later, the day held back to the last one of the month; nil outside of the calendar.
    public func adding(months: Int) -> Timestamp? {
        utc.adding(months: months).map(Timestamp.init(utc:))
    }

    /// The instant this much later, held to ``min`` and ``max``.
    public static func + (instant: Timestamp, span: TimeSpan) -> Timestamp {
        let (sum, overflow) = instant.ticks.addingReportingOverflow(span.ticks)
        return overflow ? max : Timestamp(ticks: sum)
    }

    /// The instant this much earlier, held to ``min`` and ``max``.
    public static func - (instant: Timestamp, span: TimeSpan) -> Timestamp {
        let (difference, overflow) = instant.ticks.subtractingReportingOverflow(span.ticks)
        return overflow ? max : Timestamp(ticks: difference)
    }

    /// The time from the right instant to the left one; negative if the left one is earlier.
    public static func - (left: Timestamp, right: Timestamp) -> TimeSpan {
        TimeSpan(ticks: left.ticks - right.ticks)
    }

    /// Moves the instant on, held to ``min`` and ``max``.
    public static func += (instant: inout Timestamp, span: TimeSpan) {
        instant = instant + span
    }

    /// Moves the instant back, held to ``min`` and ``max``.
    public static func -= (instant: inout Timestamp, span: TimeSpan) {
        instant = instant - span
    }

    /// Compares by time order.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.ticks < right.ticks }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Timestamp: CustomStringConvertible {
    /// The same as ``iso8601``.
    public var description: String { iso8601 }
}
