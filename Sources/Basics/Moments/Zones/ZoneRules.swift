/// The rules of one time zone: which offset from Greenwich its clocks have at any instant, past and future.
///
/// Immutable once loaded, so it is shared freely. Instants before the zone's first recorded change have the local mean
/// time of the IANA database; after its last one the zone's standing rule goes on for ever.
public final class ZoneRules: Sendable {
    /// The IANA name, `Europe/Berlin`.
    public let name: String
    private let file: ZoneFile

    /// Greenwich itself: no offset, ever.
    public static let utc = ZoneRules(name: "Etc/UTC", fixedOffset: 0)

    init(name: String, file: ZoneFile) {
        self.name = name
        self.file = file
    }

    /// A zone with one offset for all time, in seconds east of Greenwich.
    public init(name: String, fixedOffset: Int) {
        self.name = name
        self.file = ZoneFile(fixedOffset: fixedOffset)
    }

    /// True for the zone that is UTC by name, as `UTC` or `Etc/UTC`.
    public var isUTC: Bool { name == "Etc/UTC" }

    /// Seconds east of Greenwich at this instant.
    public func offset(at instant: Timestamp) -> Int { offset(atUnixSecond: instant.unixSeconds) }

    /// What the clocks of the zone show at this instant, held to the calendar's first and last reading.
    public func local(at instant: Timestamp) -> CivilDateTime {
        CivilDateTime(clampingTicks: instant.ticks + Int64(offset(at: instant)) * Ticks.perSecond)
    }

    /// The instants at which the clocks of the zone show a reading.
    public enum Resolution: Sendable, Hashable {
        /// One instant, as on nearly every day.
        case unique(Timestamp)
        /// Never: clocks were set forward over it. `forward` is the reading moved on by the gap, which is the instant that
        /// the offset from before the change gives.
        case skipped(forward: Timestamp)
        /// Twice, because clocks were set back over it.
        case doubled(earlier: Timestamp, later: Timestamp)
    }

    /// Finds the instants at which the clocks show this.
    public func resolve(_ local: CivilDateTime) -> Resolution {
        let naive = Timestamp(ticks: local.ticks).unixSeconds
        // Offsets are within a day, so whatever holds a day before and a day after covers every candidate.
        let before = offset(atUnixSecond: naive - 86_400)
        let after = offset(atUnixSecond: naive + 86_400)
        func instant(_ offset: Int) -> Timestamp { Timestamp(ticks: local.ticks - Int64(offset) * Ticks.perSecond) }
        func holds(_ offset: Int) -> Bool { self.offset(atUnixSecond: naive - Int64(offset)) == offset }
        var found: [Int] = holds(before) ? [before] : []
        if after != before, holds(after) { found.append(after) }
        if found.isEmpty || changesBefore(naive - 86_400) + 1 < changesBefore(naive + 86_400) {
            // Two changes within two days (rare, historic) hide a third offset.
            for offset in offsets(from: naive - 86_400, to: naive + 86_400)
            where !found.contains(offset) && holds(offset) {
                found.append(offset)
            }
        }
        switch found.count {
        case 0: return .skipped(forward: instant(before))
        case 1: return .unique(instant(found[0]))
        default:
            let instants = found.map(instant)
            return .doubled(earlier: instants.min() ?? instants[0], later: instants.max() ?? instants[0])
        }
    }

    /// The instant at which the clocks show this: by the gap's width later where they skip it, the first time where they show it twice.
    ///
    /// This is the rule of recurrences (workflow definition language, section 5.2).
    public func instant(of local: CivilDateTime) -> Timestamp {
        switch resolve(local) {
        case .unique(let instant): instant
        case .skipped(let forward): forward
        case .doubled(let earlier, _): earlier
        }
    }

    private func offset(atUnixSecond second: Int64) -> Int {
        let transitions = file.transitions
        guard let last = transitions.last else { return file.rule?.offset(at: second) ?? Int(file.firstOffset) }
        if second >= last {
            if let rule = file.rule { return rule.offset(at: second) }
            return Int(file.offsets[transitions.count - 1])
        }
        let passed = changesBefore(second)
        return passed == 0 ? Int(file.firstOffset) : Int(file.offsets[passed - 1])
    }

    /// Number of the file's transitions at or before this Unix second.
    private func changesBefore(_ second: Int64) -> Int {
        let transitions = file.transitions
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Offsets in force at any time between two Unix seconds.
    private func offsets(from start: Int64, to end: Int64) -> [Int] {
        var found = [offset(atUnixSecond: start)]
        for (index, time) in file.transitions.enumerated() where time > start && time <= end {
            found.append(Int(file.offsets[index]))
        }
        if let rule = file.rule {
            let year = Timestamp(unixSeconds: start).utc.date.year
            for change in rule.changes(in: year) + rule.changes(in: year + 1)
            where change.at > start && change.at <= end {
                found.append(offset(atUnixSecond: change.at))
            }
        }
        return found
    }
}

extension ZoneRules: Hashable {
    /// Equal if they carry the same name: names stand for one set of rules in a process.
    public static func == (left: ZoneRules, right: ZoneRules) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension ZoneFile {
    init(fixedOffset: Int) {
        firstOffset = Int32(clamping: fixedOffset)
    }
}
