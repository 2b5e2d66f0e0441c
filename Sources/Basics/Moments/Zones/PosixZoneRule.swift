/// The rule after the last transition of a zone file, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZoneRule: Sendable, Equatable {
    /// Seconds east of Greenwich in standard time.
    var standardOffset: Int
    /// Daylight saving time, if the zone has one.
    var daylight: Daylight?

    struct Daylight: Sendable, Equatable {
        /// Seconds east of Greenwich while it is in force.
        var offset: Int
        var start: Change
        var end: Change
    }

    /// A day of the year and the seconds from its local midnight, which may be negative or more than a day.
    struct Change: Sendable, Equatable {
        var day: Day
        var seconds: Int
    }

    enum Day: Sendable, Equatable {
        /// 1 to 365; February 29th is never counted.
        case julian(Int)
        /// 0 to 365; February 29th is counted.
        case ordinal(Int)
        /// The n-th (5: last) weekday (0: Sunday) of a month.
        case weekday(month: Int, week: Int, weekday: Int)

        /// Days since 0001-01-01 in this year.
        func dayNumber(in year: Int) -> Int {
            let newYear = CivilDate(year: year, month: 1, day: 1)?.dayNumber ?? 0
            switch self {
            case .julian(let day):
                return newYear + day - 1 + (CivilDate.isLeap(year: year) && day >= 60 ? 1 : 0)
            case .ordinal(let day):
                return newYear + day
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1)?.dayNumber ?? 0
                let firstOfKind = first + (weekday - (first + 1) % 7 + 7) % 7
                let length = CivilDate.daysInMonth(year: year, month: month)
                let wanted = firstOfKind + (week - 1) * 7
                return wanted >= first + length ? wanted - 7 : wanted
            }
        }
    }

    /// Reads a rule; nil if it is not one.
    init?(_ text: String) {
        guard let rule = ByteCursor.over(text, { Self.read(&$0) }) else { return nil }
        self = rule
    }

    private init(standardOffset: Int, daylight: Daylight?) {
        self.standardOffset = standardOffset
        self.daylight = daylight
    }

    /// The changes of a year in order of time: Unix seconds of the change and the offset from there on.
    func changes(in year: Int) -> [(at: Int64, offset: Int)] {
        guard let daylight else { return [] }
        func instant(_ change: Change, _ offsetBefore: Int) -> Int64 {
            let days = Int64(change.day.dayNumber(in: year)) - Ticks.unixEpoch / Ticks.perDay
            return days * 86_400 + Int64(change.seconds - offsetBefore)
        }
        let start = (at: instant(daylight.start, standardOffset), offset: daylight.offset)
        let end = (at: instant(daylight.end, daylight.offset), offset: standardOffset)
        return start.at < end.at ? [start, end] : [end, start]
    }

    /// Seconds east of Greenwich at this Unix second.
    func offset(at second: Int64) -> Int {
        guard daylight != nil else { return standardOffset }
        let year = Timestamp(unixSeconds: second).utc.date.year
        // The year before and the one after matter around New Year only; the last change before `second` decides.
        var offset = standardOffset
        for candidate in (year - 1)...(year + 1) {
            for change in changes(in: candidate) where change.at <= second { offset = change.offset }
        }
        return offset
    }

    private static func read(_ cursor: inout ByteCursor) -> PosixZoneRule? {
        guard skipName(&cursor), let standard = readClock(&cursor, maximumHours: 24) else { return nil }
        var rule = PosixZoneRule(standardOffset: -standard, daylight: nil)
        if cursor.isAtEnd { return rule }
        guard skipName(&cursor) else { return nil }
        var offset = rule.standardOffset + 3600
        if cursor.peek() != 0x2C {
            guard let seconds = readClock(&cursor, maximumHours: 24) else { return nil }
            offset = -seconds
        }
        guard cursor.take(0x2C), let start = readChange(&cursor), cursor.take(0x2C), let end = readChange(&cursor),
            cursor.isAtEnd
        else { return nil }
        rule.daylight = Daylight(offset: offset, start: start, end: end)
        return rule
    }

    private static func skipName(_ cursor: inout ByteCursor) -> Bool {
        let start = cursor.position
        if cursor.take(0x3C) {
            while !cursor.isAtEnd, cursor.peek() != 0x3E { cursor.position += 1 }
            return cursor.take(0x3E)
        }
        while ByteCursor.isLetter(cursor.peek()) { cursor.position += 1 }
        return cursor.position - start >= 3
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private static func readClock(_ cursor: inout ByteCursor, maximumHours: Int) -> Int? {
        let negative = cursor.take(0x2D)
        if !negative { _ = cursor.take(0x2B) }
        guard let hours = cursor.digits(upTo: 3)?.value, hours <= maximumHours else { return nil }
        var seconds = hours * 3600
        if cursor.take(0x3A) {
            guard let minutes = cursor.digits(2), minutes < 60 else { return nil }
            seconds += minutes * 60
            if cursor.take(0x3A) {
                guard let rest = cursor.digits(2), rest < 60 else { return nil }
                seconds += rest
            }
        }
        return negative ? -seconds : seconds
    }

    private static func readChange(_ cursor: inout ByteCursor) -> Change? {
        guard let day = readDay(&cursor) else { return nil }
        var seconds = 2 * 3600
        if cursor.take(0x2F) {
            guard let value = readClock(&cursor, maximumHours: 167) else { return nil }
            seconds = value
        }
        return Change(day: day, seconds: seconds)
    }

    private static func readDay(_ cursor: inout ByteCursor) -> Day? {
        if cursor.take(0x4D) {
            guard let month = cursor.digits(upTo: 2)?.value, (1...12).contains(month), cursor.take(0x2E),
                let week = cursor.digits(1), (1...5).contains(week), cursor.take(0x2E),
                let weekday = cursor.digits(1), weekday < 7
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
        if cursor.take(0x4A) {
            guard let day = cursor.digits(upTo: 3)?.value, (1...365).contains(day) else { return nil }
            return .julian(day)
        }
        guard let day = cursor.digits(upTo: 3)?.value, day <= 365 else { return nil }
        return .ordinal(day)
    }
}
