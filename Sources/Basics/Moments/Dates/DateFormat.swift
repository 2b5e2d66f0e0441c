/// Writes dates by .NET's standard and custom format strings.
enum DateFormat {
    /// Longest text that a format may yield; formats are at most a few hundred characters in practice.
    static let maximumFormatBytes = 8_192

    static func text(_ value: DateValue, format: String, locale: DateLocale) throws(DateError) -> String {
        var pattern = Array(format.utf8)
        guard pattern.count <= maximumFormatBytes else { throw DateError(.invalidFormat, format) }
        var culture = locale
        if pattern.count == 1 {
            guard let standard = standardPattern(pattern[0], locale) else { throw DateError(.invalidFormat, format) }
            pattern = Array(standard.pattern.utf8)
            if standard.isInvariant { culture = .invariant }
        }
        var output: [UInt8] = []
        output.reserveCapacity(pattern.count + 16)
        guard write(value, pattern, culture, into: &output) else { throw DateError(.invalidFormat, format) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The custom pattern that a one-letter format stands for, and whether it is the same for all cultures.
    static func standardPattern(_ letter: UInt8, _ locale: DateLocale) -> (pattern: String, isInvariant: Bool)? {
        let patterns = locale.patterns
        return switch letter {
        case UInt8(ascii: "d"): (patterns.shortDate, false)
        case UInt8(ascii: "D"): (patterns.longDate, false)
        case UInt8(ascii: "t"): (patterns.shortTime, false)
        case UInt8(ascii: "T"): (patterns.longTime, false)
        case UInt8(ascii: "f"): (patterns.longDate + " " + patterns.shortTime, false)
        case UInt8(ascii: "F"), UInt8(ascii: "U"): (patterns.longDate + " " + patterns.longTime, false)
        case UInt8(ascii: "g"): (patterns.shortDate + " " + patterns.shortTime, false)
        case UInt8(ascii: "G"): (patterns.shortDate + " " + patterns.longTime, false)
        case UInt8(ascii: "m"), UInt8(ascii: "M"): (patterns.monthDay, false)
        case UInt8(ascii: "y"), UInt8(ascii: "Y"): (patterns.yearMonth, false)
        case UInt8(ascii: "o"), UInt8(ascii: "O"): ("yyyy'-'MM'-'dd'T'HH':'mm':'ss.fffffffK", true)
        case UInt8(ascii: "r"), UInt8(ascii: "R"): ("ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", true)
        case UInt8(ascii: "s"): ("yyyy'-'MM'-'dd'T'HH':'mm':'ss", true)
        case UInt8(ascii: "u"): ("yyyy'-'MM'-'dd HH':'mm':'ss'Z'", true)
        default: nil
        }
    }

    /// Appends the date by a custom pattern; false if the pattern is wrong.
    private static func write(
        _ value: DateValue,
        _ pattern: [UInt8],
        _ locale: DateLocale,
        into output: inout [UInt8]
    ) -> Bool {
        let date = value.civil.date
        var index = 0
        while index < pattern.count {
            let letter = pattern[index]
            var run = 1
            while index + run < pattern.count, pattern[index + run] == letter { run += 1 }
            switch letter {
            case UInt8(ascii: "y"): putYear(date.year, run, &output)
            case UInt8(ascii: "M"): putMonth(date.month, run, pattern, index, locale, &output)
            case UInt8(ascii: "d"): putDay(date, run, locale, &output)
            case UInt8(ascii: "h"): output.append(padded: (value.civil.hour + 11) % 12 + 1, min(run, 2))
            case UInt8(ascii: "H"): output.append(padded: value.civil.hour, min(run, 2))
            case UInt8(ascii: "m"): output.append(padded: value.civil.minute, min(run, 2))
            case UInt8(ascii: "s"): output.append(padded: value.civil.second, min(run, 2))
            case UInt8(ascii: "f"), UInt8(ascii: "F"):
                guard run <= 7 else { return false }
                putFraction(Int(value.civil.fraction), run, trimmed: letter == UInt8(ascii: "F"), &output)
            case UInt8(ascii: "t"): putHalf(value.civil.hour < 12 ? locale.am : locale.pm, run, &output)
            case UInt8(ascii: "g"): output.append(contentsOf: locale.era.utf8)
            case UInt8(ascii: "z"):
                output.append(contentsOf: run == 1 ? "+0".utf8 : run == 2 ? "+00".utf8 : "+00:00".utf8)
            case UInt8(ascii: "K"):
                run = 1
                putKind(value.kind, &output)
            case UInt8(ascii: ":"):
                run = 1
                output.append(contentsOf: locale.timeSeparator.utf8)
            case UInt8(ascii: "/"):
                run = 1
                output.append(contentsOf: locale.dateSeparator.utf8)
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard let length = copyQuoted(pattern, index, into: &output) else { return false }
                run = length
            case UInt8(ascii: "\\"):
                guard index + 1 < pattern.count else { return false }
                output.append(pattern[index + 1])
                run = 2
            case UInt8(ascii: "%"):
                guard index + 1 < pattern.count, pattern[index + 1] != UInt8(ascii: "%") else { return false }
                guard write(value, [pattern[index + 1]], locale, into: &output) else { return false }
                run = 2
            default:
                run = 1
                output.append(letter)
            }
            index += run
        }
        return true
    }

    private static func putYear(_ year: Int, _ run: Int, _ output: inout [UInt8]) {
        output.append(padded: run <= 2 ? year % 100 : year, run)
    }

    private static func putMonth(
        _ month: Int,
        _ run: Int,
        _ pattern: [UInt8],
        _ index: Int,
        _ locale: DateLocale,
        _ output: inout [UInt8]
    ) {
        if run <= 2 { return output.append(padded: month, run) }
        let genitive = standsBesideDay(pattern, index, run)
        let names = locale.names
        let list =
            run == 3
            ? (genitive ? names.shortGenitiveMonths : names.shortMonths)
            : (genitive ? names.genitiveMonths : names.months)
        output.append(contentsOf: list[month - 1].utf8)
    }

    private static func putDay(_ date: CivilDate, _ run: Int, _ locale: DateLocale, _ output: inout [UInt8]) {
        if run <= 2 { return output.append(padded: date.day, run) }
        let names = run == 3 ? locale.names.shortDays : locale.names.days
        output.append(contentsOf: names[date.weekday.rawValue].utf8)
    }

    /// True if the month is written beside a day number, so that it takes the form "of March" where a language has one.
    ///
    /// This is .NET's test: the nearest `d` before the month, else the nearest one after it, comes alone or in a pair.
    private static func standsBesideDay(_ pattern: [UInt8], _ index: Int, _ run: Int) -> Bool {
        let day = UInt8(ascii: "d")
        func isPair(_ position: Int, _ step: Int) -> Bool {
            var count = 0
            var position = position
            while pattern.indices.contains(position), pattern[position] == day {
                count += 1
                position += step
            }
            return count <= 2
        }
        if let before = pattern[..<index].lastIndex(of: day), isPair(before, -1) { return true }
        if let after = pattern[(index + run)...].firstIndex(of: day) { return isPair(after, 1) }
        return false
    }

    private static func putFraction(_ fraction: Int, _ run: Int, trimmed: Bool, _ output: inout [UInt8]) {
        var digits = fraction
        for _ in run..<7 { digits /= 10 }
        guard trimmed else { return output.append(padded: digits, run) }
        var width = run
        while width > 0, digits % 10 == 0 {
            digits /= 10
            width -= 1
        }
        if width > 0 {
            output.append(padded: digits, width)
        } else if output.last == UInt8(ascii: ".") {
            output.removeLast()
        }
    }

    private static func putHalf(_ text: String, _ run: Int, _ output: inout [UInt8]) {
        output.append(contentsOf: run == 1 ? String(text.prefix(1)).utf8 : text.utf8)
    }

    private static func putKind(_ kind: DateValue.Kind, _ output: inout [UInt8]) {
        switch kind {
        case .utc: output.append(UInt8(ascii: "Z"))
        case .offset: output.append(contentsOf: "+00:00".utf8)
        case .unspecified: break
        }
    }

    /// Copies what stands between quotation marks, in which a backslash escapes; returns its length in the pattern, nil if it never ends.
    static func copyQuoted(_ pattern: [UInt8], _ start: Int, into output: inout [UInt8]) -> Int? {
        let quote = pattern[start]
        var index = start + 1
        while index < pattern.count {
            if pattern[index] == quote { return index - start + 1 }
            if pattern[index] == UInt8(ascii: "\\") {
                index += 1
                guard index < pattern.count else { return nil }
            }
            output.append(pattern[index])
            index += 1
        }
        return nil
    }
}
