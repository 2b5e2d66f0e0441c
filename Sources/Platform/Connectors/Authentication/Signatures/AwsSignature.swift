import Crypto
import Moments
import Outbound
import Secrets

/// Signs requests as Amazon Web Services ask (Signature Version 4): method, path, query, headers and a hash of the body.
struct AwsSignature: LastStep {
    let accessKeyID: String
    let secretAccessKey: SecretValue
    let sessionToken: SecretValue?
    let region: String
    let service: String
    let clock: any WallClock

    /// Headers that may change on their way, or are set after signing.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "user-agent", "x-amzn-trace-id", "expect", "content-length", "accept",
        "accept-encoding", "transfer-encoding", "host",
    ]

    func finish(_ request: inout OutboundRequest) async throws {
        let url = try OutboundURL(request.url)
        let date = Self.date(clock.now)
        let day = String(date.prefix(8))
        let bodyHash = Self.hex(SHA256.hash(data: request.body ?? []))
        request.headers["X-Amz-Date"] = date
        request.credentialHeaders.formUnion(["X-Amz-Security-Token", "X-Amz-Date", "X-Amz-Content-Sha256"])
        request.headers["X-Amz-Security-Token"] = sessionToken?.text
        if service == "s3" { request.headers["X-Amz-Content-Sha256"] = bodyHash }
        request.headers.remove("Authorization")
        let headers = canonicalHeaders(request, url)
        let names = headers.map(\.name).joined(separator: ";")
        let canonical = [
            request.method, Self.canonicalPath(url, service: service), Self.canonicalQuery(url),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), names, bodyHash,
        ].joined(separator: "\n")
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let toSign = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(Self.hex(SHA256.hash(data: Array(canonical.utf8))))"
        var key = SymmetricKey(data: Array("AWS4".utf8) + secretAccessKey.bytes)
        for part in [day, region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = Self.hex(HMAC<SHA256>.authenticationCode(for: Array(toSign.utf8), using: key))
        request.headers["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    private func canonicalHeaders(_ request: OutboundRequest, _ url: OutboundURL) -> [(name: String, value: String)] {
        var values: [String: [String]] = ["host": [String(url.origin.dropFirst(url.isSecure ? 8 : 7))]]
        for (name, value) in request.headers where !Self.unsigned.contains(name.lowercased()) {
            values[name.lowercased(), default: []].append(Self.trimmed(value))
        }
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.joined(separator: ",")) }
    }

    /// Without blanks at its ends, and with one in place of several.
    private static func trimmed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }

    /// The path: every segment encoded once for S3, twice for all other services, whose paths are also made plain.
    ///
    /// The path of the request is encoded already, so that S3 takes it as it is decoded and encoded by AWS's own rule.
    private static func canonicalPath(_ url: OutboundURL, service: String) -> String {
        let path = url.target.prefix { $0 != "?" }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let once = segments.map { Percent.encode(Percent.decode($0)) }
        guard service != "s3" else { return "/" + once.joined(separator: "/") }
        var kept: [String] = []
        for (index, segment) in once.enumerated() {
            let isLast = index == once.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                if !kept.isEmpty { kept.removeLast() }
                if isLast { kept.append("") }
            case "" where !isLast: continue
            default: kept.append(segment)
            }
        }
        // The request is sent as it is: a path whose slashes are doubled is signed as the service reads it, with one.
        return "/" + kept.map { Percent.encode($0) }.joined(separator: "/")
    }

    /// Names and values encoded by AWS's rule and sorted by name, then by value.
    private static func canonicalQuery(_ url: OutboundURL) -> String {
        guard let mark = url.target.firstIndex(of: "?") else { return "" }
        let pairs = url.target[url.target.index(after: mark)...].split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Percent.encode(Percent.decode(halves[0]))
            return (name, halves.count == 2 ? Percent.encode(Percent.decode(halves[1])) : "")
        }
        return pairs.sorted { $0.0.utf8.elementsEqual($1.0.utf8) ? Self.isLess($0.1, $1.1) : Self.isLess($0.0, $1.0) }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private static func isLess(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// `20150830T123600Z`.
    private static func date(_ now: Timestamp) -> String {
        String(now.iso8601.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
