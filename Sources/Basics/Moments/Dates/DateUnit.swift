/// A unit of time that dates can be moved by.
public enum DateUnit: Sendable, Hashable, CaseIterable {
    case second, minute, hour, day, week, month, year

    /// The unit with this English name in any case, singular or plural: `Day`, `days`.
    public init(named text: String) throws(DateError) {
        switch text.lowercased() {
        case "second", "seconds": self = .second
        case "minute", "minutes": self = .minute
        case "hour", "hours": self = .hour
        case "day", "days": self = .day
        case "week", "weeks": self = .week
        case "month", "months": self = .month
        case "year", "years": self = .year
        default: throw DateError(.unknownUnit, text)
        }
    }

    /// Ticks of one unit; nil for months and years, whose length depends on the date.
    public var ticks: Int64? {
        switch self {
        case .second: Ticks.perSecond
        case .minute: Ticks.perMinute
        case .hour: Ticks.perHour
        case .day: Ticks.perDay
        case .week: 7 * Ticks.perDay
        case .month, .year: nil
        }
    }
}
