import Moments
import Testing

struct TimestampTests {
    @Test(arguments: [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.0000000Z"),
        ("2026-03-02T09:00:00.5+01:00", "2026-03-02T08:00:00.5000000Z"),
        ("2026-03-02", "2026-03-02T00:00:00.0000000Z"),
        ("2026-03", "2026-03-01T00:00:00.0000000Z"),
        ("20260302T090001Z", "2026-03-02T09:00:01.0000000Z"),
        ("2026-061", "2026-03-02T00:00:00.0000000Z"),
        ("2026-W10-1", "2026-03-02T00:00:00.0000000Z"),
        ("2026W101T10", "2026-03-02T10:00:00.0000000Z"),
        ("2026-03-02 09:00", "2026-03-02T09:00:00.0000000Z"),
        ("2024-12-31T24:00:00Z", "2025-01-01T00:00:00.0000000Z"),
        ("2026-03-02T09:00:00.12345678-0530", "2026-03-02T14:30:00.1234568Z"),
        ("2026-03-02T23:59:59.99999999Z", "2026-03-03T00:00:00.0000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"),
    ])
    func readsISO8601(text: String, expected: String) {
        #expect(Timestamp(iso8601: text)?.iso8601 == expected)
    }

    @Test(arguments: [
        "", "x", "2026-02-29", "2026-13-01", "2026-00-01", "2026-3-2", "2026-03-02T", "2026-03-02T25:00Z",
        "2026-03-02T09:60Z",
        "2026-03-02T09:00:61Z", "2026-03-02T09:00:00+15:00", "2026-03-02T09:00:00Zx", "9999-12-31T23:59:59.99999999Z",
        "0001-01-01T00:00:00+01:00", "2025-W53-1", "2026-03-02T09:00:00.Z", "0000-01-01", "20260302x", "2026-366",
    ])
    func refusesOtherTexts(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func countsTicksLikeDotNet() {
        #expect(Timestamp(iso8601: "1970-01-01T00:00:00Z")?.ticks == 621_355_968_000_000_000)
        #expect(Timestamp(iso8601: "0001-01-01T00:00:01Z")?.ticks == 10_000_000)
        #expect(Timestamp.max.ticks == 3_155_378_975_999_999_999)
    }

    @Test func countsUnixTimeDownwards() {
        #expect(Timestamp(unixMilliseconds: 1_772_442_000_123).iso8601 == "2026-03-02T09:00:00.1230000Z")
        #expect(Timestamp(ticks: Ticks.unixEpoch - 1).unixMilliseconds == -1)
        #expect(Timestamp(unixMilliseconds: .max) == .max)
        #expect(Timestamp(unixMilliseconds: .min) == .min)
    }

    @Test func holdsToTheCalendar() {
        #expect(Timestamp.max + .days(1) == .max)
        #expect(Timestamp.min - .days(1) == .min)
        #expect(Timestamp.min - TimeSpan.min == .max)
        #expect(Timestamp.max.adding(.seconds(1)) == nil)
        #expect(Timestamp.max.adding(months: 1) == nil)
    }

    @Test(arguments: [
        ("2024-01-31T00:00:00Z", 1, "2024-02-29T00:00:00.0000000Z"),
        ("2024-02-29T00:00:00Z", 12, "2025-02-28T00:00:00.0000000Z"),
        ("2024-03-31T00:00:00Z", -1, "2024-02-29T00:00:00.0000000Z"),
        ("2024-01-15T00:00:00Z", -13, "2022-12-15T00:00:00.0000000Z"),
    ])
    func addsMonthsWithinTheMonth(start: String, months: Int, expected: String) {
        #expect(Timestamp(iso8601: start)?.adding(months: months)?.iso8601 == expected)
    }

    @Test func everyDayNumberRoundTrips() {
        var previous = CivilDate(dayNumber: 0)
        #expect((previous.year, previous.month, previous.day) == (1, 1, 1))
        var wrong = 0
        for number in 1...CivilDate.lastDayNumber {
            let date = CivilDate(dayNumber: number)
            if date.dayNumber != number || !(previous < date) { wrong += 1 }
            previous = date
        }
        #expect(wrong == 0)
        #expect((previous.year, previous.month, previous.day) == (9999, 12, 31))
    }

    @Test func knowsWeekdaysAndDaysOfTheYear() throws {
        let date = try #require(CivilDate(year: 2024, month: 3, day: 2))
        #expect(date.weekday == .saturday)
        #expect(date.dayOfYear == 62)
        #expect(Weekday(name: "MONDAY") == .monday)
        #expect(Weekday(name: "Funday") == nil)
    }

    @Test func theSystemClockRunsAndTheVirtualOneStands() {
        #expect(SystemClock().now > Timestamp(unixSeconds: 1_700_000_000))
        let clock = VirtualClock(.unixEpoch)
        #expect(clock.now == .unixEpoch)
        clock.advance(by: .hours(1))
        #expect(clock.now.iso8601 == "1970-01-01T01:00:00.0000000Z")
    }
}
