import Moments
import Testing

struct TimeSpanTests {
    @Test(arguments: [
        ("01:30:05", "01:30:05"), ("-1.12:00:00", "-1.12:00:00"), ("00:00:00.5", "00:00:00.5000000"),
        ("6", "6.00:00:00"),
        ("6:12", "06:12:00"), ("1:02:03:04", "1.02:03:04"), ("1.02:03", "1.02:03:00"), (" 00:00:00 ", "00:00:00"),
        ("10675199.02:48:05.4775807", "10675199.02:48:05.4775807"),
    ])
    func readsAndWritesTheConstantForm(text: String, expected: String) {
        #expect(TimeSpan(text)?.text == expected)
    }

    @Test(arguments: [
        "", "-", "1.", "24:00", "00:60", "1.2.3:4", "a", "00:00:00.12345678", "10675200.00:00:00", "1:1:1:1:1", "1.5",
    ])
    func refusesOtherTexts(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test func convertsToDuration() {
        #expect(TimeSpan(.milliseconds(1500)) == .milliseconds(1500))
        #expect(TimeSpan.milliseconds(-1500).duration == .milliseconds(-1500))
        #expect(TimeSpan.max + .seconds(1) == .max)
        #expect(-TimeSpan.min == .max)
        #expect(TimeSpan.days(.max) == .max)
        #expect(TimeSpan.min.text == "-10675199.02:48:05.4775808")
    }
}

struct ISODurationTests {
    @Test(arguments: [
        ("PT5S", "PT5S"), ("P1M", "P1M"), ("PT1M", "PT1M"), ("P1Y2M3DT4H5M6.5S", "P1Y2M3DT4H5M6.5S"), ("P1W", "P7D"),
        ("PT90M", "PT1H30M"), ("PT0S", "PT0S"), ("-PT1H", "-PT1H"), ("PT1.5H", "PT1H30M"), ("P0.5D", "PT12H"),
    ])
    func readsAndWrites(text: String, expected: String) {
        #expect(ISODuration(text)?.text == expected)
    }

    @Test(arguments: [
        "", "P", "PT", "P1", "1D", "PD", "P1DT", "PT1D", "P1H", "P1D1Y", "PT1.5H3M", "P1.5M", "P1D ", "PT5S5M", "p1d",
    ])
    func refusesOtherTexts(text: String) {
        #expect(ISODuration(text) == nil)
    }

    @Test func appliesMonthsByTheCalendar() throws {
        let start = try #require(Timestamp(iso8601: "2024-01-31T10:00:00Z"))
        #expect(ISODuration("P1M")?.applied(to: start)?.iso8601 == "2024-02-29T10:00:00.0000000Z")
        #expect(ISODuration("P1Y1DT1H")?.applied(to: start)?.iso8601 == "2025-02-01T11:00:00.0000000Z")
        #expect(ISODuration("P1Y")?.nominalSpan == .days(365))
        #expect(ISODuration("P1M")?.exactSpan == nil)
        #expect(ISODuration("P1DT1S")?.exactSpan?.text == "1.00:00:01")
        #expect(ISODuration("P999999999Y")?.applied(to: start) == nil)
    }
}
