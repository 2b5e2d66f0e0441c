import JSONTree
import Moments
import Testing

struct RecurrenceTests {
    private let now = "2026-03-02T09:17:00Z"

    @Test(
        arguments: [
            (#"{"interval":1}"#, RecurrenceError.Code.invalidFrequency, ""),
            (#"{"frequency":"Fortnight","interval":1}"#, .invalidFrequency, "/frequency"),
            (#"{"frequency":"Day"}"#, .invalidInterval, ""),
            (#"{"frequency":"Day","interval":501}"#, .invalidInterval, "/interval"),
            (#"{"frequency":"Day","interval":1.5}"#, .invalidInterval, "/interval"),
            (#"{"frequency":"Day","interval":1,"startTime":"soon"}"#, .invalidStartTime, "/startTime"),
            (#"{"frequency":"Day","interval":1,"startTime":"2086-01-01T00:00:00Z"}"#, .invalidStartTime, "/startTime"),
            (#"{"frequency":"Day","interval":1,"timeZone":"Nowhere"}"#, .unknownTimeZone, "/timeZone"),
            (
                #"{"frequency":"Day","interval":1,"startTime":"2026-01-02T00:00:00Z","endTime":"2026-01-01T00:00:00Z"}"#,
                .invalidEndTime, "/endTime"
            ),
            (#"{"frequency":"Day","interval":1,"schedule":{"hours":[1,24]}}"#, .invalidSchedule, "/schedule/hours/1"),
            (#"{"frequency":"Day","interval":1,"schedule":{"minutes":[60]}}"#, .invalidSchedule, "/schedule/minutes/0"),
            (
                #"{"frequency":"Day","interval":1,"schedule":{"weekDays":["Monday"]}}"#, .invalidSchedule,
                "/schedule/weekDays"
            ),
            (#"{"frequency":"Hour","interval":1,"schedule":{"minutes":[5]}}"#, .invalidSchedule, "/schedule/minutes"),
            (
                #"{"frequency":"Month","interval":1,"schedule":{"monthDays":[32]}}"#, .invalidSchedule,
                "/schedule/monthDays/0"
            ),
            (
                #"{"frequency":"Month","interval":1,"schedule":{"monthlyOccurrences":[{"day":"Monday","occurrence":6}]}}"#,
                .invalidSchedule, "/schedule/monthlyOccurrences/0/occurrence"
            ),
            (#"[]"#, .invalidRecurrence, ""),
        ] as [(String, RecurrenceError.Code, String)]
    )
    func refuses(text: String, code: RecurrenceError.Code, pointer: String) throws {
        let json = try JSON.parse(text)
        let error = try #require(throws: RecurrenceError.self) {
            try Recurrence(json: json, now: Timestamp(iso8601: "2026-03-02T09:17:00Z"))
        }
        #expect(error.code == code)
        #expect(error.pointer == pointer)
    }

    @Test func slidingWindowsTakeNoSchedule() throws {
        let json: JSON = ["frequency": "Day", "interval": 1, "schedule": ["hours": [1]]]
        #expect(throws: RecurrenceError.self) { try Recurrence(json: json, kind: .slidingWindow(delay: .zero)) }
    }

    @Test(
        arguments: [
            // A start on the 31st comes back to it after a short month.
            (
                #"{"frequency":"Month","interval":1,"startTime":"2026-01-31T08:00:00Z"}"#, "2026-01-01T00:00:00Z",
                ["2026-01-31T08:00:00", "2026-02-28T08:00:00", "2026-03-31T08:00:00"]
            ),
            // Every day at 2:30: skipped by the clocks of Chicago on 2026-03-08, doubled on 2026-11-01 at 1:30.
            (
                #"{"frequency":"Day","interval":1,"startTime":"2026-03-07T00:00:00","timeZone":"Central Standard Time","schedule":{"hours":[2],"minutes":[30]}}"#,
                "2026-03-07T06:00:00Z", ["2026-03-07T08:30:00", "2026-03-08T08:30:00", "2026-03-09T07:30:00"]
            ),
            (
                #"{"frequency":"Day","interval":1,"startTime":"2026-10-31T00:00:00","timeZone":"Central Standard Time","schedule":{"hours":[1],"minutes":[30]}}"#,
                "2026-10-31T05:00:00Z", ["2026-10-31T06:30:00", "2026-11-01T06:30:00", "2026-11-02T07:30:00"]
            ),
            // 2:30 moves to 3:30, behind 3:00, and fires once with a scheduled 3:30.
            (
                #"{"frequency":"Day","interval":1,"startTime":"2026-03-08T00:00:00","timeZone":"Central Standard Time","schedule":{"hours":[2,3],"minutes":[0,30]}}"#,
                "2026-03-08T06:00:00Z", ["2026-03-08T08:00:00", "2026-03-08T08:30:00", "2026-03-09T07:00:00"]
            ),
            // A daily interval keeps the local time; an hourly one does not care.
            (
                #"{"frequency":"Day","interval":1,"startTime":"2026-10-31T08:00:00","timeZone":"Central Standard Time"}"#,
                "2026-10-01T00:00:00Z", ["2026-10-31T13:00:00", "2026-11-01T14:00:00", "2026-11-02T14:00:00"]
            ),
            (
                #"{"frequency":"Hour","interval":24,"startTime":"2026-10-31T08:00:00","timeZone":"Central Standard Time"}"#,
                "2026-10-01T00:00:00Z", ["2026-10-31T13:00:00", "2026-11-01T13:00:00", "2026-11-02T13:00:00"]
            ),
            // Two weeks: Sunday begins one.
            (
                #"{"frequency":"Week","interval":2,"startTime":"2026-03-04T00:00:00Z","schedule":{"hours":[6],"minutes":[0],"weekDays":["Sunday","Wednesday"]}}"#,
                "2026-03-02T00:00:00Z",
                ["2026-03-04T06:00:00", "2026-03-15T06:00:00", "2026-03-18T06:00:00", "2026-03-29T06:00:00"]
            ),
            // Months without a 30th, and a fifth Monday, are passed over.
            (
                #"{"frequency":"Month","interval":1,"startTime":"2026-01-01T06:00:00Z","schedule":{"monthDays":[30]}}"#,
                "2026-01-15T00:00:00Z", ["2026-01-30T06:00:00", "2026-03-30T06:00:00", "2026-04-30T06:00:00"]
            ),
            (
                #"{"frequency":"Month","interval":1,"startTime":"2026-01-01T06:00:00Z","schedule":{"monthlyOccurrences":[{"day":"Monday","occurrence":5}]}}"#,
                "2026-01-01T00:00:00Z", ["2026-03-30T06:00:00", "2026-06-29T06:00:00", "2026-08-31T06:00:00"]
            ),
            // February 29th, every twelfth month.
            (
                #"{"frequency":"Month","interval":12,"startTime":"2096-02-01T06:00:00Z","schedule":{"monthDays":[29]}}"#,
                "2090-01-01T00:00:00Z", ["2096-02-29T06:00:00", "2104-02-29T06:00:00"]
            ),
            (
                #"{"frequency":"Year","interval":1,"startTime":"2024-02-29T06:00:00Z"}"#,
                "2024-01-01T00:00:00Z", ["2024-02-29T06:00:00", "2025-02-28T06:00:00"]
            ),
            // A start in the year 1 is as good as any.
            (
                #"{"frequency":"Month","interval":1,"startTime":"0001-01-01T06:00:00Z","schedule":{"monthDays":[-1]}}"#,
                "2026-02-01T00:00:00Z", ["2026-02-28T06:00:00", "2026-03-31T06:00:00"]
            ),
            // Without days, a schedule takes the start's day, held back to the month's last.
            (
                #"{"frequency":"Month","interval":1,"startTime":"2026-01-31T06:00:00Z","schedule":{"hours":[6]}}"#,
                "2026-01-01T00:00:00Z", ["2026-01-31T06:00:00", "2026-02-28T06:00:00", "2026-03-31T06:00:00"]
            ),
            // Numbers as texts and names in any case, as designers write them.
            (
                #"{"Frequency":"hour","interval":"6","startTime":"2026-03-02T00:00:00"}"#,
                "2026-03-02T01:00:00Z", ["2026-03-02T06:00:00", "2026-03-02T12:00:00"]
            ),
        ] as [(String, String, [String])]
    )
    func fires(text: String, now: String, expected: [String]) throws {
        let recurrence = try Recurrence(json: JSON.parse(text))
        var state = RecurrenceState(enabledAt: try #require(Timestamp(iso8601: now)))
        var times: [String] = []
        while times.count < expected.count, let fire = state.next(of: recurrence) {
            times.append(fire.scheduledTime.iso8601)
            state.fired(fire, at: fire.due, of: recurrence)
        }
        #expect(times == expected.map { $0 + ".0000000Z" })
    }

    @Test func stillFiresAtTheEndTimeItself() throws {
        let recurrence = try Recurrence(json: [
            "frequency": "Day", "interval": 1, "startTime": "2026-03-03T08:00:00Z", "endTime": "2026-03-04T08:00:00Z",
        ])
        let fires = recurrence.fires(enabledAt: .unixEpoch, limit: 5)
        #expect(
            fires.map(\.scheduledTime.iso8601) == ["2026-03-03T08:00:00.0000000Z", "2026-03-04T08:00:00.0000000Z"]
        )
    }

    @Test func driftsWithoutStartTimeOnly() throws {
        let late = try #require(Timestamp(iso8601: "2026-03-02T10:05:00Z"))
        let first = try #require(Timestamp(iso8601: "2026-03-02T09:00:00Z"))
        let free = Recurrence(every: 1, .hour)
        #expect(free.nextFire(after: late, first: first)?.iso8601 == "2026-03-02T11:05:00.0000000Z")
        let fixed = try Recurrence(json: ["frequency": "Hour", "interval": 1, "startTime": "2026-03-02T09:00:00Z"])
        #expect(fixed.nextFire(after: late, first: first)?.iso8601 == "2026-03-02T11:00:00.0000000Z")
    }

    @Test func doesNotMakeUpWhatWasMissedWhileDisabled() throws {
        let start = try #require(Timestamp(iso8601: "2026-03-02T09:00:00Z"))
        let recurrence = Recurrence(every: 1, .hour)
        var state = RecurrenceState(enabledAt: start)
        let first = try #require(state.next(of: recurrence))
        state.fired(first, at: start, of: recurrence)
        state.enabled(at: start + .minutes(200))
        #expect(state.next(of: recurrence)?.scheduledTime.iso8601 == "2026-03-02T13:00:00.0000000Z")
    }

    @Test func aScheduleThatNeverComesEnds() throws {
        let recurrence = try Recurrence(json: [
            "frequency": "Month", "interval": 12, "startTime": "2026-02-01T00:00:00Z", "schedule": ["monthDays": [30]],
        ])
        #expect(recurrence.firstFire(enabledAt: .unixEpoch) == nil)
        let atTheEnd = try Recurrence(json: ["frequency": "Day", "interval": 1, "startTime": "9999-12-31T00:00:00Z"])
        #expect(atTheEnd.nextFire(after: .max, first: .max) == nil)
    }

    @Test func windowsAreMadeUpAndDelayed() throws {
        let recurrence = try Recurrence(
            json: ["frequency": "Hour", "interval": 1, "startTime": "2026-03-02T05:00:00Z"],
            kind: .slidingWindow(delay: .minutes(10))
        )
        let now = try #require(Timestamp(iso8601: "2026-03-02T06:30:00Z"))
        var state = RecurrenceState(enabledAt: now)
        let first = try #require(state.next(of: recurrence))
        #expect(first.scheduledTime.iso8601 == "2026-03-02T05:00:00.0000000Z")
        #expect(first.due.iso8601 == "2026-03-02T05:10:00.0000000Z")
        #expect(first.windowStartTime?.iso8601 == "2026-03-02T04:00:00.0000000Z")
        #expect(first.windowEndTime == first.scheduledTime)
        state.fired(first, at: now, of: recurrence)
        state.enabled(at: now + .hours(5))
        #expect(state.next(of: recurrence)?.scheduledTime.iso8601 == "2026-03-02T06:00:00.0000000Z")
    }
}
