/// Reading and writing of ISO 8601 texts, byte by byte.
enum ISO8601 {
    /// What a text says about its zone.
    enum Zone: Equatable {
        /// Nothing.
        case none
        /// `Z`.
        case utc
        /// `+01:00`, in minutes east of Greenwich.
        case offset(minutes: Int)
    }

    /// A text's reading of calendar and clock, and its zone.
    struct Reading {
        var civil: CivilDateTime
        var zone: Zone

        /// The reading moved to UTC (unchanged without a zone); nil outside of the calendar.
        var moved: CivilDateTime? {
            guard case .offset(let minutes) = zone else { return civil }
            return civil.adding(ticks: Int64(-minutes) * Ticks.perMinute)
        }
    }

    /// Reads a whole text in any of the forms of ISO 8601: calendar, week and ordinal dates, basic and extended, with or
    /// without time, fraction and zone; nil if it is something else.
    static func read(_ text: String) -> Reading? {
        ByteCursor.over(text) { read(&$0) }
    }

    static func read(_ cursor: inout ByteCursor) -> Reading? {
        guard let date = readDate(&cursor) else { return nil }
        var ticks = Int64(date.dayNumber) * Ticks.perDay
        var zone = Zone.none
        if !cursor.isAtEnd {
            guard cursor.take(0x54) || cursor.take(0x74) || cursor.take(0x20),
                let time = readTime(&cursor), let readZone = readZone(&cursor), cursor.isAtEnd
            else { return nil }
            ticks += time
            zone = readZone
        }
        guard let civil = CivilDateTime(ticks: ticks) else { return nil }
        return Reading(civil: civil, zone: zone)
    }

