public import JSONTree
public import Moments

/// The answer of a call as playbooks read it.
public struct ConnectorOutputs: Sendable, Hashable {
    /// The HTTP status.
    public var statusCode: Int
    /// The header fields; those that repeat are joined by a comma and a blank.
    public var headers: JSONObject
    /// The body: JSON, a text, or a `$content` envelope; nil when there is none.
    public var body: JSON?

    /// Makes outputs.
    public init(statusCode: Int, headers: JSONObject = JSONObject(), body: JSON? = nil) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
    }

    /// Whether the status is of the class 2xx.
    public var isSuccess: Bool { (200..<300).contains(statusCode) }

    /// The outputs as the action's record has them.
    public var json: JSON {
        var object: JSONObject = ["statusCode": .integer(Int64(statusCode)), "headers": .object(headers)]
        object["body"] = body
        return .object(object)
    }

    /// How long the service asks to wait (`Retry-After` in seconds or as a date); nil when it does not.
    public func retryAfter(now: Timestamp) -> TimeSpan? {
        guard let text = headers.member(ignoringCase: "Retry-After")?.value.stringValue else { return nil }
        if let seconds = Int64(text.filter { !$0.isWhitespace }) { return .seconds(max(0, min(seconds, 86_400 * 365))) }
        guard let date = HTTPDate.parse(text) else { return nil }
        return max(.zero, date - now)
    }
}

/// Dates of HTTP headers, as `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    static func parse(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, let month = months.firstIndex(of: words[2].lowercased()), words[1].count == 2 else {
            return nil
        }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(iso8601: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }
}
