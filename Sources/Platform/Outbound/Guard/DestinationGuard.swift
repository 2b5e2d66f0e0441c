/// Decides whether a URL may be called: names are resolved first, and every address of the name must be allowed.
///
/// The transport asks again with the address of the connection, so that a name that changes its address in between
/// (DNS rebinding) gains nothing.
public struct DestinationGuard: Sendable {
    let resolver: any HostResolver

    /// Makes a guard that looks names up by the resolver.
    public init(resolver: any HostResolver) { self.resolver = resolver }

    /// Returns when the URL may be called.
    ///
    /// - Parameters:
    ///   - url: The URL, already read.
    ///   - policy: The networks that are open.
    ///   - proxied: Whether a proxy resolves the name, so that a name unknown here is no error.
    /// - Throws: ``OutboundError`` with `.refusedByGuard` or `.unresolvableHost`.
    public func admit(_ url: OutboundURL, policy: NetworkPolicy, proxied: Bool = false) async throws {
        switch url.host {
        case .address(let address): try check(address, host: url.hostText, policy: policy)
        case .name(let name):
            if proxied { try checkName(name, policy: policy) }
            do {
                _ = try await allowedAddresses(of: name, policy: policy)
            } catch let error as OutboundError where proxied && error.code == .unresolvableHost {
                // The proxy may know it.
                return
            }
        }
    }

    /// The addresses of a name, at least one, all of which may be connected to.
    func allowedAddresses(of name: String, policy: NetworkPolicy) async throws -> [IPAddress] {
        let addresses = try await resolver.addresses(of: name)
        guard !addresses.isEmpty else {
            throw OutboundError(
                code: .unresolvableHost,
                message: "The provided host name '\(name)' could not be resolved.",
                certainlyNotSent: true
            )
        }
        for address in addresses { try check(address, host: name, policy: policy) }
        return addresses
    }

    /// Returns when the address may be connected to for the host.
    func check(_ address: IPAddress, host: String, policy: NetworkPolicy) throws(OutboundError) {
        guard let reason = policy.refusal(of: address) else { return }
        let subject = host == address.description ? "The address \(host)" : "The address \(address) of '\(host)'"
        throw .refused(
            "\(subject) may not be called: it is \(reason). Allow its network for the server, the workflow or the "
                + "connection if the call is meant."
        )
    }

    /// Names that mean a place inside, wherever they are resolved.
    private func checkName(_ name: String, policy: NetworkPolicy) throws(OutboundError) {
        if name == "localhost" || name.hasSuffix(".localhost"), let loopback = IPAddress("127.0.0.1") {
            try check(loopback, host: name, policy: policy)
        }
        if ["metadata.google.internal", "metadata.goog", "instance-data"].contains(name),
            let metadata = IPAddress("169.254.169.254")
        {
            try check(metadata, host: name, policy: policy)
        }
    }
}
