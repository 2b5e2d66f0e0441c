/// Where a trigger stands in its recurrence: when it was enabled, fired first and fired last.
///
/// A value to be kept with the trigger; all that is needed to know the next fire after a restart.
///
/// ```swift
/// var state = RecurrenceState(enabledAt: now)
/// while let fire = state.next(of: recurrence) {
///     // … wait until fire.due …
///     state.fired(fire, at: clock.now, of: recurrence)
/// }
/// ```
public struct RecurrenceState: Sendable, Hashable {
    /// A fire that is to come.
    public struct Fire: Sendable, Hashable {
        /// The nominal time, which the trigger's history shows.
        public let scheduledTime: Timestamp
        /// When the run is to start: the scheduled time and the delay of a sliding window.
        ///
        /// It is past if the fire is made up.
        public let due: Timestamp
        /// Start of the window that the run processes; only for sliding windows.
        public let windowStartTime: Timestamp?
        /// End of the window that the run processes; only for sliding windows.
        public let windowEndTime: Timestamp?
    }

    /// When the workflow was saved or last enabled.
    public private(set) var enabledAt: Timestamp
    /// The first fire; nil before it.
    public private(set) var first: Timestamp?
    /// The last fire: the time of the run for a recurrence, the scheduled time for a sliding window; nil before the first.
    public private(set) var last: Timestamp?

    /// The state of a trigger that is enabled at this instant, and of its fires so far.
    public init(enabledAt: Timestamp, first: Timestamp? = nil, last: Timestamp? = nil) {
        self.enabledAt = enabledAt
        self.first = first
        self.last = last
    }

    /// The next fire; nil if the recurrence has ended.
    public func next(of recurrence: Recurrence) -> Fire? {
        let time: Timestamp?
        if let last {
            time = recurrence.nextFire(after: last, first: first ?? last, notBefore: enabledAt)
        } else {
            time = recurrence.firstFire(enabledAt: enabledAt)
        }
        guard let time else { return nil }
        guard case .slidingWindow(let delay) = recurrence.kind else {
            return Fire(scheduledTime: time, due: time, windowStartTime: nil, windowEndTime: nil)
        }
        let window = recurrence.window(scheduledAt: time)
        return Fire(
            scheduledTime: time,
            due: time + delay,
            windowStartTime: window.start,
            windowEndTime: window.end
        )
    }

    /// Notes that a fire took place, maybe late.
    public mutating func fired(_ fire: Fire, at now: Timestamp, of recurrence: Recurrence) {
        if first == nil { first = fire.scheduledTime }
        last = recurrence.kind == .recurrence ? max(now, fire.scheduledTime) : fire.scheduledTime
    }

    /// Notes that the workflow was enabled again, or the server started again, at this instant.
    ///
    /// A recurrence goes on from there and does not make up what it missed; a sliding window does.
    public mutating func enabled(at now: Timestamp) {
        enabledAt = now
    }
}