    private static func readDate(_ cursor: inout ByteCursor) -> CivilDate? {
        let run = cursor.digitRun
        if run == 8 {
            guard let year = cursor.digits(4), let month = cursor.digits(2), let day = cursor.digits(2) else {
                return nil
            }
            return CivilDate(year: year, month: month, day: day)
        }
        guard run == 4 || run == 7, let year = cursor.digits(4) else { return nil }
        if run == 7 { return cursor.digits(3).flatMap { ordinal(year, $0) } }
        let extended = cursor.take(0x2D)
        if cursor.take(0x57) { return readWeekDate(&cursor, year: year, extended: extended) }
        guard extended else { return nil }
        if cursor.digitRun == 3 { return cursor.digits(3).flatMap { ordinal(year, $0) } }
        guard cursor.digitRun == 2, let month = cursor.digits(2) else { return nil }
        guard cursor.take(0x2D) else { return cursor.isAtEnd ? CivilDate(year: year, month: month, day: 1) : nil }
        guard cursor.digitRun == 2, let day = cursor.digits(2) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    private static func ordinal(_ year: Int, _ dayOfYear: Int) -> CivilDate? {
        guard dayOfYear >= 1, dayOfYear <= (CivilDate.isLeap(year: year) ? 366 : 365) else { return nil }
        return CivilDate(year: year, month: 1, day: 1)?.adding(days: dayOfYear - 1)
    }

    private static func readWeekDate(_ cursor: inout ByteCursor, year: Int, extended: Bool) -> CivilDate? {
        guard let week = cursor.digits(2), week >= 1, week <= 53,
            let january4 = CivilDate(year: year, month: 1, day: 4)
        else { return nil }
        var day = 1
        if extended ? cursor.take(0x2D) : ByteCursor.isDigit(cursor.peek()) {
            guard let number = cursor.digits(1), number >= 1, number <= 7 else { return nil }
            day = number
        }
        // Week 1 is the one with January 4th; day numbers divide by 7 on Mondays.
        let firstMonday = january4.dayNumber - january4.dayNumber % 7
        let monday = firstMonday + (week - 1) * 7
        // A 53rd week exists only where its Thursday is still in the year.
        guard week < 53 || CivilDate(dayNumber: monday + 3).year == year else { return nil }
        let number = monday + day - 1
        return number >= 0 && number <= CivilDate.lastDayNumber ? CivilDate(dayNumber: number) : nil
    }

    /// Ticks since midnight; 24:00 counts as the next midnight.
    private static func readTime(_ cursor: inout ByteCursor) -> Int64? {
        guard let hour = cursor.digits(2) else { return nil }
        var minute = 0
        var second = 0
        var fraction: Int64 = 0
        let extended = cursor.peek() == 0x3A
        if extended ? cursor.take(0x3A) : ByteCursor.isDigit(cursor.peek()) {
            guard let value = cursor.digits(2) else { return nil }
            minute = value
            if extended ? cursor.take(0x3A) : ByteCursor.isDigit(cursor.peek()) {
                guard let value = cursor.digits(2) else { return nil }
                second = value
                if cursor.take(0x2E) || cursor.take(0x2C) {
                    guard let value = cursor.fractionTicks() else { return nil }
                    fraction = value
                }
            }
        }
        guard hour < 24 || (hour == 24 && minute == 0 && second == 0 && fraction == 0), minute < 60, second < 60
        else { return nil }
        return Int64(hour * 3600 + minute * 60 + second) * Ticks.perSecond + fraction
    }

    /// Nothing, `Z`, `±hh`, `±hhmm` or `±hh:mm`, at most 14 hours as in .NET.
    static func readZone(_ cursor: inout ByteCursor) -> Zone? {
        if cursor.isAtEnd { return Zone.none }
        if cursor.take(0x5A) || cursor.take(0x7A) { return .utc }
        let negative = cursor.take(0x2D)
        guard negative || cursor.take(0x2B), let hours = cursor.digits(2) else { return nil }
        var minutes = 0
        if cursor.take(0x3A) || ByteCursor.isDigit(cursor.peek()) {
            guard let value = cursor.digits(2) else { return nil }
            minutes = value
        }
        let total = hours * 60 + minutes
        guard minutes < 60, total <= 14 * 60 else { return nil }
        return .offset(minutes: negative ? -total : total)
    }

    /// Writes `yyyy-MM-ddTHH:mm:ss.fffffff` and `suffix` (ASCII).
    static func text(_ civil: CivilDateTime, suffix: StaticString) -> String {
        String(unsafeUninitializedCapacity: 27 + suffix.utf8CodeUnitCount) { buffer in
            let date = civil.date
            var time = civil.timeOfDay
            put(date.year, 4, at: 0, buffer)
            buffer[4] = 0x2D
            put(date.month, 2, at: 5, buffer)
            buffer[7] = 0x2D
            put(date.day, 2, at: 8, buffer)
            buffer[10] = 0x54
            put(Int(time / Ticks.perHour), 2, at: 11, buffer)
            time %= Ticks.perHour
            buffer[13] = 0x3A
            put(Int(time / Ticks.perMinute), 2, at: 14, buffer)
            time %= Ticks.perMinute
            buffer[16] = 0x3A
            put(Int(time / Ticks.perSecond), 2, at: 17, buffer)
            buffer[19] = 0x2E
            put(Int(time % Ticks.perSecond), 7, at: 20, buffer)
            for index in 0..<suffix.utf8CodeUnitCount { buffer[27 + index] = suffix.utf8Start[index] }
            return 27 + suffix.utf8CodeUnitCount
        }
    }

    private static func put(_ value: Int, _ width: Int, at start: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) {
        var rest = value
        var index = start + width - 1
        while index >= start {
            buffer[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            index -= 1
        }
    }
}

extension Timestamp {
    /// The instant that an ISO 8601 text names; nil for any other text.
    ///
    /// Without a zone it is taken as UTC. Fractions are rounded to 100 ns. For the wider set of forms that expressions take see ``DateText``.
    public init?(iso8601 text: String) {
        guard let moved = ISO8601.read(text)?.moved else { return nil }
        self.init(utc: moved)
    }

    /// `2026-03-02T09:00:00.0000000Z`: .NET's format `o`, always with 7 digits and `Z`.
    public var iso8601: String { ISO8601.text(utc, suffix: "Z") }
}
