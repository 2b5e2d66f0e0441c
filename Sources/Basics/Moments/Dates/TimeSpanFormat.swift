extension TimeSpan {
    /// Writes the span by a .NET standard (`c`, `t`, `T`, `g`, `G`) or custom format: `formatTimeSpan()`.
    ///
    /// Custom formats write the length without sign; letters that mean nothing must be quoted or escaped.
    /// - Parameters:
    ///   - format: the format; `c` if empty.
    ///   - locale: the culture, whose decimal mark `g` and `G` use.
    /// - Returns: the text.
    /// - Throws: ``DateError`` `invalidFormat`.
    public func text(format: String, locale: DateLocale = .enUS) throws(DateError) -> String {
        switch format {
        case "", "c", "t", "T": return text
        case "g", "G": return general(long: format == "G", locale.decimalSeparator)
        default: break
        }
        let pattern = Array(format.utf8)
        var output: [UInt8] = []
        guard pattern.count > 1, pattern.count <= DateFormat.maximumFormatBytes, write(pattern, into: &output) else {
            throw DateError(.invalidFormat, format)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Reads a span, or says that the text is none.
    ///
    /// - Throws: ``DateError`` `invalidSpan`.
    public static func parse(_ text: String) throws(DateError) -> TimeSpan {
        guard let span = TimeSpan(text) else { throw DateError(.invalidSpan, text) }
        return span
    }

    private var days: Int { Int(ticks.magnitude / UInt64(Ticks.perDay)) }
    private var secondsOfDay: Int { Int(ticks.magnitude % UInt64(Ticks.perDay) / UInt64(Ticks.perSecond)) }
    private var fraction: Int { Int(ticks.magnitude % UInt64(Ticks.perSecond)) }

    /// `[-][d:]h:mm:ss[.FFFFFFF]`, or long `[-]d:hh:mm:ss.fffffff`.
    private func general(long: Bool, _ decimalSeparator: String) -> String {
        var output: [UInt8] = []
        if ticks < 0 { output.append(UInt8(ascii: "-")) }
        if long || days > 0 {
            output.append(padded: days, 1)
            output.append(UInt8(ascii: ":"))
        }
        output.append(padded: secondsOfDay / 3600, long ? 2 : 1)
        output.append(UInt8(ascii: ":"))
        output.append(padded: secondsOfDay / 60 % 60, 2)
        output.append(UInt8(ascii: ":"))
        output.append(padded: secondsOfDay % 60, 2)
        if long || fraction > 0 {
            output.append(contentsOf: decimalSeparator.utf8)
            output.append(padded: fraction, 7)
            while !long, output.last == UInt8(ascii: "0") { output.removeLast() }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private func write(_ pattern: [UInt8], into output: inout [UInt8]) -> Bool {
        var index = 0
        while index < pattern.count {
            let letter = pattern[index]
            var run = 1
            while index + run < pattern.count, pattern[index + run] == letter { run += 1 }
            switch letter {
            case UInt8(ascii: "d"):
                guard run <= 8 else { return false }
                output.append(padded: days, run)
            case UInt8(ascii: "h"), UInt8(ascii: "m"), UInt8(ascii: "s"):
                guard run <= 2 else { return false }
                let unit = letter == UInt8(ascii: "h") ? 3600 : letter == UInt8(ascii: "m") ? 60 : 1
                output.append(padded: secondsOfDay / unit % (unit == 3600 ? 24 : 60), run)
            case UInt8(ascii: "f"), UInt8(ascii: "F"):
                guard run <= 7 else { return false }
                var digits = fraction
                for _ in run..<7 { digits /= 10 }
                if letter == UInt8(ascii: "F") {
                    var width = run
                    while width > 0, digits % 10 == 0 {
                        digits /= 10
                        width -= 1
                    }
                    if width > 0 { output.append(padded: digits, width) }
                } else {
                    output.append(padded: digits, run)
                }
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let length = DateFormat.copyQuoted(pattern, index, into: &output) else { return false }
                run = length
            case UInt8(ascii: "\\"):
                guard index + 1 < pattern.count else { return false }
                output.append(pattern[index + 1])
                run = 2
            case UInt8(ascii: "%"):
                guard index + 1 < pattern.count, pattern[index + 1] != UInt8(ascii: "%") else { return false }
                guard write([pattern[index + 1]], into: &output) else { return false }
                run = 2
            default:
                return false
            }
            index += run
        }
        return true
    }
}
