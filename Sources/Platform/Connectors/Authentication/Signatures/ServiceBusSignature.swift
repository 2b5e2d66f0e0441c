import Content
import Crypto
import Moments
import Outbound
import Secrets

/// Shows a shared access signature, as Azure Service Bus and Event Hubs ask: an HMAC over the address and an end, good for an hour.
struct ServiceBusSignature: LastStep {
    let keyName: String
    let key: SecretValue
    let clock: any WallClock

    /// How long a signature is good for.
    private static let lifetime: Int64 = 3_600

    func finish(_ request: inout OutboundRequest) async throws {
        let url = try OutboundURL(request.url)
        let resource = Percent.encode("\(url.origin)\(url.target.prefix { $0 != "?" })")
        let end = clock.now.unixSeconds + Self.lifetime
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(resource)\n\(end)".utf8),
            using: SymmetricKey(data: key.bytes)
        )
        let signature = Percent.encode(Base64.encode(Array(code)))
        request.headers["Authorization"] =
            "SharedAccessSignature sr=\(resource)&sig=\(signature)&se=\(end)&skn=\(Percent.encode(keyName))"
    }
}

/// The key of a connection string such as `Endpoint=sb://…/;SharedAccessKeyName=send;SharedAccessKey=…`.
struct SharedAccessKey {
    let name: String
    let key: SecretValue

    /// Reads one; nil when it has no name or no key.
    init?(_ text: String) {
        var parts: [String: String] = [:]
        for part in text.split(separator: ";") {
            let halves = part.split(separator: "=", maxSplits: 1)
            guard halves.count == 2 else { continue }
            parts[String(halves[0]).trimmed.lowercased()] = String(halves[1]).trimmed
        }
        guard let name = parts["sharedaccesskeyname"], let key = parts["sharedaccesskey"] else { return nil }
        self.name = name
        self.key = SecretValue(key)
    }
}
