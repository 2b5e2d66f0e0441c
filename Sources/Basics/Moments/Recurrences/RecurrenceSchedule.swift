/// The times of day, and days, at which a recurrence fires: every time of every day of it.
public struct RecurrenceSchedule: Sendable, Hashable {
    /// One weekday of a month by its number: the first Monday, the last Friday.
    public struct MonthlyOccurrence: Sendable, Hashable {
        /// The day.
        public var weekday: Weekday
        /// 1 to 5, or -1 for the last one of the month.
        public var occurrence: Int

        /// This occurrence of a day.
        public init(weekday: Weekday, occurrence: Int) {
            self.weekday = weekday
            self.occurrence = occurrence
        }

        /// The day of the month; nil where a month has no fifth one.
        func day(year: Int, month: Int) -> Int? {
            let length = CivilDate.daysInMonth(year: year, month: month)
            guard let first = CivilDate(year: year, month: month, day: 1) else { return nil }
            let firstDay = 1 + (weekday.rawValue - first.weekday.rawValue + 7) % 7
            let day = occurrence > 0 ? firstDay + (occurrence - 1) * 7 : firstDay + (length - firstDay) / 7 * 7
            return day <= length ? day : nil
        }
    }

    /// Hours 0 to 23, ascending; nil takes that of the first run.
    public var hours: [Int]?
    /// Minutes 0 to 59, ascending; nil takes that of the first run.
    public var minutes: [Int]?
    /// Days of the week; for weekly recurrences.
    ///
    /// Nil takes that of the first run.
    public var weekDays: [Weekday]?
    /// Days of the month, 1 to 31, or -1 for the last; for monthly recurrences.
    public var monthDays: [Int]?
    /// Weekdays of the month; for monthly recurrences.
    ///
    /// Added to ``monthDays``; nil and nil takes the day of the first run.
    public var monthlyOccurrences: [MonthlyOccurrence]?

    /// A schedule of these parts, within the ranges of each.
    public init(
        hours: [Int]? = nil,
        minutes: [Int]? = nil,
        weekDays: [Weekday]? = nil,
        monthDays: [Int]? = nil,
        monthlyOccurrences: [MonthlyOccurrence]? = nil
    ) {
        self.hours = hours
        self.minutes = minutes
        self.weekDays = weekDays
        self.monthDays = monthDays
        self.monthlyOccurrences = monthlyOccurrences
    }

    /// The days of a month, ascending, without those that the month does not have.
    ///
    /// A month that is too short for a day is passed over, except that the day of the first run, where no days are
    /// given, is held back to the month's last.
    func days(year: Int, month: Int, anchorDay: Int) -> [Int] {
        let length = CivilDate.daysInMonth(year: year, month: month)
        guard monthDays != nil || monthlyOccurrences != nil else { return [min(anchorDay, length)] }
        var days = Set((monthDays ?? []).map { $0 < 0 ? length + 1 + $0 : $0 }.filter { $0 >= 1 && $0 <= length })
        days.formUnion((monthlyOccurrences ?? []).compactMap { $0.day(year: year, month: month) })
        return days.sorted()
    }

    /// Ticks since midnight at which a day fires, ascending; `anchor` is the local time of the first run.
    ///
    /// Seconds are zero, except that a schedule without minutes keeps the first run's.
    func times(anchor: CivilDateTime) -> [Int64] {
        let seconds = minutes == nil ? anchor.ticks % Ticks.perMinute : 0
        return (hours ?? [anchor.hour]).flatMap { hour in
            (minutes ?? [anchor.minute]).map { minute in
                Int64(hour) * Ticks.perHour + Int64(minute) * Ticks.perMinute + seconds
            }
        }
    }
}
