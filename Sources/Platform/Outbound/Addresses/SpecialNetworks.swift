/// The networks that are not the public internet, after the IANA special-purpose address registries.
enum SpecialNetworks {
    /// A network and the word for it in messages.
    typealias Entry = (network: Network, meaning: String)

    /// Why an address is not a public one, or nil if it is.
    static func meaning(of address: IPAddress) -> String? {
        if let found = metadata.first(where: { $0.network.contains(address) }) { return found.meaning }
        switch address {
        case .v4: return version4.first { $0.network.contains(address) }?.meaning
        case .v6:
            if let found = version6.first(where: { $0.network.contains(address) }) { return found.meaning }
            return globalUnicast.contains { $0.contains(address) } ? nil : "not a global unicast address"
        }
    }

    /// Whether the address serves credentials of the cloud machine on which this server may run.
    static func isMetadata(_ address: IPAddress) -> Bool { metadata.contains { $0.network.contains(address) } }

    private static func entry(_ text: String, _ meaning: String) -> Entry? {
        Network(text).map { (network: $0, meaning: meaning) }
    }

    /// Instance metadata and platform channels of cloud providers; some lie in the public range.
    private static let metadata: [Entry] = [
        entry("169.254.169.254", "a cloud metadata address"),
        entry("169.254.170.2", "a cloud metadata address"),
        entry("169.254.170.23", "a cloud metadata address"),
        entry("168.63.129.16", "a cloud platform address"),
        entry("100.100.100.200", "a cloud metadata address"),
        entry("192.0.0.192", "a cloud metadata address"),
        entry("fd00:ec2::254", "a cloud metadata address"),
        entry("fd00:ec2::23", "a cloud metadata address"),
        entry("fd20:ce::254", "a cloud metadata address"),
        entry("fd00:42::42", "a cloud metadata address"),
    ].compactMap { $0 }

    private static let version4: [Entry] = [
        entry("0.0.0.0/8", "this network"),
        entry("10.0.0.0/8", "a private network"),
        entry("100.64.0.0/10", "a shared carrier network"),
        entry("127.0.0.0/8", "this machine (loopback)"),
        entry("169.254.0.0/16", "a link-local network"),
        entry("172.16.0.0/12", "a private network"),
        entry("192.0.0.0/24", "reserved for protocols"),
        entry("192.0.2.0/24", "reserved for documentation"),
        entry("192.88.99.0/24", "a 6to4 relay"),
        entry("192.168.0.0/16", "a private network"),
        entry("198.18.0.0/15", "reserved for measurements"),
        entry("198.51.100.0/24", "reserved for documentation"),
        entry("203.0.113.0/24", "reserved for documentation"),
        entry("224.0.0.0/4", "a multicast address"),
        entry("240.0.0.0/4", "reserved"),
    ].compactMap { $0 }

    private static let version6: [Entry] = [
        entry("::/128", "the unspecified address"),
        entry("::1/128", "this machine (loopback)"),
        entry("::ffff:0:0/96", "an IPv4 address in IPv6 form"),
        entry("::/96", "an IPv4 address in IPv6 form"),
        entry("64:ff9b::/96", "a NAT64 address"),
        entry("64:ff9b:1::/48", "a local NAT64 address"),
        entry("100::/64", "a discard address"),
        entry("2001::/32", "a Teredo address"),
        entry("2001::/23", "reserved for protocols"),
        entry("2001:db8::/32", "reserved for documentation"),
        entry("2002::/16", "a 6to4 address"),
        entry("3fff::/20", "reserved for documentation"),
        entry("5f00::/16", "a segment routing address"),
        entry("fc00::/7", "a unique local network"),
        entry("fe80::/10", "a link-local network"),
        entry("fec0::/10", "a site-local network"),
        entry("ff00::/8", "a multicast address"),
    ].compactMap { $0 }

    private static let globalUnicast: [Network] = [Network("2000::/3")].compactMap { $0 }
}
