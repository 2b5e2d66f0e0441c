/// Why a date function could not give a result.
public struct DateError: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Code: String, Sendable, Hashable {
        /// The text is no date, or none that the calendar has.
        case invalidDate
        /// The format is neither a standard nor a custom .NET format.
        case invalidFormat
        /// There is no such culture.
        case unknownLocale
        /// There is no such time zone, by Windows or IANA name.
        case unknownZone
        /// A date in UTC was given together with another zone that it is supposed to be in.
        case wrongKind
        /// The clocks of the zone skip this time.
        case skippedTime
        /// The result would be outside of the years 1 to 9999.
        case outOfRange
        /// The unit of time is none of second, minute, hour, day, week, month, year.
        case unknownUnit
        /// The text is no span of time.
        case invalidSpan
    }

    /// What went wrong.
    public let code: Code
    /// The text at fault: the date, format, locale, zone, unit or span; cut after ``maximumCharacters``.
    public let text: String

    /// Longest text at fault that an error carries, in characters.
    public static let maximumCharacters = 256

    /// An error about this text.
    public init(_ code: Code, _ text: String = "") {
        self.code = code
        self.text = text.utf8.count <= Self.maximumCharacters ? text : String(text.prefix(Self.maximumCharacters))
    }

    /// What is wrong and what would be right.
    public var message: String { message(function: nil) }

    /// The same in the words of the workflow language, for the function that was called.
    ///
    /// Texts are those of Azure where the sources show them (workflow definition language, sections 2.8 and 13).
    public func message(function: String?) -> String {
        let place = function.map { "In function '\($0)', the" } ?? "The"
        let longPlace = function.map { "In the template language function '\($0)', the" } ?? "The"
        return switch code {
        case .invalidDate:
            "\(place) value provided for date time string '\(text)' was not valid. The datetime string must match ISO 8601 format."
        case .invalidFormat:
            "The provided date time format '\(text)' is not valid."
        case .unknownLocale:
            "\(longPlace) value provided for the locale '\(text)' was not valid. Use a BCP 47 name such as 'en-US'."
        case .unknownZone:
            "\(longPlace) value provided for the time zone id '\(text)' was not valid."
        case .wrongKind:
            "\(longPlace) timestamp '\(text)' is in UTC, but the source time zone is another one. "
                + "Give a timestamp without 'Z' and offset, or 'UTC' as the source time zone."
        case .skippedTime:
            "\(longPlace) timestamp '\(text)' does not exist in the source time zone: its clocks are set forward over it."
        case .outOfRange:
            "\(longPlace) added or subtracted value results in an un-representable DateTime."
        case .unknownUnit:
            "\(longPlace) value provided for the time unit '\(text)' was not valid. "
                + "The unit must be one of Second, Minute, Hour, Day, Week, Month or Year."
        case .invalidSpan:
            "\(longPlace) value provided for the time span '\(text)' was not valid. "
                + "It must have the form [-][d.]hh:mm:ss[.fffffff]."
        }
    }
}
