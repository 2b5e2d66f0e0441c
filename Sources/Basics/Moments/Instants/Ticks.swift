/// Numbers of 100 ns ticks in the usual units, and the bounds of the calendar.
///
/// They are those of .NET's `DateTime`: tick 0 is 0001-01-01T00:00:00, the last tick that of 9999-12-31T23:59:59.9999999.
public enum Ticks {
    /// Ticks in a microsecond.
    public static let perMicrosecond: Int64 = 10
    /// Ticks in a millisecond.
    public static let perMillisecond: Int64 = 10_000
    /// Ticks in a second.
    public static let perSecond: Int64 = 10_000_000
    /// Ticks in a minute.
    public static let perMinute: Int64 = 600_000_000
    /// Ticks in an hour.
    public static let perHour: Int64 = 36_000_000_000
    /// Ticks in a day of 24 hours.
    public static let perDay: Int64 = 864_000_000_000
    /// The tick of 1970-01-01T00:00:00Z.
    public static let unixEpoch: Int64 = 621_355_968_000_000_000
    /// The tick of 9999-12-31T23:59:59.9999999, the last one of the calendar.
    public static let last: Int64 = 3_155_378_975_999_999_999
}
