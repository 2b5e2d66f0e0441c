/// Where the patterns of Windows' cultures, which Azure shows, differ from ICU's.
enum WindowsPatterns {
    /// Replaces what differs for this culture.
    static func correct(_ patterns: inout DateLocale.Patterns, for name: String) {
        guard let row = rows[name] else { return }
        if let value = row.shortDate { patterns.shortDate = value }
        if let value = row.longDate { patterns.longDate = value }
        if let value = row.shortTime {
            patterns.shortTime = value
            patterns.longTime = value.replacing("mm", with: "mm:ss")
        }
        if let value = row.monthDay { patterns.monthDay = value }
        if let value = row.yearMonth { patterns.yearMonth = value }
    }

    /// Corrections of one culture; nil where ICU and Windows agree.
    struct Row: Sendable {
        var shortDate: String?
        var longDate: String?
        var shortTime: String?
        var monthDay: String?
        var yearMonth: String?
    }

    static let rows: [String: Row] = [
        "cs-CZ": Row(shortDate: "dd.MM.yyyy", longDate: "dddd d. MMMM yyyy", shortTime: "H:mm"),
        "da-DK": Row(shortDate: "dd-MM-yyyy", longDate: "d. MMMM yyyy", shortTime: "HH:mm"),
        "en-AU": Row(shortDate: "d/MM/yyyy", longDate: "dddd, d MMMM yyyy", shortTime: "h:mm tt"),
        "en-CA": Row(shortDate: "yyyy-MM-dd", shortTime: "h:mm tt"),
        "en-GB": Row(shortDate: "dd/MM/yyyy", longDate: "dd MMMM yyyy", shortTime: "HH:mm"),
        "en-IN": Row(shortDate: "dd-MM-yyyy", longDate: "dd MMMM yyyy", shortTime: "HH:mm"),
        "es-ES": Row(shortDate: "dd/MM/yyyy", shortTime: "H:mm"),
        "es-MX": Row(shortDate: "dd/MM/yyyy"),
        "fi-FI": Row(shortDate: "d.M.yyyy", longDate: "dddd d. MMMM yyyy", shortTime: "H.mm"),
        "it-IT": Row(shortDate: "dd/MM/yyyy", shortTime: "HH:mm"),
        "ja-JP": Row(shortDate: "yyyy/MM/dd", longDate: "yyyy'年'M'月'd'日'", shortTime: "H:mm", monthDay: "M'月'd'日'"),
        "ko-KR": Row(
            shortDate: "yyyy-MM-dd",
            longDate: "yyyy'년' M'월' d'일' dddd",
            shortTime: "tt h:mm",
            monthDay: "M'월' d'일'",
            yearMonth: "yyyy'년' M'월'"
        ),
        "nb-NO": Row(shortDate: "dd.MM.yyyy", longDate: "dddd d. MMMM yyyy", shortTime: "HH:mm"),
        "nl-NL": Row(shortDate: "d-M-yyyy", shortTime: "HH:mm"),
        "pl-PL": Row(shortDate: "dd.MM.yyyy", longDate: "dddd, d MMMM yyyy", shortTime: "HH:mm"),
        "pt-BR": Row(shortDate: "dd/MM/yyyy", shortTime: "HH:mm"),
        "pt-PT": Row(shortDate: "dd/MM/yyyy", shortTime: "HH:mm"),
        "ru-RU": Row(longDate: "d MMMM yyyy 'г.'", shortTime: "H:mm", yearMonth: "MMMM yyyy"),
        "sv-SE": Row(longDate: "'den 'd MMMM yyyy", shortTime: "HH:mm", monthDay: "'den 'd MMMM"),
        "tr-TR": Row(shortDate: "d.MM.yyyy", longDate: "d MMMM yyyy dddd", shortTime: "HH:mm"),
        "zh-CN": Row(
            shortDate: "yyyy/M/d",
            longDate: "yyyy'年'M'月'd'日'",
            shortTime: "H:mm",
            monthDay: "M'月'd'日'",
            yearMonth: "yyyy'年'M'月'"
        ),
        "zh-TW": Row(
            shortDate: "yyyy/M/d",
            longDate: "yyyy'年'M'月'd'日'",
            shortTime: "tt hh:mm",
            monthDay: "M'月'd'日'",
            yearMonth: "yyyy'年'M'月'"
        ),
    ]
}
