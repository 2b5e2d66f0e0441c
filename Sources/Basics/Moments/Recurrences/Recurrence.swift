/// When a trigger fires: every so often, from a start on, at set times, in a time zone.
///
/// A pure value: it is asked for the next instant and keeps no clock. ``RecurrenceState`` walks along it.
///
/// ```swift
/// let recurrence = try Recurrence(json: element, now: clock.now)
/// let first = recurrence.firstFire(enabledAt: clock.now)
/// ```
///
/// Rules are those of the workflow definition language, sections 5.1 to 5.3. What the sources leave open is settled thus:
///
/// - Seconds, minutes and hours count true time; days and longer keep the local time of the zone. A local time that the
///   clocks skip fires later by the gap, one that they show twice fires once, the first time.
/// - With a start time all fires lie on its grid, so that nothing drifts and the 31st comes back after February. Without
///   start time and schedule the next fire counts from the last run.
/// - Weeks begin on Sunday, which matters for `interval` over 1 with several weekdays.
/// - A start time with `Z` or offset makes the zone be ignored, for the schedule too. One without either and without a
///   zone is UTC.
public struct Recurrence: Sendable, Hashable {
    /// What becomes of missed fires.
    public enum Kind: Sendable, Hashable {
        /// The `Recurrence` trigger, and polling triggers: what was missed is not made up.
        case recurrence
        /// The `SlidingWindow` trigger: every window is processed, in order, this much after its end.
        case slidingWindow(delay: TimeSpan)
    }

    /// What becomes of missed fires.
    public let kind: Kind
    /// The unit of the interval.
    public let frequency: RecurrenceFrequency
    /// How many units lie between two fires, from 1.
    public let interval: Int64
    /// When it begins; nil begins at once.
    public let startTime: Timestamp?
    /// After which instant it does not fire any more; nil goes on for ever.
    public let endTime: Timestamp?
    /// The zone of local times; UTC if none was given or it is to be ignored.
    public let zone: ZoneRules
    /// Set times; nil fires at every interval.
    public let schedule: RecurrenceSchedule?

    /// A start time at most this many years ahead is taken.
    public static let maximumYearsAhead = 49

    /// A recurrence of these parts, which are within their limits.
    init(
        kind: Kind,
        frequency: RecurrenceFrequency,
        interval: Int64,
        startTime: Timestamp?,
        endTime: Timestamp?,
        zone: ZoneRules,
        schedule: RecurrenceSchedule?
    ) {
        self.kind = kind
        self.frequency = frequency
        self.interval = interval
        self.startTime = startTime
        self.endTime = endTime
        self.zone = zone
        self.schedule = schedule
    }

    /// An endless recurrence without start time and schedule, as polling triggers mostly have.
    ///
    /// The interval is held to 1 and the largest of the frequency.
    public init(every interval: Int64, _ frequency: RecurrenceFrequency) {
        self.init(
            kind: .recurrence,
            frequency: frequency,
            interval: min(max(interval, 1), frequency.maximumInterval),
            startTime: nil,
            endTime: nil,
            zone: .utc,
            schedule: nil
        )
    }
}
