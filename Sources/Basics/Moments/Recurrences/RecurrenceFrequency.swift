/// The unit in which a recurrence counts.
public enum RecurrenceFrequency: String, Sendable, Hashable, CaseIterable {
    case second = "Second"
    case minute = "Minute"
    case hour = "Hour"
    case day = "Day"
    case week = "Week"
    case month = "Month"
    case year = "Year"

    /// The frequency with this name in any case.
    public init?(named name: String) {
        let lowered = name.lowercased()
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else { return nil }
        self = found
    }

    /// The largest interval that a trigger may have (workflow definition language, section 5.1).
    ///
    /// For years, which the section does not list, the same 16 months allow one.
    public var maximumInterval: Int64 {
        switch self {
        case .second: 9_999_999
        case .minute: 72_000
        case .hour: 12_000
        case .day: 500
        case .week: 71
        case .month: 16
        case .year: 1
        }
    }

    /// Ticks of one unit where it is exact; days and longer follow the calendar of the zone.
    var ticks: Int64? {
        switch self {
        case .second: Ticks.perSecond
        case .minute: Ticks.perMinute
        case .hour: Ticks.perHour
        case .day, .week, .month, .year: nil
        }
    }
}
