public import JSONTree

extension Recurrence {
    /// Reads the `recurrence` element of a trigger, whose templates have been evaluated.
    ///
    /// Names are matched without regard to case. Whole numbers may be texts, lists of one may be single values, as
    /// designers write them. Members that are null count as absent.
    /// - Parameters:
    ///   - json: the element.
    ///   - kind: of the trigger; a sliding window takes no schedule.
    ///   - now: the present, from which a start time may be at most 49 years ahead; nil does not check that.
    /// - Throws: ``RecurrenceError`` with the place inside the element.
    public init(json: JSON, kind: Kind = .recurrence, now: Timestamp? = nil) throws(RecurrenceError) {
        guard case .object = json else {
            throw RecurrenceError(
                .invalidRecurrence,
                "",
                "The recurrence must be an object with 'frequency' and 'interval'."
            )
        }
        let frequency = try Self.frequency(json)
        let interval = try Self.interval(json, frequency)
        var zone = try Self.zone(json)
        let start = try Self.time(json, "startTime", .invalidStartTime)
        // The zone is ignored, as documented, if the start time says its own.
        if let start, start.kind != .unspecified { zone = .utc }
        let startTime = start.map { zone.instant(of: $0.civil) }
        if let now, let startTime, let latest = now.adding(months: Self.maximumYearsAhead * 12), startTime > latest {
            throw RecurrenceError(
                .invalidStartTime,
                "/startTime",
                "The start time must be at most \(Self.maximumYearsAhead) years in the future."
            )
        }
        let end = try Self.time(json, "endTime", .invalidEndTime)
        let endTime = end.map { $0.kind == .unspecified ? zone.instant(of: $0.civil) : $0.instant }
        if let startTime, let endTime, endTime < startTime {
            throw RecurrenceError(.invalidEndTime, "/endTime", "The end time must not be before the start time.")
        }
        self.init(
            kind: kind,
            frequency: frequency,
            interval: interval,
            startTime: startTime,
            endTime: endTime,
            zone: zone,
            schedule: try ScheduleDecoder.schedule(Self.member(json, "schedule"), frequency, kind)
        )
    }

    static func member(_ json: JSON, _ name: String) -> JSON? {
        json[ignoringCase: name].flatMap(\.nonNull)
    }

    /// A whole number, also as text or written with a fraction of zero.
    static func wholeNumber(_ json: JSON) -> Int64? {
        switch json {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value)
        case .string(let text): Int64(text)
        default: nil
        }
    }

    private static func frequency(_ json: JSON) throws(RecurrenceError) -> RecurrenceFrequency {
        let names = RecurrenceFrequency.allCases.map(\.rawValue).joined(separator: ", ")
        guard let value = member(json, "frequency") else {
            throw RecurrenceError(
                .invalidFrequency,
                "",
                "The recurrence has no 'frequency'. It must be one of \(names)."
            )
        }
        guard let frequency = value.stringValue.flatMap(RecurrenceFrequency.init(named:)) else {
            throw RecurrenceError(.invalidFrequency, "/frequency", "The frequency must be one of \(names).")
        }
        return frequency
    }

    private static func interval(_ json: JSON, _ frequency: RecurrenceFrequency) throws(RecurrenceError) -> Int64 {
        guard let value = member(json, "interval") else {
            throw RecurrenceError(
                .invalidInterval,
                "",
                "The recurrence has no 'interval'. It must be a whole number from 1."
            )
        }
        guard let interval = wholeNumber(value), interval >= 1, interval <= frequency.maximumInterval else {
            throw RecurrenceError(
                .invalidInterval,
                "/interval",
                "The interval must be a whole number from 1 to \(frequency.maximumInterval) "
                    + "for the frequency '\(frequency.rawValue)'."
            )
        }
        return interval
    }

    private static func zone(_ json: JSON) throws(RecurrenceError) -> ZoneRules {
        guard let value = member(json, "timeZone") else { return .utc }
        guard let name = value.stringValue else {
            throw RecurrenceError(.unknownTimeZone, "/timeZone", "The time zone must be a text.")
        }
        if name.isEmpty { return .utc }
        guard let zone = WindowsZones.timeZone(name) else {
            throw RecurrenceError(
                .unknownTimeZone,
                "/timeZone",
                "There is no time zone '\(name)'. Use a Windows name such as 'W. Europe Standard Time'."
            )
        }
        return zone
    }

    private static func time(
        _ json: JSON,
        _ name: String,
        _ code: RecurrenceError.Code
    ) throws(RecurrenceError) -> DateValue? {
        guard let value = member(json, name) else { return nil }
        guard let text = value.stringValue, let time = try? DateValue.parse(text) else {
            throw RecurrenceError(
                code,
                "/\(name)",
                "The value of '\(name)' must be a date and time like '2026-03-02T09:00:00Z' "
                    + "(without 'Z' if a time zone is given)."
            )
        }
        return time
    }
}
