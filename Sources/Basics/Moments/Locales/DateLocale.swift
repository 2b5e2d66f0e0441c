/// The names, patterns and marks by which a culture writes dates.
///
/// `en-US` and the invariant culture are tables of their own; others are made once from the system's ICU data, with
/// patterns in .NET's notation. All cultures use the Gregorian calendar here, also those for which .NET has another
/// default (`th-TH`, `ar-SA`, `fa-IR`).
public final class DateLocale: Sendable {
    /// The names of months and days, beginning with January and Sunday.
    struct Names: Sendable {
        var months: [String]
        var genitiveMonths: [String]
        var shortMonths: [String]
        var shortGenitiveMonths: [String]
        var days: [String]
        var shortDays: [String]

        static let english = Names(
            months: EnglishDates.monthNames,
            genitiveMonths: EnglishDates.monthNames,
            shortMonths: EnglishDates.shortMonthNames,
            shortGenitiveMonths: EnglishDates.shortMonthNames,
            days: EnglishDates.dayNames,
            shortDays: EnglishDates.shortDayNames
        )
    }

    /// The custom .NET patterns behind the standard formats.
    struct Patterns: Sendable {
        var shortDate: String
        var longDate: String
        var shortTime: String
        var longTime: String
        var monthDay: String
        var yearMonth: String
    }

    /// In which order numbers of a date follow each other.
    enum Order: Sendable {
        case monthDayYear, dayMonthYear, yearMonthDay, yearDayMonth
    }

    /// The BCP 47 name, `de-DE`; empty for the invariant culture.
    public let name: String
    /// What divides seconds from their fraction.
    public let decimalSeparator: String
    let names: Names
    let patterns: Patterns
    let am: String
    let pm: String
    let era: String
    let dateSeparator: String
    let timeSeparator: String
    let order: Order
    /// What words of a date text mean.
    let lexicon: DateLexicon

    init(
        name: String,
        names: Names,
        patterns: Patterns,
        am: String,
        pm: String,
        era: String,
        decimalSeparator: String
    ) {
        self.name = name
        self.names = names
        self.patterns = patterns
        self.am = am
        self.pm = pm
        self.era = era
        self.decimalSeparator = decimalSeparator
        dateSeparator = Self.separator(in: patterns.shortDate) ?? "/"
        timeSeparator = Self.separator(in: patterns.longTime) ?? ":"
        order = Self.order(of: patterns.shortDate)
        lexicon = DateLexicon(names: names, am: am, pm: pm, era: era, patterns: patterns)
    }

    /// American English, the culture of expressions that name none.
    public static let enUS = DateLocale(
        name: "en-US",
        names: .english,
        patterns: Patterns(
            shortDate: "M/d/yyyy",
            longDate: "dddd, MMMM d, yyyy",
            shortTime: "h:mm tt",
            longTime: "h:mm:ss tt",
            monthDay: "MMMM d",
            yearMonth: "MMMM yyyy"
        ),
        am: "AM",
        pm: "PM",
        era: "A.D.",
        decimalSeparator: "."
    )

    /// .NET's invariant culture.
    public static let invariant = DateLocale(
        name: "",
        names: .english,
        patterns: Patterns(
            shortDate: "MM/dd/yyyy",
            longDate: "dddd, dd MMMM yyyy",
            shortTime: "HH:mm",
            longTime: "HH:mm:ss",
            monthDay: "MMMM dd",
            yearMonth: "yyyy MMMM"
        ),
        am: "AM",
        pm: "PM",
        era: "A.D.",
        decimalSeparator: "."
    )

    /// The culture with this BCP 47 name in any case, `de-DE` or `fr`; the invariant one for an empty name.
    ///
    /// - Throws: ``DateError`` `unknownLocale`.
    public static func named(_ name: String) throws(DateError) -> DateLocale {
        if name == "en-US" { return .enUS }
        if name.isEmpty { return .invariant }
        guard let locale = LocaleLibrary.locale(named: name) else { throw DateError(.unknownLocale, name) }
        return locale
    }

    /// The first run of characters between two fields of a pattern.
    private static func separator(in pattern: String) -> String? {
        let fields = pattern.split { $0.isLetter }
        let inner = fields.first { !$0.isEmpty }
        return inner.map { $0.trimmingBlanks }.flatMap { $0.isEmpty || $0.contains("'") ? nil : $0 }
    }

    private static func order(of pattern: String) -> Order {
        let letters = pattern.filter { "yMd".contains($0) }
        var seen = ""
        for letter in letters where !seen.contains(letter) { seen.append(letter) }
        return switch seen {
        case "dMy": .dayMonthYear
        case "yMd": .yearMonthDay
        case "ydM": .yearDayMonth
        default: .monthDayYear
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
