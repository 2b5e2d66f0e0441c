/// The networks that a call may reach.
///
/// Without more, that is the public internet: loopback, link-local, private, shared, multicast, reserved and cloud
/// metadata addresses and all IPv6 forms that carry an IPv4 address are refused. A server, a workflow or a connection
/// opens what it needs by naming networks.
public struct NetworkPolicy: Sendable, Hashable {
    /// The networks that are open besides the public internet.
    public private(set) var allowed: Set<Network>

    /// The networks that are closed whatever else is said.
    public private(set) var denied: Set<Network>

    /// Makes a policy of the public internet, the allowed and without the denied networks.
    public init(allowing allowed: some Sequence<Network> = [], denying denied: some Sequence<Network> = []) {
        self.allowed = Set(allowed)
        self.denied = Set(denied)
    }

    /// Nothing but the public internet.
    public static let publicInternet = NetworkPolicy()

    /// The public internet and this machine (`127.0.0.0/8`, `::1`); for tests and demonstrations.
    public static let withLoopback = NetworkPolicy(allowing: ["127.0.0.0/8", "::1/128"].compactMap { Network($0) })

    /// The policy that opens what either opens and closes what either closes.
    public func union(_ other: NetworkPolicy) -> NetworkPolicy {
        // Nearly all calls add nothing, and would copy both sets for it.
        if other == .publicInternet || self == other { return self }
        if self == .publicInternet { return other }
        return NetworkPolicy(allowing: allowed.union(other.allowed), denying: denied.union(other.denied))
    }

    /// Why the address may not be reached, in words that end "it is …"; nil if it may.
    ///
    /// A metadata address is open only when it is named itself (`169.254.169.254/32`), not by a wider network. An
    /// IPv6 address that leads to an IPv4 address is open only when both are.
    public func refusal(of address: IPAddress) -> String? {
        if denied.contains(where: { $0.contains(address) }) { return "in a network that the settings close" }
        if let inner = address.embeddedV4, let reason = refusal(of: .v4(inner)) {
            return "an IPv6 form of \(IPAddress.v4(inner)), which is \(reason)"
        }
        guard let meaning = SpecialNetworks.meaning(of: address) else { return nil }
        let covering = allowed.filter { $0.contains(address) }
        if SpecialNetworks.isMetadata(address) {
            return covering.contains { $0.prefixLength == address.width } ? nil : meaning
        }
        return covering.isEmpty ? meaning : nil
    }
}
