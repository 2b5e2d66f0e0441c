extension Recurrence {
    /// The first instant at which a workflow fires that is enabled (saved, deployed) at this instant; nil if never.
    ///
    /// Without start time at once. With one: at the start if that is still to come; otherwise a recurrence fires at its
    /// next point from now on, and a sliding window begins with its first window.
    public func firstFire(enabledAt now: Timestamp) -> Timestamp? {
        guard let startTime else { return held(now) }
        switch kind {
        case .slidingWindow: return held(startTime)
        case .recurrence:
            if schedule != nil { return held(nextScheduled(notBefore: max(startTime, now), anchor: startTime)) }
            return held(firstPoint(from: startTime, atLeast: 0, notBefore: now))
        }
    }

    /// The next instant after a fire; nil if that was the last one.
    ///
    /// - Parameters:
    ///   - last: when it fired last: for a recurrence the time of that run, for a sliding window its scheduled time.
    ///   - first: when it fired first, from which schedules take missing hours, minutes and days.
    ///   - now: nothing before this instant is wanted, because the workflow was disabled or the server down until then.
    ///     A sliding window makes up what was missed, so it does not look at it.
    /// - Returns: the next instant, after `last` in any case.
    public func nextFire(after last: Timestamp, first: Timestamp, notBefore now: Timestamp = .min) -> Timestamp? {
        let anchor = startTime ?? first
        let next = Timestamp(ticks: last.ticks + 1)
        if case .slidingWindow = kind { return held(firstPoint(from: anchor, atLeast: 0, notBefore: next)) }
        if schedule != nil {
            return held(nextScheduled(notBefore: max(next, now, startTime ?? .min), anchor: anchor))
        }
        if startTime != nil { return held(firstPoint(from: anchor, atLeast: 0, notBefore: max(next, now))) }
        return held(firstPoint(from: last, atLeast: 1, notBefore: max(next, now)))
    }

    /// The window that a sliding window's fire at this scheduled time processes: the interval that ends there.
    ///
    /// The sources leave open whether the scheduled time is the window's start or end. It is the end here, because a
    /// window is handled after its end, and the first run is at the start time.
    public func window(scheduledAt time: Timestamp) -> (start: Timestamp, end: Timestamp) {
        (point(-1, from: time) ?? .min, time)
    }

    /// The instant if the recurrence has not ended by then.
    private func held(_ instant: Timestamp?) -> Timestamp? {
        guard let instant, endTime.map({ instant <= $0 }) ?? true else { return nil }
        return instant
    }

    // MARK: Points of a grid

    /// The instant so many intervals after another; nil outside of the calendar.
    func point(_ count: Int64, from anchor: Timestamp) -> Timestamp? {
        let (units, overflow) = count.multipliedReportingOverflow(by: interval)
        guard !overflow else { return nil }
        if let ticks = frequency.ticks { return anchor.adding(.of(units, ticks)) }
        if count == 0 { return anchor }
        let local = zone.local(at: anchor)
        let moved: CivilDateTime? =
            switch frequency {
            case .day: local.adding(ticks: TimeSpan.days(units).ticks)
            case .week: local.adding(ticks: TimeSpan.days(7 * units).ticks)
            default: local.adding(months: Int(units) * (frequency == .year ? 12 : 1))
            }
        return moved.map(zone.instant(of:))
    }

    /// The first point of a grid at or after an instant, at least `minimum` intervals after the anchor.
    private func firstPoint(from anchor: Timestamp, atLeast minimum: Int64, notBefore instant: Timestamp) -> Timestamp?
    {
        // A guess that is never too high; a few steps lead from there to the point.
        var count = minimum
        if instant > anchor {
            let distance = (instant - anchor).ticks
            count = max(minimum, distance / (interval * longestUnit) - 1)
        }
        while let point = point(count, from: anchor) {
            if point >= instant { return point }
            count += 1
        }
        return nil
    }

    /// Ticks of the longest unit of the frequency.
    private var longestUnit: Int64 {
        switch frequency {
        case .second, .minute, .hour: frequency.ticks ?? Ticks.perHour
        case .day: Ticks.perDay
        case .week: 7 * Ticks.perDay
        case .month: 31 * Ticks.perDay
        case .year: 366 * Ticks.perDay
        }
    }

    // MARK: Schedules

    /// Most periods that are looked at for a scheduled time; with more empty ones in a row the schedule never fires.
    ///
    /// The rarest schedule that does, February 29th every 16 months over 2100, needs fewer than 50.
    static let maximumPeriods = 200

    /// The first scheduled time at or after an instant; `anchor` is the start time or the first run.
    func nextScheduled(notBefore instant: Timestamp, anchor: Timestamp) -> Timestamp? {
        guard let schedule else { return nil }
        let anchorLocal = zone.local(at: anchor)
        let times = schedule.times(anchor: anchorLocal)
        // A day of margin: a gap in local time can carry a time of yesterday past midnight.
        let firstDay = zone.local(at: instant).date.dayNumber - 1
        var period = firstPeriod(reaching: firstDay, anchor: anchorLocal.date)
        for _ in 0..<Self.maximumPeriods {
            for day in days(inPeriod: period, schedule, anchor: anchorLocal.date) where day >= firstDay {
                if let found = first(of: times, onDay: day, notBefore: instant) { return found }
            }
            period += 1
        }
        return nil
    }

    /// A period at or just before the one that holds a day.
    private func firstPeriod(reaching day: Int, anchor: CivilDate) -> Int {
        let interval = Int(interval)
        switch frequency {
        case .month, .year:
            let date = CivilDate(dayNumber: day)
            let months = (date.year - anchor.year) * 12 + date.month - anchor.month
            return max(0, months / (interval * (frequency == .year ? 12 : 1)) - 1)
        default:
            return max(0, (day - anchor.dayNumber) / (interval * (frequency == .week ? 7 : 1)) - 1)
        }
    }

    /// Numbers of the days of a period, ascending.
    private func days(inPeriod period: Int, _ schedule: RecurrenceSchedule, anchor: CivilDate) -> [Int] {
        let units = period * Int(interval)
        switch frequency {
        case .week:
            let sunday = anchor.dayNumber - anchor.weekday.rawValue + 7 * units
            return (schedule.weekDays ?? [anchor.weekday]).map { sunday + $0.rawValue }
        case .month, .year:
            let months = anchor.year * 12 + anchor.month - 1 + units * (frequency == .year ? 12 : 1)
            let year = months / 12
            let month = months % 12 + 1
            guard let first = CivilDate(year: year, month: month, day: 1) else { return [] }
            return schedule.days(year: year, month: month, anchorDay: anchor.day).map { first.dayNumber + $0 - 1 }
        default:
            return [anchor.dayNumber + units]
        }
    }

    /// The earliest instant of a day's times at or after another.
    private func first(of times: [Int64], onDay day: Int, notBefore instant: Timestamp) -> Timestamp? {
        var best: Timestamp?
        for time in times {
            guard let local = CivilDateTime(ticks: Int64(day) * Ticks.perDay + time) else { continue }
            // Later local times can be earlier instants only where one of them lies in a gap.
            if let best, local > zone.local(at: best) { break }
            let candidate = zone.instant(of: local)
            if candidate >= instant, best.map({ candidate < $0 }) ?? true { best = candidate }
        }
        return best
    }
}
