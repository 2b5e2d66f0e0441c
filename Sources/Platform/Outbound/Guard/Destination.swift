/// A server of any protocol, with the addresses that may be connected to.
public struct Destination: Sendable, Hashable {
    /// The name or address as TLS verifies it: in ASCII and small letters, IPv6 addresses without brackets.
    public let host: String
    /// The addresses that the guard has checked, in the order in which to try them; connect to these and to no name.
    public let addresses: [IPAddress]
    /// The port.
    public let port: Int

    /// Whether the host is an address and no name.
    public var isLiteral: Bool { IPAddress(host) != nil }
}

extension DestinationGuard {
    /// Looks a host up once and checks every address, so that the connection cannot go anywhere else.
    ///
    /// - Parameters:
    ///   - host: A name or an address, IPv6 with or without brackets.
    ///   - port: The port.
    ///   - policy: The networks that are open.
    /// - Returns: The checked addresses.
    /// - Throws: ``OutboundError`` with `.invalidRequest`, `.refusedByGuard` or `.unresolvableHost`.
    public func destination(host: String, port: Int, policy: NetworkPolicy) async throws -> Destination {
        guard (1...65_535).contains(port) else { throw Self.invalid("a port is a number from 1 to 65535") }
        var text = String(host.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        guard !text.isEmpty, !text.contains(where: { "/?#@\\%".contains($0) || $0.isWhitespace }),
            text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { throw Self.invalid("it is no host name and no address") }
        if text.utf8.contains(UInt8(ascii: ":")), !text.hasPrefix("[") { text = "[\(text)]" }
        let read = try Authority.read(Array(text.utf8), defaultPort: port)
        guard read.port == port else { throw Self.invalid("a port belongs into its own parameter") }
        switch read.host {
        case .address(let address):
            try check(address, host: address.description, policy: policy)
            return Destination(host: address.description, addresses: [address], port: port)
        case .name(let name):
            let addresses = try await resolver.addresses(of: name)
            guard !addresses.isEmpty else {
                throw OutboundError(
                    code: .unresolvableHost,
                    message: "The provided host name '\(name)' could not be resolved.",
                    certainlyNotSent: true
                )
            }
            for address in addresses { try check(address, host: name, policy: policy) }
            return Destination(host: name, addresses: addresses, port: port)
        }
    }

    private static func invalid(_ reason: String) -> OutboundError {
        OutboundError(
            code: .invalidRequest,
            message: "The server of the connection cannot be used: \(reason).",
            certainlyNotSent: true
        )
    }
}
