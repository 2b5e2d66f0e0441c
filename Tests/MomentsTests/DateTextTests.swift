import Moments
import Testing

struct DateTextTests {
    @Test(arguments: [
        ("03/15/2018 12:00:00", "2018-03-15T12:00:00.0000000"), ("03/15/2018", "2018-03-15T00:00:00.0000000"),
        ("3/15/2018 12:00 AM", "2018-03-15T00:00:00.0000000"), ("3/15/2018 12:00 pm", "2018-03-15T12:00:00.0000000"),
        ("3/15/2018 5PM", "2018-03-15T17:00:00.0000000"), ("3/15/2018 5:18:31.25 AM", "2018-03-15T05:18:31.2500000"),
        ("Thursday, September 25, 2025", "2025-09-25T00:00:00.0000000"),
        ("Thursday, September 25, 2025 5:18:31 AM", "2025-09-25T05:18:31.0000000"),
        ("Thu, 25 Sep 2025 05:18:31 GMT", "2025-09-25T05:18:31.0000000Z"),
        ("25-Sep-2025 05:18", "2025-09-25T05:18:00.0000000"), ("Sep 25 2025", "2025-09-25T00:00:00.0000000"),
        ("September 2025", "2025-09-01T00:00:00.0000000"), ("25 sep", "2026-09-25T00:00:00.0000000"),
        ("2025/9/25", "2025-09-25T00:00:00.0000000"), ("2025.09.25", "2025-09-25T00:00:00.0000000"),
        ("2025-9-5 1:02", "2025-09-05T01:02:00.0000000"), ("9/25/25", "2025-09-25T00:00:00.0000000"),
        ("9/25/30", "1930-09-25T00:00:00.0000000"), ("2025-09-25 05:18:31Z", "2025-09-25T05:18:31.0000000Z"),
        ("2025-09-25 02:00 PM", "2025-09-25T14:00:00.0000000"),
        ("9/25/2025 05:18 +02:00", "2025-09-25T03:18:00.0000000+00:00"),
        ("9/25/2025 05:18 -5", "2025-09-25T10:18:00.0000000+00:00"),
        ("Thu Sep 25 05:18:31 2025", "2025-09-25T05:18:31.0000000"),
        ("12:30", "2026-03-02T12:30:00.0000000"), ("5/1", "2026-05-01T00:00:00.0000000"),
        ("2018-03", "2018-03-01T00:00:00.0000000"),
        ("2018 3", "2018-03-01T00:00:00.0000000"),
        (" 3/15/2018 ", "2018-03-15T00:00:00.0000000"),
        ("2018-03-15T13:00:00.111Z", "2018-03-15T13:00:00.1110000Z"),
        ("3-15-2018T10:00Z", "2018-03-15T10:00:00.0000000Z"),
        ("May 5, 2020", "2020-05-05T00:00:00.0000000"), ("5 May 20", "2020-05-05T00:00:00.0000000"),
    ])
    func readsWhatDotNetReads(text: String, expected: String) throws {
        #expect(try DateValue.parse(text, today: CivilDate(year: 2026, month: 3, day: 2)).text() == expected)
    }

    @Test(arguments: [
        "", "abc", "15/3/2018", "Friday, September 25, 2025", "2018-13-01", "32/1/2018", "3/15/2018 25:00",
        "3/15/2018/", "/3/15/2018",
        "3//15/2018", "3/15/2018 13:60", "3/15/2018 10:00 XM", "March March 2018", "12345", "3/15/2018 10:00Z+01:00",
        "T10:00",
        "3/15/2018 13 AM", "1.5", "Marchx 15 2018", "3/15/12018", "--", "Z", "AM", "3/15/2018 Z", "1/2/3/4",
        "12:30 12:40",
        "15. 3/2018 foo",
        "20180315", "20180315T100000Z", "2018-074", "2018-W11-4", "2018-03-15T13", "2018-03-15T132736Z",
        "2018-03-15T10:00:00,5Z",
    ])
    func refusesOtherTexts(text: String) {
        #expect(throws: DateError.self) { try DateValue.parse(text) }
    }

    @Test func neverCrashesOnRubbish() {
        let alphabet = Array("0123456789:/-.+ TZaMmarch年,'é").map(String.init)
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<(state >> 33) % 20 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += alphabet[Int((state >> 33) % UInt64(alphabet.count))]
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if let value = try? DateValue.parse(text) { #expect(value.ticks >= 0) }
            _ = try? DateValue.parse("2018-03-15", locale: .enUS, format: text)
            _ = try? DateValue(.unixEpoch).text(format: text)
        }
    }

