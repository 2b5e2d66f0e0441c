import Moments
import Synchronization

/// The text of the `Date` header, made once a second.
final class HTTPDate: Sendable {
    private let last = Mutex<(second: Int64, text: String)>((-1, ""))

    func text(at now: Timestamp) -> String {
        let second = now.unixSeconds
        return last.withLock { last in
            if last.second != second { last = (second, HTTPDate.text(of: now)) }
            return last.text
        }
    }

    /// The instant as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    static func text(of instant: Timestamp) -> String {
        let civil = instant.utc
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(civil.date.weekday.name.prefix(3)), \(two(civil.date.day)) \(months[civil.date.month - 1]) "
            + "\(civil.date.year) \(two(civil.hour)):\(two(civil.minute)):\(two(civil.second)) GMT"
    }
}
