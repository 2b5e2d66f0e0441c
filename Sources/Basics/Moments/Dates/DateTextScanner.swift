/// Cuts a date text (in lower case) into its parts.
struct DateTextScanner {
    private let lexicon: DateLexicon
    /// True where a dot divides hours and minutes, `17.08`.
    private let hasDottedTime: Bool
    var parts = DateText.Parts()
    /// True where the half of the day is written before the hour, `오후 5:08`.
    private let hasHalfFirst: Bool
    /// True right after a mark that divides two parts of a date, so that another part must follow.
    private var awaitsPart = false
    /// True right after a dot, which no other mark may follow.
    private var isAfterDot = false
    /// True once a part of the date was read, so that a dividing mark may follow.
    private var hasPart = false

    init(locale: DateLocale) {
        lexicon = locale.lexicon
        hasDottedTime = locale.timeSeparator == "."
        hasHalfFirst = locale.patterns.shortTime.hasPrefix("t")
    }

    /// Reads the whole text; false if it is no date.
    mutating func scan(_ cursor: inout ByteCursor) -> Bool {
        while true {
            skipBlanks(&cursor)
            if cursor.isAtEnd { return !awaitsPart && (hasPart || parts.hour != nil) }
            let byte = cursor.peek()
            let read: Bool
            if ByteCursor.isDigit(byte) {
                read = scanNumber(&cursor)
            } else if parts.hour != nil, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"),
                ByteCursor.isDigit(cursor.peek(1)), parts.zone == .none
            {
                read = scanOffset(&cursor)
            } else if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") {
                read = scanMark(&cursor)
            } else {
                read = scanWord(&cursor)
            }
            guard read else { return false }
        }
    }

    private func skipBlanks(_ cursor: inout ByteCursor) {
        while true {
            cursor.skipBlanks()
            if cursor.take(UInt8(ascii: ",")) { continue }
            // The Arabic comma.
            if cursor.peek() == 0xD8, cursor.peek(1) == 0x8C {
                cursor.position += 2
                continue
            }
            // The blanks that do not break a line: U+00A0 and U+202F.
            if cursor.peek() == 0xC2, cursor.peek(1) == 0xA0 {
                cursor.position += 2
            } else if cursor.peek() == 0xE2, cursor.peek(1) == 0x80, cursor.peek(2) == 0xAF {
                cursor.position += 3
            } else {
                return
            }
        }
    }

    private mutating func scanMark(_ cursor: inout ByteCursor) -> Bool {
        guard hasPart, !awaitsPart, !isAfterDot else { return false }
        // A dot may end a date ("2018. 3. 15."); any other mark must be followed by a part.
        isAfterDot = cursor.take(UInt8(ascii: "."))
        if !isAfterDot {
            cursor.position += 1
            awaitsPart = true
        }
        return true
    }

    private mutating func scanNumber(_ cursor: inout ByteCursor) -> Bool {
        let digits = cursor.digitRun
        guard digits <= 4, let value = cursor.digits(digits) else { return false }
        isAfterDot = false
        if cursor.peek() == UInt8(ascii: ":") { return parts.hour == nil && scanClock(value, &cursor) }
        if hasDottedTime, hasWholeDate, parts.hour == nil, cursor.peek() == UInt8(ascii: ".") {
            return scanClock(value, &cursor)
        }
        if let mark = DateLexicon.matchMark(&cursor) { return take(value, mark) }
        if parts.hour == nil, digits <= 2, isBeforeHalf(cursor) {
            parts.hour = value
            return !awaitsPart
        }
        guard parts.numbers.count < 3 else { return false }
        parts.numbers.append((value, digits))
        awaitsPart = false
        hasPart = true
        return true
    }

    /// True if the numbers and names so far make a date, so that the next number is an hour.
    private var hasWholeDate: Bool { parts.numbers.count == (parts.month == nil ? 3 : 2) }

    /// `:mm[:ss[.fffffff]]` behind an hour, or the same with dots where the culture writes them.
    private mutating func scanClock(_ hour: Int, _ cursor: inout ByteCursor) -> Bool {
        guard hour <= 24, !awaitsPart else { return false }
        let separator = cursor.peek()
        cursor.position += 1
        guard let minute = cursor.digits(upTo: 2)?.value else { return false }
        parts.hour = hour
        parts.minute = minute
        if cursor.take(separator) {
            guard let second = cursor.digits(upTo: 2)?.value else { return false }
            parts.second = second
            if cursor.peek() == UInt8(ascii: "."), ByteCursor.isDigit(cursor.peek(1)) {
                cursor.position += 1
                guard let fraction = cursor.fractionTicks() else { return false }
                parts.fraction = fraction
            }
        }
        return !ByteCursor.isDigit(cursor.peek())
    }

    private mutating func take(_ value: Int, _ mark: DateLexicon.Mark) -> Bool {
        switch mark {
        case .year: parts.year = value
        case .month: parts.month = value
        case .day: parts.day = value
        case .hour:
            parts.hour = value
            return true
        case .minute:
            parts.minute = value
            return parts.hour != nil
        case .second:
            parts.second = value
            return parts.hour != nil
        }
        hasPart = true
        return true
    }

    /// True if the next word says before or after noon, which makes the number before it an hour.
    private func isBeforeHalf(_ cursor: ByteCursor) -> Bool {
        var ahead = cursor
        skipBlanks(&ahead)
        let meaning = lexicon.match(&ahead)
        guard meaning == .am || meaning == .pm else { return false }
        skipBlanks(&ahead)
        return !(hasHalfFirst && ByteCursor.isDigit(ahead.peek()))
    }

    private mutating func scanOffset(_ cursor: inout ByteCursor) -> Bool {
        let negative = cursor.take(UInt8(ascii: "-"))
        if !negative { cursor.position += 1 }
        let digits = cursor.digitRun
        guard let number = cursor.digits(upTo: 4)?.value else { return false }
        var minutes = digits > 2 ? number / 100 * 60 + number % 100 : number * 60
        if digits <= 2, cursor.take(UInt8(ascii: ":")) {
            guard let rest = cursor.digits(2), rest < 60 else { return false }
            minutes += rest
        }
        guard digits <= 4, minutes <= 14 * 60 else { return false }
        parts.zone = .offset(minutes: negative ? -minutes : minutes)
        return true
    }

    private mutating func scanWord(_ cursor: inout ByteCursor) -> Bool {
        guard let meaning = lexicon.match(&cursor) else { return false }
        isAfterDot = false
        switch meaning {
        case .month(let month):
            guard parts.month == nil else { return false }
            parts.month = month
            awaitsPart = false
            hasPart = true
        case .weekday(let weekday):
            guard parts.weekday == nil, !awaitsPart else { return false }
            parts.weekday = weekday
            _ = cursor.take(UInt8(ascii: "."))
        case .am, .pm:
            guard parts.afternoon == nil, !awaitsPart else { return false }
            parts.afternoon = meaning == .pm
        case .utc:
            guard parts.hour != nil, parts.zone == .none, !awaitsPart else { return false }
            parts.zone = .utc
        case .timeMark:
            return hasPart && parts.hour == nil && !awaitsPart && ByteCursor.isDigit(cursor.peek())
        case .filler:
            return true
        }
        return true
    }
}
