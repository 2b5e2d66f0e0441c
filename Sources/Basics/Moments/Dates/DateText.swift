/// Reads dates in the many forms that .NET's `DateTime.Parse` takes, by the names and order of a culture.
enum DateText {
    /// Longest text that is looked at, in bytes.
    static let maximumBytes = 256

    /// Years of two digits up to this one are of this century, later ones of the last: .NET Framework's calendar setting.
    static let lastTwoDigitYear = 29

    /// The date of a text; nil if it is none.
    ///
    /// `today` fills in what the text leaves out.
    static func read(_ text: String, locale: DateLocale, today: CivilDate?) -> DateValue? {
        guard text.utf8.count <= maximumBytes else { return nil }
        if isExtendedISO(text), let reading = ISO8601.read(text) { return value(reading.civil, reading.zone) }
        return ByteCursor.over(text.lowercased()) { cursor in
            var scanner = DateTextScanner(locale: locale)
            guard scanner.scan(&cursor) else { return nil }
            return resolve(scanner.parts, locale, today)
        }
    }

    /// True for the forms of ISO 8601 that .NET knows: `yyyy-MM[-dd[Thh:mm…]]` with a dot before the fraction.
    ///
    /// It refuses the basic form (`20180315`), days of the year and weeks.
    private static func isExtendedISO(_ text: String) -> Bool {
        ByteCursor.over(text) { cursor in
            guard cursor.digits(4) != nil, cursor.take(UInt8(ascii: "-")), cursor.digitRun == 2 else { return false }
            let isWithTime = cursor.remaining > 6
            return !isWithTime || (cursor.peek(8) == UInt8(ascii: ":") && !cursor.bytes.contains(UInt8(ascii: ",")))
        }
    }

    /// A reading with its zone as a value: moved to UTC if the zone was an offset; nil outside of the calendar.
    static func value(_ civil: CivilDateTime, _ zone: ISO8601.Zone) -> DateValue? {
        guard let moved = ISO8601.Reading(civil: civil, zone: zone).moved else { return nil }
        return switch zone {
        case .none: DateValue(moved, .unspecified)
        case .utc: DateValue(moved, .utc)
        case .offset: DateValue(moved, .offset)
        }
    }

    /// What a text says, part by part.
    struct Parts {
        /// Numbers of the date, in order, with their digits; marked and named parts are below.
        var numbers: [(value: Int, digits: Int)] = []
        var year: Int?
        var month: Int?
        var day: Int?
        var weekday: Int?
        var hour: Int?
        var minute = 0
        var second = 0
        var fraction: Int64 = 0
        /// True after noon, false before, nil for a clock of 24 hours.
        var afternoon: Bool?
        var zone = ISO8601.Zone.none
    }

    private static func resolve(_ parts: Parts, _ locale: DateLocale, _ today: CivilDate?) -> DateValue? {
        guard let date = date(parts, locale, today), let time = time(parts) else { return nil }
        if let weekday = parts.weekday, date.weekday.rawValue != weekday { return nil }
        guard let civil = CivilDateTime(ticks: Int64(date.dayNumber) * Ticks.perDay + time) else { return nil }
        return value(civil, parts.zone)
    }

    /// Ticks since midnight; 24:00 is the next midnight, as in .NET.
    private static func time(_ parts: Parts) -> Int64? {
        var hour = parts.hour ?? 0
        if let afternoon = parts.afternoon {
            guard parts.hour != nil, hour <= (afternoon ? 23 : 12) else { return nil }
            if afternoon, hour < 12 { hour += 12 }
            if !afternoon, hour == 12 { hour = 0 }
        }
        let seconds = hour * 3600 + parts.minute * 60 + parts.second
        guard hour < 24 || (seconds == 86_400 && parts.fraction == 0), parts.minute < 60, parts.second < 60 else {
            return nil
        }
        return Int64(seconds) * Ticks.perSecond + parts.fraction
    }

    /// The date that the parts name: marked and named parts first, then numbers by their digits and the culture's order.
    private static func date(_ parts: Parts, _ locale: DateLocale, _ today: CivilDate?) -> CivilDate? {
        var numbers = parts.numbers
        if parts.year != nil || parts.day != nil {
            guard numbers.isEmpty, let month = parts.month, let year = parts.year ?? today?.year else { return nil }
            return CivilDate(year: year, month: month, day: parts.day ?? 1)
        }
        let yearIndex = numbers.firstIndex { $0.digits > 2 }
        let year = yearIndex.map { numbers.remove(at: $0).value }
        guard !numbers.contains(where: { $0.digits > 2 }) else { return nil }
        let rest = numbers.map(\.value)
        if let month = parts.month { return named(month, year, rest, locale, today) }
        switch (year, rest.count) {
        case (nil, 0):
            return today
        case (nil, 2):
            guard let today else { return nil }
            let dayFirst = locale.order == .dayMonthYear
            return CivilDate(year: today.year, month: rest[dayFirst ? 1 : 0], day: rest[dayFirst ? 0 : 1])
        case (nil, 3):
            return ordered(rest, locale.order)
        case (let year?, 1):
            return CivilDate(year: year, month: rest[0], day: 1)
        case (let year?, 2):
            // A year in front is followed by the month; behind, by the culture's order. A year in the middle is no date.
            guard yearIndex != 1 else { return nil }
            let dayFirst = yearIndex == 0 ? locale.order == .yearDayMonth : locale.order == .dayMonthYear
            return CivilDate(year: year, month: rest[dayFirst ? 1 : 0], day: rest[dayFirst ? 0 : 1])
        default:
            return nil
        }
    }

    /// A date whose month stands as a word: `15 March 2018`, `March 2018`, `15 Mar 18`, `March 15`.
    private static func named(
        _ month: Int,
        _ year: Int?,
        _ rest: [Int],
        _ locale: DateLocale,
        _ today: CivilDate?
    ) -> CivilDate? {
        switch (year, rest.count) {
        case (let year?, 0): return CivilDate(year: year, month: month, day: 1)
        case (let year?, 1): return CivilDate(year: year, month: month, day: rest[0])
        case (nil, 1): return today.flatMap { CivilDate(year: $0.year, month: month, day: rest[0]) }
        case (nil, 2):
            let yearFirst = locale.order == .yearMonthDay || locale.order == .yearDayMonth
            return CivilDate(year: fullYear(rest[yearFirst ? 0 : 1]), month: month, day: rest[yearFirst ? 1 : 0])
        default: return nil
        }
    }

    private static func ordered(_ rest: [Int], _ order: DateLocale.Order) -> CivilDate? {
        switch order {
        case .monthDayYear: CivilDate(year: fullYear(rest[2]), month: rest[0], day: rest[1])
        case .dayMonthYear: CivilDate(year: fullYear(rest[2]), month: rest[1], day: rest[0])
        case .yearMonthDay: CivilDate(year: fullYear(rest[0]), month: rest[1], day: rest[2])
        case .yearDayMonth: CivilDate(year: fullYear(rest[0]), month: rest[2], day: rest[1])
        }
    }

    /// The year that two digits stand for.
    static func fullYear(_ digits: Int) -> Int {
        digits >= 100 ? digits : digits <= lastTwoDigitYear ? 2000 + digits : 1900 + digits
    }
}
