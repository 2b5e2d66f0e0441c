extension DateValue {
    /// Reads a date in any form that the workflow language takes (section 2.8).
    ///
    /// That is the extended form of ISO 8601, and what .NET reads with English names and order: `3/15/2018 12:00 AM`, `Thursday, September 25,
    /// 2025`, `25-Sep-2025 05:18`, `Thu, 25 Sep 2025 05:18:31 GMT`.
    /// - Parameters:
    ///   - text: the date.
    ///   - today: fills in what a text leaves out (`March 15`, `12:30`); without it such texts are refused.
    /// - Returns: the date, with the kind that the text gives it.
    /// - Throws: ``DateError`` `invalidDate`.
    public static func parse(_ text: String, today: CivilDate? = nil) throws(DateError) -> DateValue {
        guard let value = DateText.read(text, locale: .enUS, today: today) else { throw DateError(.invalidDate, text) }
        return value
    }

    /// Reads a date by the names and order of a culture, or exactly by a .NET format: `parseDateTime()`.
    ///
    /// - Parameters:
    ///   - text: the date.
    ///   - locale: the culture.
    ///   - format: a standard or custom format that the whole text must have; nil: any form that the culture has.
    ///   - today: fills in what a text leaves out; without it, texts without a date are refused.
    /// - Returns: the date, with the kind that the text gives it.
    /// - Throws: ``DateError`` `invalidDate`, `invalidFormat`.
    public static func parse(
        _ text: String,
        locale: DateLocale,
        format: String? = nil,
        today: CivilDate? = nil
    ) throws(DateError) -> DateValue {
        let value: DateValue?
        if let format, !format.isEmpty {
            value = try ExactDateText.read(text, format: format, locale: locale, today: today)
        } else {
            value = DateText.read(text, locale: locale, today: today)
        }
        guard let value else { throw DateError(.invalidDate, text) }
        return value
    }

    /// Writes the date in the default format `o`: `2018-03-15T00:00:00.0000000Z`, with the suffix of its kind.
    public func text() -> String {
        switch kind {
        case .utc: ISO8601.text(civil, suffix: "Z")
        case .unspecified: ISO8601.text(civil, suffix: "")
        case .offset: ISO8601.text(civil, suffix: "+00:00")
        }
    }

    /// Writes the date by a .NET standard or custom format: `formatDateTime()`.
    ///
    /// - Parameters:
    ///   - format: the format; `o` if nil or empty.
    ///   - locale: the culture of names and patterns.
    /// - Returns: the text.
    /// - Throws: ``DateError`` `invalidFormat`.
    public func text(format: String?, locale: DateLocale = .enUS) throws(DateError) -> String {
        guard let format, !format.isEmpty, format != "o", format != "O" else { return text() }
        return try DateFormat.text(self, format: format, locale: locale)
    }
}
