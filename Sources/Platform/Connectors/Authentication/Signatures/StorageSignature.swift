import Content
import Crypto
import Moments
import Outbound
import Secrets

/// Signs requests as Azure Storage asks with the key of an account: `SharedKey` for blobs, queues and files, and its shorter form for tables.
struct StorageSignature: LastStep {
    let account: String
    /// The account's key, decoded.
    let key: SecretValue
    /// Whether it is for tables, which sign less.
    let isForTables: Bool
    let clock: any WallClock

    /// The headers that are signed in this order, whether they are there or not.
    private static let signedHeaders = [
        "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
        "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
    ]

    func finish(_ request: inout OutboundRequest) async throws {
        let url = try OutboundURL(request.url)
        request.headers.remove("Date")
        request.headers["x-ms-date"] = HTTPDateText.text(clock.now)
        let text = isForTables ? tableText(request, url) : text(request, url)
        let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key.bytes))
        request.headers["Authorization"] = "SharedKey \(account):\(Base64.encode(Array(code)))"
    }

    private func text(_ request: OutboundRequest, _ url: OutboundURL) -> String {
        let values = Self.signedHeaders.map { name -> String in
            guard name == "Content-Length" else { return request.headers[name] ?? "" }
            let count = request.body?.count ?? 0
            return count == 0 ? "" : String(count)
        }
        let own = request.headers.filter { $0.name.lowercased().hasPrefix("x-ms-") }
            .map { (name: $0.name.lowercased(), value: $0.value.trimmed) }
            .sorted { $0.name < $1.name }
            .map { "\($0.name):\($0.value)\n" }.joined()
        return ([request.method] + values).joined(separator: "\n") + "\n\(own)\(resource(url))"
    }

    private func tableText(_ request: OutboundRequest, _ url: OutboundURL) -> String {
        let component = Self.queries(url).first { $0.name == "comp" }.map { "?comp=\($0.values[0])" } ?? ""
        return [
            request.method, request.headers["Content-MD5"] ?? "", request.headers["Content-Type"] ?? "",
            request.headers["x-ms-date"] ?? "", "/\(account)\(Self.path(url))\(component)",
        ].joined(separator: "\n")
    }

    private func resource(_ url: OutboundURL) -> String {
        let queries = Self.queries(url).map { "\n\($0.name):\($0.values.sorted().joined(separator: ","))" }
        return "/\(account)\(Self.path(url))\(queries.joined())"
    }

    private static func path(_ url: OutboundURL) -> String { String(url.target.prefix { $0 != "?" }) }

    /// The parameters of the query, decoded, by name in small letters and sorted.
    private static func queries(_ url: OutboundURL) -> [(name: String, values: [String])] {
        var found: [String: [String]] = [:]
        for pair in url.target.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count == 2 ? Percent.decode(halves[1]) : ""
            found[Percent.decode(halves[0]).lowercased(), default: []].append(value)
        }
        return found.sorted { $0.key < $1.key }.map { (name: $0.key, values: $0.value) }
    }
}
