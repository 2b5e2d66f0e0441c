import Content
import Crypto
import Moments
import Outbound
import Secrets

/// Signs requests as Azure Cosmos DB asks with the key of an account.
struct CosmosSignature: LastStep {
    /// The account's key, decoded.
    let key: SecretValue
    let clock: any WallClock

    func finish(_ request: inout OutboundRequest) async throws {
        let url = try OutboundURL(request.url)
        let date = HTTPDateText.text(clock.now)
        request.headers["x-ms-date"] = date
        let parts = url.target.prefix { $0 != "?" }.split(separator: "/").map { Percent.decode($0) }
        // An address with an odd number of parts is a list: its last part is the kind, and those before it name the owner.
        let isList = parts.count % 2 == 1
        let kind = isList ? parts.last ?? "" : parts.dropLast().last ?? ""
        let link = (isList ? parts.dropLast() : parts[...]).joined(separator: "/")
        let text = "\(request.method.lowercased())\n\(kind.lowercased())\n\(link)\n\(date.lowercased())\n\n"
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key.bytes))
        request.headers["Authorization"] = Percent.encode("type=master&ver=1.0&sig=\(Base64.encode(Array(code)))")
    }
}
