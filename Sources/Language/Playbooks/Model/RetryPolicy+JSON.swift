public import JSONTree
internal import Moments

/// Why a retry policy cannot be read.
public struct RetryPolicyError: Error, Sendable, Hashable {
    /// What is wrong.
    public let message: String
    /// What to do.
    public let remedy: String
}

extension RetryPolicy {
    /// The policy that `retryPolicy` of evaluated inputs describes (section 8).
    ///
    /// - Parameter json: An object with `type`, and `count` and `interval` unless the type is `none`.
    /// - Throws: ``RetryPolicyError`` for another shape or a value out of range (count 1 to 90, intervals 5 s to a day).
    public init(json: JSON) throws(RetryPolicyError) {
        guard let word = json[ignoringCase: "type"]?.stringValue, let kind = Kind(rawValue: word.lowercased()) else {
            throw RetryPolicyError(
                message: "The 'retryPolicy' is not valid: its 'type' must be 'none', 'fixed' or 'exponential'.",
                remedy: "Write the type of the retry policy."
            )
        }
        guard kind != .none else {
            self = .never
            return
        }
        let count = try Self.count(json[ignoringCase: "count"])
        let interval = try Self.interval(json, "interval", default: nil)
        let minimum = try Self.interval(json, "minimumInterval", default: Self.shortest)
        let maximum = try Self.interval(json, "maximumInterval", default: Self.longest)
        guard minimum.ticks <= maximum.ticks else {
            throw RetryPolicyError(
                message: "The 'retryPolicy' is not valid: 'minimumInterval' is longer than 'maximumInterval'.",
                remedy: "Exchange the two."
            )
        }
        self.init(kind: kind, count: count, interval: interval, minimumInterval: minimum, maximumInterval: maximum)
    }

    private static let shortest = TimeSpan(ticks: 50_000_000)
    private static let longest = TimeSpan(ticks: 864_000_000_000)

    private static func count(_ json: JSON?) throws(RetryPolicyError) -> Int {
        guard
            let number = json?.integerValue ?? json?.stringValue.flatMap({ Int64($0.trimmingSpaces) }),
            (1...90).contains(number)
        else {
            throw RetryPolicyError(
                message: "The 'retryPolicy' is not valid: 'count' must be a whole number from 1 to 90.",
                remedy: "Give a count from 1 to 90, or the type 'none'."
            )
        }
        return Int(number)
    }

    private static func interval(
        _ json: JSON,
        _ name: String,
        default standard: TimeSpan?
    ) throws(RetryPolicyError) -> TimeSpan {
        guard let value = json[ignoringCase: name], !value.isNull else {
            if let standard {
                return standard
            }
            throw RetryPolicyError(
                message: "The 'retryPolicy' is not valid: '\(name)' is missing.",
                remedy: "Give an ISO 8601 duration such as PT30S."
            )
        }
        guard let text = value.stringValue, let span = Durations.span(text), (shortest...longest).contains(span) else {
            throw RetryPolicyError(
                message: "The 'retryPolicy' is not valid: '\(name)' must be a duration from PT5S to P1D.",
                remedy: "Give an ISO 8601 duration such as PT30S."
            )
        }
        return span
    }
}
