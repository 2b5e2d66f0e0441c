import Moments
import Testing

struct DateFormatTests {
    private let date = "2024-03-05T07:08:09.0123456Z"

    @Test(arguments: [
        ("d", "3/5/2024"), ("D", "Tuesday, March 5, 2024"), ("t", "7:08 AM"), ("T", "7:08:09 AM"),
        ("f", "Tuesday, March 5, 2024 7:08 AM"), ("F", "Tuesday, March 5, 2024 7:08:09 AM"), ("g", "3/5/2024 7:08 AM"),
        ("G", "3/5/2024 7:08:09 AM"), ("M", "March 5"), ("m", "March 5"), ("Y", "March 2024"), ("y", "March 2024"),
        ("o", "2024-03-05T07:08:09.0123456Z"), ("R", "Tue, 05 Mar 2024 07:08:09 GMT"), ("s", "2024-03-05T07:08:09"),
        ("u", "2024-03-05 07:08:09Z"), ("U", "Tuesday, March 5, 2024 7:08:09 AM"), ("", "2024-03-05T07:08:09.0123456Z"),
        ("yyyyMMddHHmmss", "20240305070809"), ("%y", "24"), ("yyy", "2024"), ("yyyyy", "02024"), ("MMM ddd", "Mar Tue"),
        ("h:m:s tt", "7:8:9 AM"), ("%t", "A"), ("ff", "01"), ("%F", ""), ("FFF", "012"), ("ss.FF", "09.01"),
        ("ss.F", "09"), ("zzz zz %z", "+00:00 +00 +0"), ("'at' HH\\h", "at 07h"), ("\"d\" d", "d 5"), ("%K", "Z"),
        ("dddd, dd. MMMM", "Tuesday, 05. March"), ("hh'h'", "07h"),
        ("yyyy-MM-ddTHH:mm:ss.fffZ", "2024-03-05T07:08:09.012Z"),
        ("%g", "A.D."), (String(repeating: "y", count: 40), String(repeating: "0", count: 36) + "2024"),
    ])
    func writesByFormat(format: String, expected: String) throws {
        #expect(try DateValue.parse(date).text(format: format) == expected)
    }

    @Test(arguments: ["x", "q", "%", "%%", "ffffffff", "'open", "\\", "z'", "Z", "n"])
    func refusesWrongFormats(format: String) throws {
        let value = try DateValue.parse(date)
        let error = try #require(throws: DateError.self) { try value.text(format: format) }
        #expect(error.code == .invalidFormat)
        #expect(error.message == "The provided date time format '\(format)' is not valid.")
    }

    @Test(arguments: [
        ("d", "de-DE", "05.03.2024"), ("dddd d MMMM yyyy", "fr-FR", "mardi 5 mars 2024"),
        ("dddd MMMM d", "es-es", "martes marzo 5"),
        ("D", "de-DE", "Dienstag, 5. März 2024"), ("D", "es-ES", "martes, 5 de marzo de 2024"),
        ("d", "en-GB", "05/03/2024"),
        ("d MMMM", "ru-RU", "5 марта"), ("dd MMMM", "ru-RU", "05 марта"), ("dddd MMMM", "ru-RU", "вторник март"),
        ("MMMM", "ru-RU", "март"), ("MMMM yyyy", "pl-PL", "marzec 2024"),
        ("d", "ja-JP", "2024/03/05"),
        ("D", "ja-JP", "2024年3月5日"), ("t", "de-DE", "07:08"), ("dd/MM/yyyy", "de-DE", "05.03.2024"),
        ("d", "zh-CN", "2024/3/5"),
        ("d", "sv-SE", "2024-03-05"), ("d", "FR-fr", "05/03/2024"), ("R", "de-DE", "Tue, 05 Mar 2024 07:08:09 GMT"),
        ("d", "", "03/05/2024"), ("D", "it-IT", "martedì 5 marzo 2024"), ("M", "pt-BR", "5 de março"),
        ("d", "de", "05.03.2024"),
        ("MMM", "de-DE", "Mär"), ("d", "en-us", "3/5/2024"), ("g", "nl-NL", "5-3-2024 07:08"),
        ("D", "sr-RS", "уторак, 5. март 2024."),
    ])
    func writesByCulture(format: String, locale: String, expected: String) throws {
        #expect(try DateValue.parse(date).text(format: format, locale: .named(locale)) == expected)
    }

    @Test(arguments: ["xx-XX", "nonsense", "de-", "de-ZZ", "-", "../de"])
    func refusesUnknownCultures(name: String) {
        #expect(throws: DateError(.unknownLocale, name)) { try DateLocale.named(name) }
    }

    @Test(arguments: [
        ("2018-03-15T12:00:00Z", "2018-03-15T12:00:00.0000000Z"),
        ("2018-03-15T12:00:00", "2018-03-15T12:00:00.0000000"),
        ("2026-01-15T12:30:00+02:00", "2026-01-15T10:30:00.0000000+00:00"),
    ])
    func keepsTheKind(text: String, expected: String) throws {
        #expect(try DateValue.parse(text).text() == expected)
        #expect(try DateValue.parse(text).text(format: "yyyy-MM-ddTHH:mm:ss.fffffffK") == expected)
    }

    @Test(arguments: [
        ("1.02:03:04.5", "c", "1.02:03:04.5000000"), ("1.02:03:04.5", "g", "1:2:03:04.5"), ("02:03:04", "g", "2:03:04"),
        ("02:03:04", "G", "0:02:03:04.0000000"), ("-1.02:03:04", "g", "-1:2:03:04"),
        ("1.02:03:04.5", "hh\\:mm\\:ss", "02:03:04"),
        ("1.02:03:04.5", "%d", "1"), ("1.02:03:04.5", "d' days 'h", "1 days 2"), ("00:00:04.5", "s\\.ff", "4.50"),
        ("00:00:04.5", "ss\\.FFF", "04.5"),
    ])
    func writesSpans(span: String, format: String, expected: String) throws {
        #expect(try TimeSpan.parse(span).text(format: format) == expected)
    }

    @Test func writesSpansWithTheMarkOfTheCulture() throws {
        #expect(try TimeSpan.parse("00:00:01.5").text(format: "g", locale: .named("fr-FR")) == "0:00:01,5")
        #expect(throws: DateError(.invalidFormat, "hh:mm")) { try TimeSpan.zero.text(format: "hh:mm") }
        #expect(throws: DateError(.invalidFormat, "x")) { try TimeSpan.zero.text(format: "x") }
    }
}