    @Test(
        arguments: [
            ("20 octobre 2010", "fr-FR", nil, "2010-10-20T00:00:00.0000000"),
            ("martes 20 octubre 2020", "es-es", nil, "2020-10-20T00:00:00.0000000"),
            ("martes, 20 de octubre de 2020", "es-ES", nil, "2020-10-20T00:00:00.0000000"),
            ("15.03.2018 10:30", "de-DE", nil, "2018-03-15T10:30:00.0000000"),
            ("15/03/2018", "fr-FR", nil, "2018-03-15T00:00:00.0000000"),
            ("5. März 2024", "de-DE", nil, "2024-03-05T00:00:00.0000000"),
            ("2024年3月5日 10時30分", "ja-JP", nil, "2024-03-05T10:30:00.0000000"),
            ("2018. 3. 15.", "ko-KR", nil, "2018-03-15T00:00:00.0000000"),
            ("5 марта 2024 г.", "ru-RU", nil, "2024-03-05T00:00:00.0000000"),
            ("2026-01-15T10:30:00Z", "de-DE", nil, "2026-01-15T10:30:00.0000000Z"),
            ("20190521", "fr-fr", "yyyyMMdd", "2019-05-21T00:00:00.0000000"),
            ("10/20/2014 15h", "en-US", "MM/dd/yyyy HH\\h", "2014-10-20T15:00:00.0000000"),
            ("5 mars 2024", "fr-FR", "d MMMM yyyy", "2024-03-05T00:00:00.0000000"),
            ("Tue, 05 Mar 2024 07:08:09 GMT", "fr-FR", "R", "2024-03-05T07:08:09.0000000Z"),
            ("2024-03-05T07:08:09.5000000+01:00", "en-US", "o", "2024-03-05T06:08:09.5000000+00:00"),
            ("2024-03-05 07:08:09", "en-US", "yyyy-MM-dd HH:mm:ss.FFF", "2024-03-05T07:08:09.0000000"),
            ("3/5/2024 7:08 PM", "en-US", "g", "2024-03-05T19:08:00.0000000"),
            ("12:00 AM 5 Mar 24", "en-US", "hh:mm tt d MMM yy", "2024-03-05T00:00:00.0000000"),
            ("05.03.2024", "de-DE", "d", "2024-03-05T00:00:00.0000000"),
            ("2024-03-05 +0130", "en-US", "yyyy-MM-dd zzz", "2024-03-04T22:30:00.0000000+00:00"),
        ] as [(String, String, String?, String)]
    )
    func readsByCultureAndFormat(text: String, locale: String, format: String?, expected: String) throws {
        #expect(try DateValue.parse(text, locale: .named(locale), format: format).text() == expected)
    }

    /// What a culture's formats write, it reads again, exactly by the format and freely.
    @Test(arguments: [
        "de-DE", "de-CH", "fr-FR", "fr-CA", "es-ES", "es-MX", "it-IT", "nl-NL", "pt-BR", "pt-PT", "en-GB", "en-AU",
        "en-IN",
        "da-DK", "nb-NO", "sv-SE", "fi-FI", "pl-PL", "cs-CZ", "hu-HU", "ro-RO", "tr-TR", "ru-RU", "uk-UA", "el-GR",
        "ar-SA",
        "he-IL", "ja-JP", "zh-CN", "zh-TW", "ko-KR", "id-ID", "",
    ])
    func readsWhatItWrites(name: String) throws {
        let locale = try DateLocale.named(name)
        let date = try DateValue.parse("2024-10-05T17:08:09")
        for format in ["G", "F", "dddd, dd MMMM yyyy HH:mm:ss", "dd/MM/yyyy HH:mm:ss"] {
            let text = try date.text(format: format, locale: locale)
            #expect(try DateValue.parse(text, locale: locale, format: format) == date, "\(format): \(text)")
        }
        for format in ["G", "F", "dddd, dd MMMM yyyy HH:mm:ss"] {
            let text = try date.text(format: format, locale: locale)
            #expect(try DateValue.parse(text, locale: locale) == date, "\(format): \(text)")
        }
    }

    @Test(arguments: [
        ("20190521x", "yyyyMMdd"), ("2019052", "yyyyMMdd"), ("20191321", "yyyyMMdd"), ("13:00 PM", "hh:mm tt"),
        ("10:00", "HH:mm"),
        ("2024-3-05", "yyyy-MM-dd"), ("Wed 5 Mar 2024", "ddd d MMM yyyy"), ("", "yyyy"),
    ])
    func refusesTextsOfAnotherForm(text: String, format: String) {
        #expect(throws: DateError(.invalidDate, text)) { try DateValue.parse(text, locale: .enUS, format: format) }
    }

