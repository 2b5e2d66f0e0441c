/// Why a recurrence element is refused when a workflow is saved.
public struct RecurrenceError: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Code: String, Sendable, Hashable {
        /// The element is no object, or a member has the wrong type.
        case invalidRecurrence
        /// `frequency` is missing or unknown.
        case invalidFrequency
        /// `interval` is missing or outside of the limits of the frequency.
        case invalidInterval
        /// `startTime` is no date and time, or too far ahead.
        case invalidStartTime
        /// `endTime` is no date and time, or not after the start.
        case invalidEndTime
        /// `timeZone` names no zone.
        case unknownTimeZone
        /// `schedule` has a value out of range, or does not fit the frequency or trigger.
        case invalidSchedule
    }

    /// What is wrong.
    public let code: Code
    /// What is wrong and what would be right.
    public let message: String
    /// JSON pointer of the value at fault inside the recurrence element, `/schedule/hours/0`; empty for the element itself.
    public let pointer: String

    init(_ code: Code, _ pointer: String, _ message: String) {
        self.code = code
        self.pointer = pointer
        self.message = message
    }
}
