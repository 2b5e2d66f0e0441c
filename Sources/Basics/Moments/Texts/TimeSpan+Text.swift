extension TimeSpan {
    /// Reads .NET's text form `[-][d.]hh:mm[:ss[.fffffff]]`, or whole days alone; nil for anything else.
    ///
    /// Hours are below 24, minutes and seconds below 60; `1:02:03:04` is taken for days, hours, minutes and seconds too.
    public init?(_ text: String) {
        guard let ticks = ByteCursor.over(text, { Self.read(&$0) }) else { return nil }
        self.init(ticks: ticks)
    }

    private static func read(_ cursor: inout ByteCursor) -> Int64? {
        cursor.skipBlanks()
        let negative = cursor.take(0x2D)
        var parts: [Int] = []
        var days = 0
        var hasDays = false
        guard let first = cursor.digits(upTo: 8)?.value else { return nil }
        if cursor.take(0x2E) {
            days = first
            hasDays = true
            guard let next = cursor.digits(upTo: 2)?.value else { return nil }
            parts.append(next)
        } else {
            parts.append(first)
        }
        while parts.count < 4, cursor.take(0x3A) {
            guard let next = cursor.digits(upTo: 2)?.value else { return nil }
            parts.append(next)
        }
        if parts.count == 4 {
            guard !hasDays else { return nil }
            days = parts.removeFirst()
        } else if parts.count == 1 {
            guard !hasDays else { return nil }
            days = parts.removeFirst()
        }
        var fraction: Int64 = 0
        if parts.count == 3, cursor.take(0x2E) {
            guard cursor.digitRun <= 7, let value = cursor.fractionTicks() else { return nil }
            fraction = value
        }
        cursor.skipBlanks()
        guard cursor.isAtEnd, days <= 10_675_199 else { return nil }
        while parts.count < 3 { parts.append(0) }
        guard parts[0] < 24, parts[1] < 60, parts[2] < 60 else { return nil }
        let seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
        let (magnitude, overflow) = (Int64(days) * Ticks.perDay)
            .addingReportingOverflow(Int64(seconds) * Ticks.perSecond + fraction)
        guard !overflow else { return nil }
        return negative ? -magnitude : magnitude
    }

    /// .NET's constant form `[-][d.]hh:mm:ss[.fffffff]`.
    public var text: String {
        let magnitude = ticks.magnitude
        let day = UInt64(Ticks.perDay)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(26)
        if ticks < 0 { bytes.append(0x2D) }
        if magnitude >= day {
            bytes.append(contentsOf: String(magnitude / day).utf8)
            bytes.append(0x2E)
        }
        let seconds = Int(magnitude % day / UInt64(Ticks.perSecond))
        let fraction = Int(magnitude % UInt64(Ticks.perSecond))
        bytes.append(padded: seconds / 3600, 2)
        bytes.append(0x3A)
        bytes.append(padded: seconds / 60 % 60, 2)
        bytes.append(0x3A)
        bytes.append(padded: seconds % 60, 2)
        if fraction > 0 {
            bytes.append(0x2E)
            bytes.append(padded: fraction, 7)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension TimeSpan: CustomStringConvertible {
    /// The same as ``text``.
    public var description: String { text }
}

extension [UInt8] {
    /// Appends a number that is not negative in decimal digits, with leading zeros up to `width`, however wide that is.
    mutating func append(padded value: Int, _ width: Int) {
        var scale = 1
        var places = 1
        while value / scale >= 10 {
            scale *= 10
            places += 1
        }
        while places < width {
            append(0x30)
            places += 1
        }
        while scale > 0 {
            append(0x30 &+ UInt8(truncatingIfNeeded: value / scale % 10))
            scale /= 10
        }
    }
}
