import JSONTree

/// Reads the `schedule` of a recurrence element.
enum ScheduleDecoder {
    /// The schedule; nil if there is none or it is empty.
    static func schedule(
        _ json: JSON?,
        _ frequency: RecurrenceFrequency,
        _ kind: Recurrence.Kind
    ) throws(RecurrenceError) -> RecurrenceSchedule? {
        guard let json else { return nil }
        guard case .object(let object) = json else {
            throw RecurrenceError(.invalidSchedule, "/schedule", "The schedule must be an object.")
        }
        let given = members.filter { Recurrence.member(json, $0.name) != nil }
        if given.isEmpty, object.allSatisfy({ $0.value.isNull }) { return nil }
        if kind != .recurrence, let first = given.first {
            throw RecurrenceError(
                .invalidSchedule,
                "/schedule/\(first.name)",
                "A sliding window takes no schedule. Use the Recurrence trigger."
            )
        }
        for (name, frequencies) in given where !frequencies.contains(frequency) {
            let fitting = frequencies.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw RecurrenceError(
                .invalidSchedule,
                "/schedule/\(name)",
                "'\(name)' fits the frequency \(fitting) only, not '\(frequency.rawValue)'."
            )
        }
        return RecurrenceSchedule(
            hours: try numbers(json, "hours", 0...23),
            minutes: try numbers(json, "minutes", 0...59),
            weekDays: try weekDays(json),
            monthDays: try numbers(json, "monthDays", 1...31, last: true),
            monthlyOccurrences: try occurrences(json)
        )
    }

    /// The members of a schedule and the frequencies that each fits.
    private static let members: [(name: String, frequencies: [RecurrenceFrequency])] = [
        ("hours", [.day, .week, .month]),
        ("minutes", [.day, .week, .month]),
        ("weekDays", [.week]),
        ("monthDays", [.month]),
        ("monthlyOccurrences", [.month]),
    ]

    /// A member's values; a single one counts as a list of one.
    ///
    /// Nil if it is absent or an empty list.
    private static func values(_ json: JSON, _ name: String) -> [JSON]? {
        guard let value = Recurrence.member(json, name) else { return nil }
        let values = value.arrayValue ?? [value]
        return values.isEmpty ? nil : values
    }

    private static func numbers(
        _ json: JSON,
        _ name: String,
        _ range: ClosedRange<Int64>,
        last: Bool = false
    ) throws(RecurrenceError) -> [Int]? {
        guard let values = values(json, name) else { return nil }
        var found = Set<Int>()
        for (index, value) in values.enumerated() {
            guard let number = Recurrence.wholeNumber(value), range.contains(number) || (last && number == -1) else {
                throw RecurrenceError(
                    .invalidSchedule,
                    "/schedule/\(name)/\(index)",
                    "A value of '\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)"
                        + (last ? ", or -1 for the last day." : ".")
                )
            }
            found.insert(Int(number))
        }
        return found.sorted()
    }

    private static func weekDays(_ json: JSON) throws(RecurrenceError) -> [Weekday]? {
        guard let values = values(json, "weekDays") else { return nil }
        var found: [Weekday] = []
        for (index, value) in values.enumerated() {
            let day = try weekday(value, "/schedule/weekDays/\(index)")
            if !found.contains(day) { found.append(day) }
        }
        return found.sorted { $0.rawValue < $1.rawValue }
    }

    private static func weekday(_ json: JSON?, _ pointer: String) throws(RecurrenceError) -> Weekday {
        guard let day = json?.stringValue.flatMap(Weekday.init(name:)) else {
            throw RecurrenceError(.invalidSchedule, pointer, "A weekday must be one of Monday to Sunday, in English.")
        }
        return day
    }

    private static func occurrences(_ json: JSON) throws(RecurrenceError) -> [RecurrenceSchedule.MonthlyOccurrence]? {
        guard let values = values(json, "monthlyOccurrences") else { return nil }
        var found: [RecurrenceSchedule.MonthlyOccurrence] = []
        for (index, value) in values.enumerated() {
            let pointer = "/schedule/monthlyOccurrences/\(index)"
            let day = try weekday(
                Recurrence.member(value, "day") ?? Recurrence.member(value, "dayOfWeek"),
                pointer + "/day"
            )
            guard let number = Recurrence.member(value, "occurrence").flatMap(Recurrence.wholeNumber),
                (1...5).contains(number) || number == -1
            else {
                throw RecurrenceError(
                    .invalidSchedule,
                    pointer + "/occurrence",
                    "The occurrence must be a whole number from 1 to 5, or -1 for the last one."
                )
            }
            found.append(.init(weekday: day, occurrence: Int(number)))
        }
        return found
    }
}
