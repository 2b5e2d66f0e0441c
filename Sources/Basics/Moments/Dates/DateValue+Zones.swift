extension DateValue {
    /// The zone with this Windows or IANA name.
    ///
    /// - Throws: ``DateError`` `unknownZone`.
    public static func zone(named name: String) throws(DateError) -> ZoneRules {
        guard let zone = WindowsZones.timeZone(name) else { throw DateError(.unknownZone, name) }
        return zone
    }

    /// What the clocks of a zone show at this time of UTC: `convertFromUtc()`.
    ///
    /// A reading without zone is taken as UTC. The result has no zone, or is UTC if that was the target.
    public func fromUTC(to zone: ZoneRules) -> DateValue {
        zone.isUTC ? DateValue(civil, .utc) : DateValue(zone.local(at: instant), .unspecified)
    }

    /// The time of UTC at which the clocks of a zone show this: `convertToUtc()`.
    ///
    /// A time that occurs twice counts as standard time, the later one, as in .NET.
    /// - Throws: ``DateError`` `wrongKind` if this is in UTC already and the zone is another one, `skippedTime` if the
    ///   clocks of the zone never show it.
    public func toUTC(from zone: ZoneRules) throws(DateError) -> DateValue {
        if zone.isUTC { return DateValue(civil, .utc) }
        guard kind == .unspecified else { throw DateError(.wrongKind, text()) }
        switch zone.resolve(civil) {
        case .unique(let instant): return DateValue(instant)
        case .doubled(_, let later): return DateValue(later)
        case .skipped: throw DateError(.skippedTime, text())
        }
    }

    /// What the clocks of one zone show when those of another show this: `convertTimeZone()`.
    ///
    /// - Throws: as ``toUTC(from:)``.
    public func converted(from source: ZoneRules, to target: ZoneRules) throws(DateError) -> DateValue {
        try toUTC(from: source).fromUTC(to: target)
    }
}
