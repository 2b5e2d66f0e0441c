import Foundation
import Synchronization

/// Cultures other than American English, made from the system's ICU data on first use and kept.
enum LocaleLibrary {
    private static let made = Mutex<[String: DateLocale]>([:])

    /// The culture with this BCP 47 name, in any case; nil if ICU has no data for it.
    static func locale(named name: String) -> DateLocale? {
        if let locale = made.withLock({ $0[name] }) { return locale }
        guard name.utf8.count <= 35, let identifier = identifier(for: name) else { return nil }
        let canonical = canonicalName(name)
        if canonical == "en-US" { return .enUS }
        return made.withLock { made in
            if let locale = made[canonical] { return locale }
            let locale = make(canonical, Locale(identifier: identifier))
            // At most one entry for each of ICU's about thousand cultures and its canonical spellings.
            made[canonical] = locale
            return locale
        }
    }

    /// ICU's cultures by lower-case BCP 47 name, and by language and region alone.
    private static let identifiers: [String: String] = {
        var known: [String: String] = [:]
        for identifier in Locale.availableIdentifiers.sorted() {
            let parts = identifier.lowercased().split(separator: "_")
            known[parts.joined(separator: "-")] = identifier
            if parts.count == 3, parts[1].count == 4 {
                let short = "\(parts[0])-\(parts[2])"
                if known[short] == nil { known[short] = identifier }
            }
        }
        // Where a language has two scripts in one region, sorting finds the wrong one for these.
        let preferred = [
            "zh-cn": "zh_Hans_CN", "zh-sg": "zh_Hans_SG", "zh-tw": "zh_Hant_TW", "zh-hk": "zh_Hant_HK",
            "zh-mo": "zh_Hant_MO", "zh-chs": "zh_Hans", "zh-cht": "zh_Hant", "uz-uz": "uz_Latn_UZ",
            "az-az": "az_Latn_AZ",
            "no": "nb", "no-no": "nb_NO",
        ]
        return known.merging(preferred) { _, preferred in preferred }
    }()

    private static func identifier(for name: String) -> String? {
        identifiers[name.lowercased().replacing("_", with: "-")]
    }

    /// `DE-de` as `de-DE`.
    private static func canonicalName(_ name: String) -> String {
        let parts = name.lowercased().replacing("_", with: "-").split(separator: "-")
        return parts.enumerated().map { index, part in
            if index == 0 { return String(part) }
            return part.count == 4 ? part.prefix(1).uppercased() + part.dropFirst() : part.uppercased()
        }.joined(separator: "-")
    }

    private static func make(_ name: String, _ locale: Locale) -> DateLocale {
        let formatter = DateFormatter()
        formatter.locale = locale
        formatter.calendar = Calendar(identifier: .gregorian)
        func pattern(_ date: DateFormatter.Style, _ time: DateFormatter.Style) -> String {
            formatter.dateStyle = date
            formatter.timeStyle = time
            return formatter.dateFormat ?? ""
        }
        func template(_ skeleton: String) -> String {
            DateFormatter.dateFormat(fromTemplate: skeleton, options: 0, locale: locale) ?? skeleton
        }
        var patterns = DateLocale.Patterns(
            shortDate: ICUPattern.dotNet(pattern(.short, .none), longYears: true),
            longDate: ICUPattern.dotNet(pattern(.full, .none)),
            shortTime: ICUPattern.dotNet(pattern(.none, .short)),
            longTime: ICUPattern.dotNet(pattern(.none, .medium)),
            monthDay: ICUPattern.dotNet(template("MMMMd")),
            yearMonth: ICUPattern.dotNet(template("yMMMM"))
        )
        WindowsPatterns.correct(&patterns, for: name)
        return DateLocale(
            name: name,
            names: names(formatter),
            patterns: patterns,
            am: ICUPattern.plainBlanks(formatter.amSymbol),
            pm: ICUPattern.plainBlanks(formatter.pmSymbol),
            era: formatter.eraSymbols.last ?? "A.D.",
            decimalSeparator: locale.decimalSeparator ?? "."
        )
    }

    private static func names(_ formatter: DateFormatter) -> DateLocale.Names {
        func list(_ names: [String], _ count: Int, _ english: [String]) -> [String] {
            names.count == count ? names : english
        }
        return DateLocale.Names(
            months: list(formatter.standaloneMonthSymbols, 12, EnglishDates.monthNames),
            genitiveMonths: list(formatter.monthSymbols, 12, EnglishDates.monthNames),
            shortMonths: list(formatter.shortStandaloneMonthSymbols, 12, EnglishDates.shortMonthNames),
            shortGenitiveMonths: list(formatter.shortMonthSymbols, 12, EnglishDates.shortMonthNames),
            days: list(formatter.standaloneWeekdaySymbols, 7, EnglishDates.dayNames),
            shortDays: list(formatter.shortStandaloneWeekdaySymbols, 7, EnglishDates.shortDayNames)
        )
    }
}
