/// A range of addresses in CIDR form, such as `10.0.0.0/8` or `fd00::/8`.
public struct Network: Sendable, Hashable, CustomStringConvertible {
    /// The first address; the bits behind the prefix are zero.
    public let base: IPAddress

    /// The number of leading bits that all addresses share: 0 to 32, or 0 to 128.
    public let prefixLength: Int

    /// Reads `address/length`, or an address alone, which is a network of one; nil for anything else.
    ///
    /// Bits behind the prefix are cleared: `10.1.2.3/8` is `10.0.0.0/8`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let width = address.width
        guard parts.count == 2 else {
            self.init(address, prefixLength: width)
            return
        }
        guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(parts[1]), length <= width
        else { return nil }
        self.init(address, prefixLength: length)
    }

    /// Makes a network of the address's leading bits; a length outside of the address's width is moved to its border.
    public init(_ address: IPAddress, prefixLength: Int) {
        let length = min(max(prefixLength, 0), address.width)
        self.prefixLength = length
        switch address {
        case .v4(let value): base = .v4(length == 0 ? 0 : value & ~UInt32(0) << (32 - length))
        case .v6(let value): base = .v6(length == 0 ? 0 : value & ~UInt128(0) << (128 - length))
        }
    }

    /// Whether the address is in the network; an IPv4 network never holds an IPv6 address or the other way round.
    public func contains(_ address: IPAddress) -> Bool {
        switch (base, address) {
        case (.v4(let own), .v4(let other)): (own ^ other) >> (32 - prefixLength) == 0
        case (.v6(let own), .v6(let other)): (own ^ other) >> (128 - prefixLength) == 0
        default: false
        }
    }

    /// The network as `address/length`.
    public var description: String { "\(base)/\(prefixLength)" }
}

extension IPAddress {
    /// The number of bits of the address.
    var width: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }
}
