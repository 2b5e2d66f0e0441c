/// What a calendar and a clock on the wall show: a date and a time of day without a zone.
///
/// Kept as ticks of 100 ns since 0001-01-01T00:00:00 on that wall, always within the calendar.
public struct CivilDateTime: Sendable, Hashable, Comparable {
    /// Ticks of 100 ns since 0001-01-01T00:00:00 on this wall clock, 0 to ``Ticks/last``.
    public let ticks: Int64

    /// The reading at this tick; nil outside of the calendar (years 1 to 9999).
    public init?(ticks: Int64) {
        guard ticks >= 0, ticks <= Ticks.last else { return nil }
        self.ticks = ticks
    }

    /// The reading at this tick, held to the calendar's first or last one.
    init(clampingTicks ticks: Int64) {
        self.ticks = min(max(ticks, 0), Ticks.last)
    }

    /// The reading with these parts; nil if one is out of range.
    ///
    /// `fraction` is in ticks, below one second.
    public init?(
        year: Int,
        month: Int,
        day: Int,
        hour: Int = 0,
        minute: Int = 0,
        second: Int = 0,
        fraction: Int64 = 0
    ) {
        guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
        self.init(date: date, hour: hour, minute: minute, second: second, fraction: fraction)
    }

    /// The reading on this date at this time of day; nil if a part is out of range.
    public init?(date: CivilDate, hour: Int = 0, minute: Int = 0, second: Int = 0, fraction: Int64 = 0) {
        guard hour >= 0, hour < 24, minute >= 0, minute < 60, second >= 0, second < 60,
            fraction >= 0, fraction < Ticks.perSecond
        else { return nil }
        ticks =
            Int64(date.dayNumber) * Ticks.perDay
            + Int64(hour * 3600 + minute * 60 + second) * Ticks.perSecond
            + fraction
    }

    /// The date.
    public var date: CivilDate { CivilDate(dayNumber: Int(ticks / Ticks.perDay)) }
    /// Ticks since midnight.
    public var timeOfDay: Int64 { ticks % Ticks.perDay }
    /// The hour, 0 to 23.
    public var hour: Int { Int(timeOfDay / Ticks.perHour) }
    /// The minute, 0 to 59.
    public var minute: Int { Int(ticks / Ticks.perMinute % 60) }
    /// The second, 0 to 59.
    public var second: Int { Int(ticks / Ticks.perSecond % 60) }
    /// Ticks since the full second, 0 to 9,999,999.
    public var fraction: Int64 { ticks % Ticks.perSecond }

    /// Midnight at the start of this day.
    public var startOfDay: CivilDateTime { CivilDateTime(clampingTicks: ticks - timeOfDay) }
    /// The full hour at or before this reading.
    public var startOfHour: CivilDateTime { CivilDateTime(clampingTicks: ticks - ticks % Ticks.perHour) }
    /// Midnight at the start of the first day of this month.
    public var startOfMonth: CivilDateTime {
        CivilDateTime(clampingTicks: ticks - timeOfDay - Int64(date.day - 1) * Ticks.perDay)
    }

    /// The same time of day this many months later, the day held back to the month's last; nil outside of the calendar.
    public func adding(months: Int) -> CivilDateTime? {
        guard let moved = date.adding(months: months) else { return nil }
        return CivilDateTime(ticks: Int64(moved.dayNumber) * Ticks.perDay + timeOfDay)
    }

    /// The reading this many ticks later; nil outside of the calendar.
    public func adding(ticks more: Int64) -> CivilDateTime? {
        let (sum, overflow) = ticks.addingReportingOverflow(more)
        return overflow ? nil : CivilDateTime(ticks: sum)
    }

    /// Compares by time order.
    public static func < (left: CivilDateTime, right: CivilDateTime) -> Bool { left.ticks < right.ticks }
}
