import JSONTree
import Moments

/// Reads headers of an outputs object; names in any case.
enum HeaderLookup {
    static func text(_ headers: JSON, _ name: String) -> String? {
        headers[ignoringCase: name]?.stringValue
    }
}

/// The `Retry-After` header: seconds, or an HTTP date.
enum RetryAfter {
    static func span(_ headers: JSON, now: Timestamp) -> TimeSpan? {
        guard let value = headers[ignoringCase: "retry-after"] else { return nil }
        if let seconds = value.integerValue { return .seconds(max(0, min(seconds, 86_400))) }
        guard let text = value.stringValue else { return nil }
        if let seconds = Int64(text) { return .seconds(max(0, min(seconds, 86_400))) }
        guard let date = HTTPDate.parse(text) else { return nil }
        return date > now ? date - now : TimeSpan(ticks: 0)
    }
}

/// The date form of HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    static func parse(_ text: String) -> Timestamp? {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" }).map(String.init)
        guard parts.count >= 5, let day = Int(parts[1]), let month = months.firstIndex(of: parts[2].lowercased()),
            let year = Int(parts[3])
        else { return nil }
        func pad(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let full = year < 100 ? (year < 70 ? 2000 + year : 1900 + year) : year
        return Timestamp(iso8601: "\(pad(full, 4))-\(pad(month + 1, 2))-\(pad(day, 2))T\(parts[4])Z")
    }
}
