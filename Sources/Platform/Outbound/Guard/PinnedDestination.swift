/// An address that the guard has found and allowed: connect to it, and to nothing else that the name may mean by then.
public struct PinnedDestination: Sendable, Hashable {
    /// The host in its plain form, which a TLS certificate must name: a name in ASCII, or an address.
    public let host: String
    /// The address to connect to.
    public let address: IPAddress
    /// The port.
    public let port: Int
}

extension DestinationGuard {
    /// Finds the address of a host for a protocol that is not HTTP, such as LDAP, SQL or SMTP, and checks it.
    ///
    /// All addresses of a name must be allowed; the first is taken. Connecting to the name instead would ask the name server once
    /// more, whose answer may be another by then.
    ///
    /// ```swift
    /// let place = try await destinations.resolve(host: "ldap.example", port: 636, networks: connection.networkPolicy())
    /// connect(to: place.address, port: place.port, certificateName: place.host)
    /// ```
    ///
    /// - Parameters:
    ///   - host: A name or an address; forms that two programs could read differently are refused, as in URLs. IPv6 addresses may
    ///     have brackets or not.
    ///   - port: The port, 1 to 65535.
    ///   - networks: The networks that are open besides the public internet.
    /// - Returns: The address to connect to.
    /// - Throws: ``OutboundError`` with `.refusedByGuard`, `.unresolvableHost` or `.invalidRequest`; `CancellationError`.
    public func resolve(host: String, port: Int, networks: NetworkPolicy) async throws -> PinnedDestination {
        guard (1...65_535).contains(port) else { throw OutboundError.invalidURL("a port is a number from 1 to 65535") }
        let bytes = Array(host.utf8)
        guard !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F || "/?#".utf8.contains($0) }) else {
            throw OutboundError.invalidURL("'\(host.prefix(64).filter { !$0.isNewline })' is not a host name")
        }
        let isBareVersion6 = IPAddress.readV6(bytes) != nil
        guard isBareVersion6 || bytes.first == UInt8(ascii: "[") || !bytes.contains(UInt8(ascii: ":")) else {
            throw OutboundError.invalidURL("the port is given beside the host, not in it")
        }
        let text = isBareVersion6 ? [UInt8(ascii: "[")] + bytes + [UInt8(ascii: "]")] : bytes
        let (read, written) = try Authority.read(text, defaultPort: 0)
        guard written == 0 else { throw OutboundError.invalidURL("the port is given beside the host, not in it") }
        switch read {
        case .address(let address):
            try check(address, host: address.description, policy: networks)
            return PinnedDestination(host: address.description, address: address, port: port)
        case .name(let name):
            let addresses = try await allowedAddresses(of: name, policy: networks)
            return PinnedDestination(host: name, address: addresses[0], port: port)
        }
    }
}
