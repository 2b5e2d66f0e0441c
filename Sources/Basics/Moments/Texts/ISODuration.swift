/// An ISO 8601 duration such as `P1M`, `PT5S` or `P1DT12H`.
///
/// Years and months have no fixed length: they are applied to a date by the calendar, the day held back to the last one of
/// the month. Everything else is exact.
public struct ISODuration: Sendable, Hashable {
    /// Calendar years.
    public var years: Int
    /// Calendar months.
    public var months: Int
    /// Days, seven for each week of the text.
    public var days: Int
    /// Hours, minutes and seconds together.
    public var time: TimeSpan

    /// A duration of these parts; all of one sign, as a text would have them.
    public init(years: Int = 0, months: Int = 0, days: Int = 0, time: TimeSpan = .zero) {
        self.years = years
        self.months = months
        self.days = days
        self.time = time
    }

    /// Reads `[-]P[nY][nM][nW][nD][T[nH][nM][nS]]`; nil for anything else.
    ///
    /// The last part may have a fraction (not years or months). Numbers have at most nine digits.
    public init?(_ text: String) {
        guard let value = ByteCursor.over(text, { Self.read(&$0) }) else { return nil }
        self = value
    }

    /// The exact length if there are no years and months; nil otherwise.
    public var exactSpan: TimeSpan? {
        years == 0 && months == 0 ? .days(Int64(days)) + time : nil
    }

    /// The length with 365 days a year and 30 a month, as .NET's `XmlConvert.ToTimeSpan` counts.
    public var nominalSpan: TimeSpan {
        .days(Int64(years) * 365 + Int64(months) * 30 + Int64(days)) + time
    }

    /// The instant this much after `instant` by the UTC calendar; nil outside of the years 1 to 9999.
    public func applied(to instant: Timestamp) -> Timestamp? {
        let (months, overflow) = (years * 12).addingReportingOverflow(months)
        guard !overflow else { return nil }
        return instant.adding(months: months)?.adding(.days(Int64(days)) + time)
    }

    /// The shortest ISO 8601 text with days, hours, minutes and seconds in range; `PT0S` for none.
    public var text: String {
        let negative = years < 0 || months < 0 || days < 0 || time < .zero
        let seconds = time.ticks.magnitude / UInt64(Ticks.perSecond)
        let fraction = Int(time.ticks.magnitude % UInt64(Ticks.perSecond))
        var text = negative ? "-P" : "P"
        if years != 0 { text += "\(years.magnitude)Y" }
        if months != 0 { text += "\(months.magnitude)M" }
        if days != 0 { text += "\(days.magnitude)D" }
        if time != .zero { text += "T" }
        if seconds / 3600 != 0 { text += "\(seconds / 3600)H" }
        if seconds / 60 % 60 != 0 { text += "\(seconds / 60 % 60)M" }
        if fraction != 0 {
            var digits: [UInt8] = []
            digits.append(padded: fraction, 7)
            while digits.last == 0x30 { digits.removeLast() }
            text += "\(seconds % 60).\(String(decoding: digits, as: UTF8.self))S"
        } else if seconds % 60 != 0 {
            text += "\(seconds % 60)S"
        }
        return text.hasSuffix("P") ? "PT0S" : text
    }

    private static func read(_ cursor: inout ByteCursor) -> ISODuration? {
        let sign = cursor.take(0x2D) ? -1 : 1
        guard cursor.take(0x50) else { return nil }
        var result = ISODuration()
        var inTime = false
        var lastRank = -1
        while !cursor.isAtEnd {
            if cursor.take(0x54) {
                guard !inTime, !cursor.isAtEnd else { return nil }
                inTime = true
                lastRank = max(lastRank, 3)
            }
            guard cursor.digitRun <= 9, let number = cursor.digits(upTo: 9)?.value else { return nil }
            var fraction: Int64?
            if cursor.take(0x2E) || cursor.take(0x2C) {
                guard let ticks = cursor.fractionTicks() else { return nil }
                fraction = ticks
            }
            let designator = cursor.peek()
            cursor.position += 1
            guard let unit = Unit(designator: designator, inTime: inTime), unit.rawValue > lastRank else { return nil }
            lastRank = unit.rawValue
            guard result.add(number * sign, fraction.map { $0 * Int64(sign) }, unit, isLast: cursor.isAtEnd) else {
                return nil
            }
        }
        return lastRank < 0 ? nil : result
    }

    /// The parts of a duration in the order in which a text has them.
    private enum Unit: Int {
        case year, month, week, day, hour, minute, second

        init?(designator: UInt8, inTime: Bool) {
            switch (designator, inTime) {
            case (0x59, false): self = .year
            case (0x4D, false): self = .month
            case (0x57, false): self = .week
            case (0x44, false): self = .day
            case (0x48, true): self = .hour
            case (0x4D, true): self = .minute
            case (0x53, true): self = .second
            default: return nil
            }
        }

        var ticks: Int64 {
            switch self {
            case .year, .month: 0
            case .week: 7 * Ticks.perDay
            case .day: Ticks.perDay
            case .hour: Ticks.perHour
            case .minute: Ticks.perMinute
            case .second: Ticks.perSecond
            }
        }
    }

    /// Adds one part; `fraction` is in ten-millionths of the unit.
    ///
    /// False if a fraction stands where none may.
    private mutating func add(_ number: Int, _ fraction: Int64?, _ unit: Unit, isLast: Bool) -> Bool {
        switch unit {
        case .year: years = number
        case .month: months = number
        case .week: days += number * 7
        case .day: days += number
        case .hour, .minute, .second: time = time + .of(Int64(number), unit.ticks)
        }
        guard let fraction else { return true }
        guard isLast, unit.ticks > 0 else { return false }
        time = time + TimeSpan(ticks: unit.ticks / Ticks.perSecond * fraction)
        return true
    }
}

extension ISODuration: CustomStringConvertible {
    /// The same as ``text``.
    public var description: String { text }
}
