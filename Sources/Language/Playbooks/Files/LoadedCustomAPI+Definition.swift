public import JSONTree

extension LoadedCustomAPI {
    /// Its OpenAPI document with the address of the service that the resource names; nil when it only links to one.
    ///
    /// `backendService.serviceUrl` goes before the host of the document, which is mostly the one that its author tried it
    /// with: keys of others must not be sent there. An address that is not known here, such as a parameter without a
    /// value, leaves the document without one, so that connections have to name it.
    public var definition: JSON? {
        guard case .object(var document)? = swagger else { return nil }
        let url = properties[ignoringCase: "backendService"]?[ignoringCase: "serviceUrl"]?.stringValue ?? ""
        guard !url.isEmpty else { return .object(document) }
        let address = ServiceAddress(url)
        if document["openapi"] == nil {
            document["schemes"] = address.map { [.string($0.scheme)] }
            document["host"] = address.map { .string($0.host) }
            let base = document["basePath"]?.stringValue ?? ""
            if let address { document["basePath"] = .string(address.path(with: base)) }
        } else {
            let own = document["servers"]?[0]?["url"]?.stringValue ?? ""
            let base = ServiceAddress(own)?.path ?? own
            let server = address.map { "\($0.scheme)://\($0.host)\($0.path(with: base))" } ?? base
            document["servers"] = [["url": .string(server.isEmpty ? "/" : server)]]
        }
        return .object(document)
    }
}

/// The parts of an address: scheme, host with port, path.
private struct ServiceAddress {
    let scheme: String
    let host: String
    let path: String

    init?(_ url: String) {
        guard let mark = url.firstRange(of: "://"), !url.hasPrefix("[") else { return nil }
        let rest = url[mark.upperBound...]
        host = String(rest.prefix { !"/?#".contains($0) })
        guard !host.isEmpty else { return nil }
        scheme = url[..<mark.lowerBound].lowercased()
        path = String(rest.dropFirst(host.count).prefix { !"?#".contains($0) })
    }

    /// The path of the address with that of a document behind it, unless it ends with it already.
    func path(with base: String) -> String {
        let (own, base) = (Self.bare(path), Self.bare(base))
        let joined = own.hasSuffix(base) ? own : own + base
        return joined.isEmpty ? "/" : joined
    }

    /// A path that begins with a slash and does not end in one; nothing for the root.
    private static func bare(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.isEmpty ? "" : "/" + parts.joined(separator: "/")
    }
}
