/// Reads dates by a .NET format, which the whole text must have: `DateTime.ParseExact`.
enum ExactDateText {
    /// The date; nil if the text has another form or names no date.
    ///
    /// - Throws: ``DateError`` `invalidFormat`.
    static func read(
        _ text: String,
        format: String,
        locale: DateLocale,
        today: CivilDate?
    ) throws(DateError) -> DateValue? {
        var pattern = Array(format.utf8)
        var culture = locale
        var isUTC = false
        guard pattern.count <= DateFormat.maximumFormatBytes else { throw DateError(.invalidFormat, format) }
        if pattern.count == 1 {
            guard let standard = DateFormat.standardPattern(pattern[0], locale) else {
                throw DateError(.invalidFormat, format)
            }
            isUTC = ["r", "R", "u", "U"].contains(format)
            pattern = Array(standard.pattern.utf8)
            if standard.isInvariant { culture = .invariant }
        }
        guard text.utf8.count <= DateText.maximumBytes else { return nil }
        var reader = ExactDateReader(locale: culture)
        let outcome = ByteCursor.over(text) { cursor in
            let outcome = reader.read(&cursor, pattern)
            return outcome == .matched && !cursor.isAtEnd ? .different : outcome
        }
        switch outcome {
        case .wrongFormat: throw DateError(.invalidFormat, format)
        case .different: return nil
        case .matched: return reader.value(isUTC: isUTC, today: today)
        }
    }
}

/// Steps through a text and a custom format together.
struct ExactDateReader {
    /// What came of it.
    enum Outcome {
        case matched
        case different
        case wrongFormat
    }

    let locale: DateLocale
    private var year: Int?
    private var month: Int?
    private var day: Int?
    private var weekday: Int?
    private var hour: Int?
    private var minute = 0
    private var second = 0
    private var fraction: Int64 = 0
    private var usesHalves = false
    private var afternoon: Bool?
    private var zone = ISO8601.Zone.none

    init(locale: DateLocale) {
        self.locale = locale
    }

    /// The date that was read; nil if its parts make none.
    func value(isUTC: Bool, today: CivilDate?) -> DateValue? {
        var hour = hour ?? 0
        if usesHalves {
            guard (1...12).contains(hour) || self.hour == nil else { return nil }
            hour %= 12
        }
        if let afternoon {
            if usesHalves {
                hour += afternoon ? 12 : 0
            } else if self.hour == nil || afternoon != (hour >= 12) {
                return nil
            }
        }
        let date: CivilDate?
        if year == nil, month == nil, day == nil {
            date = today
        } else {
            date = (year ?? today?.year).flatMap { CivilDate(year: $0, month: month ?? 1, day: day ?? 1) }
        }
        guard let date, weekday == nil || date.weekday.rawValue == weekday,
            let civil = CivilDateTime(date: date, hour: hour, minute: minute, second: second, fraction: fraction)
        else { return nil }
        return DateText.value(civil, isUTC ? .utc : zone)
    }

