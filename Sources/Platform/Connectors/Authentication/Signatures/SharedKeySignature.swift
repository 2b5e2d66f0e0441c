import Content
import Crypto
import Moments
import Outbound
import Secrets

/// Signs requests as the HTTP Data Collector API of Azure Monitor asks: an HMAC over length, type, date and path.
struct SharedKeySignature: LastStep {
    let workspaceID: String
    /// The workspace's key, decoded.
    let key: SecretValue
    let clock: any WallClock

    /// Where the API of a workspace is.
    static func host(_ workspaceID: String) -> String { "https://\(workspaceID).ods.opinsights.azure.com" }

    func finish(_ request: inout OutboundRequest) async throws {
        let url = try OutboundURL(request.url)
        let date = HTTPDateText.text(clock.now)
        // The service reads the type that is signed, so that it must be there.
        let type = request.headers["Content-Type"] ?? "application/json"
        request.headers["Content-Type"] = type
        request.headers["x-ms-date"] = date
        let path = url.target.prefix { $0 != "?" }
        let text = "\(request.method)\n\(request.body?.count ?? 0)\n\(type)\nx-ms-date:\(date)\n\(path)"
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key.bytes))
        request.headers["Authorization"] = "SharedKey \(workspaceID):\(Base64.encode(Array(code)))"
    }
}

/// Dates as headers write them: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDateText {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(_ instant: Timestamp) -> String {
        let iso = instant.iso8601
        let seconds = instant.unixSeconds
        // Days since 1970 rounded down, also before.
        let number = seconds >= 0 ? seconds / 86_400 : (seconds + 1) / 86_400 - 1
        let day = Int((number % 7 + 7) % 7)
        let month = Int(iso.dropFirst(5).prefix(2)).flatMap { months.indices.contains($0 - 1) ? months[$0 - 1] : nil }
        return
            "\(days[day]), \(iso.dropFirst(8).prefix(2)) \(month ?? "Jan") \(iso.prefix(4)) \(iso.dropFirst(11).prefix(8)) GMT"
    }
}
