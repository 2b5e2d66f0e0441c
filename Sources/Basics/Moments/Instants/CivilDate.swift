/// A date of the proleptic Gregorian calendar, years 1 to 9999, without zone or time.
public struct CivilDate: Sendable, Hashable, Comparable {
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Day number of 9999-12-31, the last date.
    public static let lastDayNumber = 3_652_058

    /// The date with these parts; nil when there is no such date or the year is outside 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1,
            day <= Self.daysInMonth(year: year, month: month)
        else { return nil }
        self.init(uncheckedYear: year, month: month, day: day)
    }

    /// The date that lies this many days after 0001-01-01; numbers outside of the calendar give its first or last date.
    public init(dayNumber: Int) {
        // H. Hinnant, "chrono-compatible low-level date algorithms": years begin in March, eras are 400 years.
        let shifted = min(max(dayNumber, 0), Self.lastDayNumber) + 306
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            uncheckedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    private init(uncheckedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Days since 0001-01-01, which is 0.
    public var dayNumber: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 306
    }

    /// The day of the week.
    public var weekday: Weekday { Weekday(dayNumber: dayNumber) }

    /// The day of the year, 1 to 366.
    public var dayOfYear: Int {
        dayNumber - CivilDate(uncheckedYear: year, month: 1, day: 1).dayNumber + 1
    }

    /// The last date of this date's month.
    public var endOfMonth: CivilDate {
        CivilDate(uncheckedYear: year, month: month, day: Self.daysInMonth(year: year, month: month))
    }

    /// The date this many months later (earlier if negative), the day held back to the last one of the month; nil outside of the calendar.
    public func adding(months: Int) -> CivilDate? {
        let (total, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
        guard !overflow, total >= 12, total < 120_000 else { return nil }
        let newYear = total / 12
        let newMonth = total % 12 + 1
        return CivilDate(
            uncheckedYear: newYear,
            month: newMonth,
            day: min(day, Self.daysInMonth(year: newYear, month: newMonth))
        )
    }

    /// The date this many days later (earlier if negative); nil outside of the calendar.
    public func adding(days: Int) -> CivilDate? {
        let (number, overflow) = dayNumber.addingReportingOverflow(days)
        guard !overflow, number >= 0, number <= Self.lastDayNumber else { return nil }
        return CivilDate(dayNumber: number)
    }

    /// True for years with a 29th of February.
    public static func isLeap(year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// Number of days in a month (1 to 12) of a year; 0 for a month that does not exist.
    public static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 1, 3, 5, 7, 8, 10, 12: 31
        case 4, 6, 9, 11: 30
        case 2: isLeap(year: year) ? 29 : 28
        default: 0
        }
    }

    /// Compares by time order.
    public static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension Weekday {
    /// The weekday of the date that lies this many days after 0001-01-01, a Monday.
    public init(dayNumber: Int) {
        let index = (dayNumber + 1) % 7
        self = Self.allCases[index < 0 ? index + 7 : index]
    }
}
