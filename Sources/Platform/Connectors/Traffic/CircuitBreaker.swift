import Moments

/// Leaves a service alone that fails again and again: closed while all is well, open after too many failures in a row, half open
/// while one call finds out whether the service is back.
struct CircuitBreaker: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case closed
        /// Until then no call is made.
        case open(until: Timestamp)
        /// One call is under way; others are not made.
        case halfOpen
    }

    private(set) var state = State.closed
    private(set) var failures = 0
    /// How often it has opened since the service last answered.
    private var openings = 0

    /// Whether a call may be made now; the first after the pause is the probe.
    mutating func admits(_ settings: TrafficSettings.Breaker, now: Timestamp) -> Bool {
        guard settings.failures > 0 else { return true }
        switch state {
        case .closed: return true
        case .halfOpen: return false
        case .open(let until):
            guard now >= until else { return false }
            state = .halfOpen
            return true
        }
    }

    /// The service has answered.
    mutating func succeeded() { self = CircuitBreaker() }

    /// The service has failed.
    mutating func failed(_ settings: TrafficSettings.Breaker, now: Timestamp) {
        failures += 1
        let opens = state == .halfOpen || (state == .closed && failures >= settings.failures)
        guard settings.failures > 0, opens else { return }
        openings += 1
        let factor = min(10, Double(1 << min(openings - 1, 4)))
        state = .open(until: now + TimeSpan(ticks: Int64(settings.seconds * factor * 10_000_000)))
    }

    /// A call has ended without telling anything about the service; a probe makes room for the next one.
    mutating func untold(now: Timestamp) {
        if state == .halfOpen { state = .open(until: now) }
    }
}
