extension Recurrence {
    /// The fires to come of a workflow that is enabled at an instant, if every run starts on time.
    ///
    /// - Parameters:
    ///   - now: when the workflow is enabled.
    ///   - disabled: spans of time in which it is disabled, ascending and apart.
    ///   - limit: most fires that are wanted.
    /// - Returns: the fires in order; fewer than `limit` if the recurrence ends.
    public func fires(
        enabledAt now: Timestamp,
        disabled: [Range<Timestamp>] = [],
        limit: Int
    ) -> [RecurrenceState.Fire] {
        var state = RecurrenceState(enabledAt: now)
        var spans = disabled[...]
        var fires: [RecurrenceState.Fire] = []
        while fires.count < limit, let fire = state.next(of: self) {
            let time = max(fire.due, state.enabledAt)
            if let span = spans.first, time >= span.lowerBound {
                spans = spans.dropFirst()
                if time < span.upperBound { state.enabled(at: span.upperBound) }
                continue
            }
            fires.append(fire)
            state.fired(fire, at: time, of: self)
        }
        return fires
    }
}
