/// A date and time as the workflow language carries it: a reading, and what is known about its zone.
///
/// The date functions of the language (section 4.6) are methods of this type; texts come in by ``parse(_:today:)`` and go
/// out by ``text(format:locale:)``.
///
/// ```swift
/// let start = try DateValue.parse("2024-01-31T00:00:00Z")
/// try start.adding(1, .month).text()     // 2024-02-29T00:00:00.0000000Z
/// ```
public struct DateValue: Sendable, Hashable {
    /// What is known about the zone of a reading.
    public enum Kind: Sendable, Hashable {
        /// The text ended in `Z`: the reading is UTC, and written with `Z`.
        case utc
        /// The text had no zone; it is written without.
        case unspecified
        /// The text had a numeric offset: the reading was moved to UTC and is written with `+00:00`.
        case offset
    }

    /// The reading; in UTC unless the kind is unspecified.
    public let civil: CivilDateTime
    /// What is known about its zone.
    public let kind: Kind

    /// A reading of this kind.
    public init(_ civil: CivilDateTime, _ kind: Kind) {
        self.civil = civil
        self.kind = kind
    }

    /// An instant, as UTC.
    public init(_ instant: Timestamp) {
        self.init(instant.utc, .utc)
    }

    /// Ticks of 100 ns since 0001-01-01 of the reading: `ticks()`.
    public var ticks: Int64 { civil.ticks }
    /// The day of the week, Sunday 0: `dayOfWeek()`.
    public var dayOfWeek: Int { civil.date.weekday.rawValue }
    /// The day of the month, from 1: `dayOfMonth()`.
    public var dayOfMonth: Int { civil.date.day }
    /// The day of the year, from 1: `dayOfYear()`.
    public var dayOfYear: Int { civil.date.dayOfYear }
    /// The instant that the reading names, taken as UTC if it has no zone.
    public var instant: Timestamp { Timestamp(utc: civil) }

    /// The full hour at or before this: `startOfHour()`.
    public var startOfHour: DateValue { DateValue(civil.startOfHour, kind) }
    /// Midnight of this day: `startOfDay()`.
    public var startOfDay: DateValue { DateValue(civil.startOfDay, kind) }
    /// Midnight of the first day of this month: `startOfMonth()`.
    public var startOfMonth: DateValue { DateValue(civil.startOfMonth, kind) }

    /// This much later or, if negative, earlier: `addSeconds()`, `addDays()`, `addToTime()` and the like.
    ///
    /// Months and years hold the day back to the last one of the month. For `subtractFromTime()` and `getPastTime()` use
    /// ``subtracting(_:_:)``, which takes any count.
    /// - Throws: ``DateError`` `outOfRange` if the result is outside of the years 1 to 9999.
    public func adding(_ count: Int64, _ unit: DateUnit) throws(DateError) -> DateValue {
        let moved: CivilDateTime?
        if let ticks = unit.ticks {
            let (product, overflow) = count.multipliedReportingOverflow(by: ticks)
            moved = overflow ? nil : civil.adding(ticks: product)
        } else {
            let (months, overflow) = count.multipliedReportingOverflow(by: unit == .year ? 12 : 1)
            moved = overflow ? nil : civil.adding(months: Int(months))
        }
        guard let moved else { throw DateError(.outOfRange) }
        return DateValue(moved, kind)
    }

    /// This much earlier: `subtractFromTime()`, `getPastTime()`.
    public func subtracting(_ count: Int64, _ unit: DateUnit) throws(DateError) -> DateValue {
        guard count != .min else { throw DateError(.outOfRange) }
        return try adding(-count, unit)
    }

    /// This span later.
    public func adding(_ span: TimeSpan) throws(DateError) -> DateValue {
        guard let moved = civil.adding(ticks: span.ticks) else { throw DateError(.outOfRange) }
        return DateValue(moved, kind)
    }

    /// The time from one date to another, by their readings: `dateDifference()`.
    public static func difference(from start: DateValue, to end: DateValue) -> TimeSpan {
        TimeSpan(ticks: end.civil.ticks - start.civil.ticks)
    }
}