    /// Reads by a pattern; the text may go on behind it.
    mutating func read(_ cursor: inout ByteCursor, _ pattern: [UInt8]) -> Outcome {
        var index = 0
        while index < pattern.count {
            let letter = pattern[index]
            var run = 1
            while index + run < pattern.count, pattern[index + run] == letter { run += 1 }
            switch letter {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let literal = Self.quoted(pattern, index) else { return .wrongFormat }
                guard Self.take(literal.bytes, &cursor) else { return .different }
                run = literal.length
            case UInt8(ascii: "\\"):
                guard index + 1 < pattern.count else { return .wrongFormat }
                guard cursor.take(pattern[index + 1]) else { return .different }
                run = 2
            case UInt8(ascii: "%"):
                guard index + 1 < pattern.count, pattern[index + 1] != UInt8(ascii: "%") else { return .wrongFormat }
                let outcome = read(&cursor, [pattern[index + 1]])
                guard outcome == .matched else { return outcome }
                run = 2
            case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "K"):
                run = 1
                guard readMark(letter, &cursor) else { return .different }
            case UInt8(ascii: "f"), UInt8(ascii: "F"):
                guard run <= 7 else { return .wrongFormat }
                guard readFraction(run, exact: letter == UInt8(ascii: "f"), &cursor) else { return .different }
            case let letter where ByteCursor.isLetter(letter) && Self.fields.contains(letter):
                guard readField(letter, run, &cursor) else { return .different }
            default:
                run = 1
                // A dot before a fraction that may be left out is left out with it.
                if letter == UInt8(ascii: "."), index + 1 < pattern.count, pattern[index + 1] == UInt8(ascii: "F"),
                    cursor.peek() != letter
                {
                    break
                }
                guard cursor.take(letter) else { return .different }
            }
            index += run
        }
        return .matched
    }

    private static let fields = Set("yMdhHmstzg".utf8)

    private mutating func readField(_ letter: UInt8, _ run: Int, _ cursor: inout ByteCursor) -> Bool {
        switch letter {
        case UInt8(ascii: "y"): return readYear(run, &cursor)
        case UInt8(ascii: "M"):
            if run <= 2 { return Self.number(run, &cursor, &month) }
            let names = locale.names
            let lists =
                run == 3 ? [names.shortMonths, names.shortGenitiveMonths] : [names.months, names.genitiveMonths]
            return Self.name(lists, &cursor, &month, from: 1)
        case UInt8(ascii: "d"):
            if run <= 2 { return Self.number(run, &cursor, &day) }
            return Self.name([run == 3 ? locale.names.shortDays : locale.names.days], &cursor, &weekday, from: 0)
        case UInt8(ascii: "h"), UInt8(ascii: "H"):
            usesHalves = letter == UInt8(ascii: "h")
            return Self.number(run, &cursor, &hour)
        case UInt8(ascii: "m"): return Self.number(run, &cursor, &minute)
        case UInt8(ascii: "s"): return Self.number(run, &cursor, &second)
        case UInt8(ascii: "t"):
            var half: Int?
            let marks = run == 1 ? [String(locale.am.prefix(1)), String(locale.pm.prefix(1))] : [locale.am, locale.pm]
            guard Self.name([marks], &cursor, &half, from: 0) else { return false }
            afternoon = half == 1
            return true
        case UInt8(ascii: "z"): return readOffset(run, &cursor)
        default: return Self.take(Array(locale.era.utf8), &cursor)
        }
    }

    private mutating func readYear(_ run: Int, _ cursor: inout ByteCursor) -> Bool {
        if run <= 2 {
            guard Self.number(run, &cursor, &year) else { return false }
            year = year.map(DateText.fullYear)
            return true
        }
        guard run <= 9, let value = run == 3 ? cursor.digits(upTo: 4)?.value : cursor.digits(run) else { return false }
        year = value
        return true
    }

    private mutating func readFraction(_ run: Int, exact: Bool, _ cursor: inout ByteCursor) -> Bool {
        let count = min(cursor.digitRun, run)
        guard !exact || count == run else { return false }
        guard count > 0 else { return true }
        guard var value = cursor.digits(count) else { return false }
        for _ in count..<7 { value *= 10 }
        fraction = Int64(value)
        return true
    }

    private mutating func readMark(_ letter: UInt8, _ cursor: inout ByteCursor) -> Bool {
        switch letter {
        case UInt8(ascii: ":"): return Self.take(Array(locale.timeSeparator.utf8), &cursor)
        case UInt8(ascii: "/"): return Self.take(Array(locale.dateSeparator.utf8), &cursor)
        default:
            let byte = cursor.peek()
            if cursor.take(UInt8(ascii: "Z")) || cursor.take(UInt8(ascii: "z")) {
                zone = .utc
                return true
            }
            return byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") ? readOffset(3, &cursor) : true
        }
    }

    private mutating func readOffset(_ run: Int, _ cursor: inout ByteCursor) -> Bool {
        let negative = cursor.take(UInt8(ascii: "-"))
        guard negative || cursor.take(UInt8(ascii: "+")) else { return false }
        guard let hours = run == 1 ? cursor.digits(upTo: 2)?.value : cursor.digits(2) else { return false }
        var minutes = hours * 60
        if run >= 3 {
            _ = cursor.take(UInt8(ascii: ":"))
            guard let rest = cursor.digits(2), rest < 60 else { return false }
            minutes += rest
        }
        guard minutes <= 14 * 60 else { return false }
        zone = .offset(minutes: negative ? -minutes : minutes)
        return true
    }

    /// One or two digits for a single letter, two for more.
    private static func number(_ run: Int, _ cursor: inout ByteCursor, _ field: inout Int?) -> Bool {
        guard let value = run == 1 ? cursor.digits(upTo: 2)?.value : cursor.digits(2) else { return false }
        field = value
        return true
    }

    private static func number(_ run: Int, _ cursor: inout ByteCursor, _ field: inout Int) -> Bool {
        var value: Int?
        guard number(run, &cursor, &value) else { return false }
        field = value ?? 0
        return true
    }

    /// The longest of several names at the cursor, without regard to case.
    private static func name(
        _ lists: [[String]],
        _ cursor: inout ByteCursor,
        _ field: inout Int?,
        from first: Int
    ) -> Bool {
        var best = 0
        for list in lists {
            for (index, name) in list.enumerated() {
                let length = name.utf8.count
                guard length > best, length <= cursor.remaining else { continue }
                let part = cursor.bytes[cursor.position..<(cursor.position + length)]
                guard String(decoding: part, as: UTF8.self).lowercased() == name.lowercased() else { continue }
                best = length
                field = index + first
            }
        }
        cursor.position += best
        return best > 0
    }

    private static func take(_ literal: [UInt8], _ cursor: inout ByteCursor) -> Bool {
        guard cursor.remaining >= literal.count else { return false }
        for (index, byte) in literal.enumerated() where cursor.peek(index) != byte { return false }
        cursor.position += literal.count
        return true
    }

    /// The text between quotation marks and the length of it all in the pattern; nil if it never ends.
    private static func quoted(_ pattern: [UInt8], _ start: Int) -> (bytes: [UInt8], length: Int)? {
        var bytes: [UInt8] = []
        var index = start + 1
        while index < pattern.count {
            if pattern[index] == pattern[start] { return (bytes, index - start + 1) }
            if pattern[index] == UInt8(ascii: "\\") {
                index += 1
                guard index < pattern.count else { return nil }
            }
            bytes.append(pattern[index])
            index += 1
        }
        return nil
    }
}
