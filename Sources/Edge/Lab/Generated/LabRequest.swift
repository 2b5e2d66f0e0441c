import Connectors
import Content
import JSONTree
import Outbound

/// A request as a stand-in understands it: texts decoded, the body a value.
struct LabRequest: Sendable {
    var method: String
    /// The path without query, encoded.
    var path: String
    /// The values of the path's parameters, decoded.
    var parameters: [String: String]
    var queries: [(name: String, value: String)]
    var headers: [(name: String, value: String)]
    var body: JSON?

    /// The address of an operation's parts as a call of the runtime has them.
    init(_ json: JSON) {
        method = json["method"]?.stringValue ?? "GET"
        path = json["path"]?.stringValue ?? "/"
        parameters = [:]
        for (name, value) in json["parameters"]?.objectValue ?? JSONObject() {
            parameters[name] = value.stringValue ?? value.text
        }
        queries = Self.pairs(json["queries"])
        headers = Self.pairs(json["headers"])
        body = json["body"].flatMap(\.nonNull)
    }

    /// A request as it goes over the wire, its path below a base.
    init(_ request: OutboundRequest, path: String) {
        method = request.method
        self.path = path
        parameters = [:]
        queries = LabURL.queries(request.url)
        headers = request.headers.map { ($0.name, $0.value) }
        body = Self.body(request)
    }

    static func body(_ request: OutboundRequest) -> JSON? {
        guard let bytes = request.body, !bytes.isEmpty else { return nil }
        return Content.value(bytes: bytes, contentType: request.headers["Content-Type"]).nonNull
    }

    func query(_ name: String) -> String? { queries.first { $0.name.isSame(ignoringCase: name) }?.value }

    func header(_ name: String) -> String? { headers.first { $0.name.isSame(ignoringCase: name) }?.value }

    /// A text that is the same for the same request.
    var digest: String {
        let queries = queries.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
        return "\(method) \(path)?\(queries.joined(separator: "&")) \(body?.text ?? "")"
    }

    private static func pairs(_ json: JSON?) -> [(name: String, value: String)] {
        (json?.objectValue ?? JSONObject()).map { ($0.name, $0.value.stringValue ?? $0.value.text) }
    }
}

/// Parts of addresses.
enum LabURL {
    /// The host in small letters, without port.
    static func host(_ url: String) -> String {
        guard let mark = url.firstRange(of: "://") else { return "" }
        let authority = url[mark.upperBound...].prefix { !"/?#".contains($0) }
        let host = authority.split(separator: "@").last ?? authority
        return host.prefix { $0 != ":" }.lowercased()
    }

    /// The path, encoded, without query.
    static func path(_ url: String) -> String {
        guard let mark = url.firstRange(of: "://") else { return "/" }
        let rest = url[mark.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return "/" }
        return String(rest[slash...].prefix { !"?#".contains($0) })
    }

    static func queries(_ url: String) -> [(name: String, value: String)] {
        guard let mark = url.firstIndex(of: "?") else { return [] }
        return url[url.index(after: mark)...].prefix { $0 != "#" }.split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            let value = pair.drop { $0 != "=" }.dropFirst()
            return (decode(name), decode(value))
        }
    }

    /// The text behind percent signs and plus signs; what is no byte stays as it is.
    static func decode(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), rest.count > 1,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The address with a query parameter of our own set anew.
    static func setting(_ name: String, _ value: String, in url: String) -> String {
        let mark = url.firstIndex(of: "?") ?? url.endIndex
        let kept = url[mark...].dropFirst().split(separator: "&").filter { !$0.hasPrefix("\(name)=") }
        return "\(url[..<mark])?\((kept + ["\(name)=\(value)"]).joined(separator: "&"))"
    }
}