    @Test(arguments: ["x", "'open", "%", "ffffffff"])
    func refusesWrongFormats(format: String) {
        #expect(throws: DateError(.invalidFormat, format)) {
            try DateValue.parse("2024", locale: .enUS, format: format)
        }
    }
}

struct DateValueTests {
    @Test(arguments: [
        ("2018-01-01T00:00:00Z", 1, "Day", "2018-01-02T00:00:00.0000000Z"),
        ("2024-02-28T23:00:00Z", -24, "hours", "2024-02-27T23:00:00.0000000Z"),
        ("2024-01-31T00:00:00Z", 1, "Month", "2024-02-29T00:00:00.0000000Z"),
        ("2024-02-29T00:00:00Z", 1, "YEAR", "2025-02-28T00:00:00.0000000Z"),
        ("2024-02-29T00:00:00", 2, "weeks", "2024-03-14T00:00:00.0000000"),
    ])
    func movesByUnits(text: String, count: Int64, unit: String, expected: String) throws {
        #expect(try DateValue.parse(text).adding(count, DateUnit(named: unit)).text() == expected)
    }

    @Test func refusesWhatLeavesTheCalendar() throws {
        let date = try DateValue.parse("2024-02-29")
        #expect(throws: DateError(.outOfRange)) { try date.adding(.max, .year) }
        #expect(throws: DateError(.outOfRange)) { try date.adding(.max, .second) }
        #expect(throws: DateError(.outOfRange)) { try date.subtracting(.min, .day) }
        #expect(throws: DateError(.outOfRange)) { try date.subtracting(2024, .year) }
        #expect(throws: DateError(.unknownUnit, "Fortnight")) { try DateUnit(named: "Fortnight") }
    }

    @Test func findsStartsAndNumbers() throws {
        let date = try DateValue.parse("2024-02-29T23:59:58.1234567Z")
        #expect(date.startOfHour.text() == "2024-02-29T23:00:00.0000000Z")
        #expect(date.startOfDay.text() == "2024-02-29T00:00:00.0000000Z")
        #expect(date.startOfMonth.text() == "2024-02-01T00:00:00.0000000Z")
        #expect(date.dayOfMonth == 29)
        #expect(date.dayOfWeek == 4)
        #expect(date.dayOfYear == 60)
    }

    @Test func convertsBetweenZones() throws {
        func zone(_ name: String) throws -> ZoneRules { try DateValue.zone(named: name) }
        func parse(_ text: String) throws -> DateValue { try DateValue.parse(text) }
        #expect(try parse("2026-01-15T10:30:00Z").fromUTC(to: zone("UTC")).text() == "2026-01-15T10:30:00.0000000Z")
        #expect(
            try parse("2024-07-01T12:00:00Z").fromUTC(to: zone("Pacific Standard Time")).text()
                == "2024-07-01T05:00:00.0000000"
        )
        #expect(
            try parse("01/01/2018 00:00:00").toUTC(from: zone("Pacific Standard Time")).text()
                == "2018-01-01T08:00:00.0000000Z"
        )
        #expect(
            try parse("2024-07-01T08:00:00")
                .converted(from: zone("Pacific Standard Time"), to: zone("Eastern Standard Time")).text()
                == "2024-07-01T11:00:00.0000000"
        )
        #expect(
            try parse("2018-01-01T08:00:00.0000000Z")
                .converted(from: zone("UTC"), to: zone("Pacific Standard Time")).text()
                == "2018-01-01T00:00:00.0000000"
        )
        #expect(
            try parse("2019-11-03T01:30:00").toUTC(from: zone("Central Standard Time")).text()
                == "2019-11-03T07:30:00.0000000Z"
        )
    }

    @Test func refusesWhatCannotBeConverted() throws {
        let zone = try DateValue.zone(named: "Central Standard Time")
        let wrongKind = try #require(throws: DateError.self) {
            try DateValue.parse("2019-01-01T00:00:00Z").toUTC(from: zone)
        }
        #expect(wrongKind.code == .wrongKind)
        let skipped = try #require(throws: DateError.self) {
            try DateValue.parse("2019-03-10T02:30:00").toUTC(from: zone)
        }
        #expect(skipped.code == .skippedTime)
        let unknown = try #require(throws: DateError.self) { try DateValue.zone(named: "Nowhere Standard Time") }
        #expect(
            unknown.message(function: "convertFromUtc")
                == "In the template language function 'convertFromUtc', the value provided for the time zone id "
                + "'Nowhere Standard Time' was not valid."
        )
    }
}
