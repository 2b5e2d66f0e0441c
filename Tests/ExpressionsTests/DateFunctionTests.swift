import Expressions
import JSONTree
import Testing

/// The date functions' arguments and errors; parsing, formats and zones are tested with the dates themselves.
struct DateFunctionTests {
    static let now: JSON = ["now": "2026-01-15T10:30:00Z"]

    @Test(arguments: [
        Row("@utcNow()", "2026-01-15T10:30:00.0000000Z"), Row("@utcNow('yyyy')", "2026"),
        Row("@utcNow(null)", "2026-01-15T10:30:00.0000000Z"),
        Row("@addDays('2024-02-28T00:00:00Z', 1)", "2024-02-29T00:00:00.0000000Z"),
        Row("@addDays('2024-02-28', -1, 'd')", "2/27/2024"), Row("@addSeconds(utcNow(), 90, 'HH:mm:ss')", "10:31:30"),
        Row("@addToTime('2026-01-31T00:00:00Z', 1, 'months')", "2026-02-28T00:00:00.0000000Z"),
        Row("@subtractFromTime('2026-01-15T10:30:00Z', 2, 'Hours')", "2026-01-15T08:30:00.0000000Z"),
        Row("@getFutureTime(1, 'Week')", "2026-01-22T10:30:00.0000000Z"),
        Row("@getPastTime(30, 'Minutes', 'HH:mm')", "10:00"),
        Row("@formatDateTime('2026-01-15T12:30:00+02:00')", "2026-01-15T10:30:00.0000000+00:00"),
        Row("@formatDateTime('2026-03-05', 'dddd', 'DE-de')", "Donnerstag"),
        Row("@convertFromUtc('2026-07-01T12:00:00Z', 'w. europe standard time', 'HH:mm')", "14:00"),
        Row("@convertTimeZone('2026-01-15T10:30:00Z', 'UTC', 'Tokyo Standard Time')", "2026-01-15T19:30:00.0000000"),
        Row("@dayOfYear('2024-12-31')", 366), Row("@ticks('0001-01-01T00:00:00Z')", 0),
        Row("@startOfMonth('2026-01-15T10:30:00', 'o')", "2026-01-01T00:00:00.0000000"),
        Row("@dateDifference('2026-01-15T11:00:00Z', '2026-01-15T10:00:00Z')", "-01:00:00"),
        Row("@parseDateTime('15.01.2026', 'de-DE')", "2026-01-15T00:00:00.0000000"),
        Row("@formatTimeSpan('1.02:03:04', 'c')", "1.02:03:04"),
    ])
    func values(_ row: Row) throws { #expect(try evaluated(row.expression, Self.now) == row.expected) }

    @Test(arguments: [
        Failing(
            "@addDays('garbage', 1)",
            "In function 'addDays', the value provided for date time string 'garbage' was not valid. The datetime string must match ISO 8601 format."
        ),
        Failing(
            "@addDays('2024-01-01', 1.5)",
            "'addDays' expects its second parameter to be an integer. The provided value is of type 'Float'."
        ), Failing("@addDays(null, 1)", "to be of type string"),
        Failing("@addDays('2024-01-01', 9223372036854775807)", "DateTime"),
        Failing("@addDays('9999-12-31', 1)", "DateTime"),
        Failing("@getPastTime(-9223372036854775808, 'Day')", "DateTime"),
        Failing("@addToTime('2024-01-01', 1, 'Fortnight')", "'Fortnight'"),
        Failing("@formatDateTime('2024-01-01', 'x')", "The provided date time format 'x' is not valid."),
        Failing("@formatDateTime('2024-01-01', 'd', 'xx-YY')", "locale"),
        Failing(
            "@convertFromUtc('2026-01-15T10:30:00Z', 'Nowhere')",
            "the value provided for the time zone id 'Nowhere' was not valid."
        ),
        Failing(
            "@convertToUtc('2026-01-15T10:30:00Z', 'W. Europe Standard Time')",
            "'convertToUtc' expects its second parameter to be a time zone matching the time zone indicated by the timestamp."
        ),
        Failing(
            "@utcNow('d', 1)",
            "can be invoked with no parameters or with an optional format parameter. The function was invoked with '2' parameter(s)."
        ), Failing("@formatTimeSpan('x')", "time span 'x'"),
    ])
    func failures(_ row: Failing) { row.check() }
}
