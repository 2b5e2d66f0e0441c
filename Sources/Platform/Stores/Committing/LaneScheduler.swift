/// Decides which lane the committer serves next: fair by time, not by number.
///
/// Each lane has a virtual time that runs slower the more weight it has; the lane that is furthest behind goes next. A
/// lane that was empty begins where the others are, so that it cannot save up time.
struct LaneScheduler {
    private var spent: [UInt64]
    private var wasWaiting: [Bool]

    init() {
        spent = Array(repeating: 0, count: Lane.allCases.count)
        wasWaiting = Array(repeating: false, count: Lane.allCases.count)
    }

    /// The lane to serve next, or nil when none has work.
    ///
    /// - Parameter isWaiting: Whether a lane has work.
    /// - Returns: The lane that is furthest behind its share.
    mutating func next(isWaiting: (Lane) -> Bool) -> Lane? {
        var floor = UInt64.max
        for lane in Lane.allCases where wasWaiting[lane.rawValue] && isWaiting(lane) {
            floor = min(floor, spent[lane.rawValue])
        }
        if floor == .max { floor = spent.max() ?? 0 }
        var best: Lane?
        for lane in Lane.allCases {
            let waiting = isWaiting(lane)
            if waiting, !wasWaiting[lane.rawValue] { spent[lane.rawValue] = max(spent[lane.rawValue], floor) }
            wasWaiting[lane.rawValue] = waiting
            guard waiting else { continue }
            if let current = best, spent[current.rawValue] <= spent[lane.rawValue] { continue }
            best = lane
        }
        return best
    }

    /// Notes time that was spent for a lane.
    mutating func charge(_ lane: Lane, nanoseconds: UInt64) {
        spent[lane.rawValue] &+= max(1, nanoseconds) * 60 / UInt64(lane.weight)
    }
}
