internal import Glibc

/// A range of IPv4 or IPv6 addresses in CIDR notation; the system reads and writes the addresses.
struct AddressRange {
    /// How many bits an address has: 32 or 128.
    let width: Int
    /// How many leading bits all addresses share.
    let prefix: Int
    /// The first address; the bits behind the prefix are zero.
    let first: UInt128

    /// The last address.
    var last: UInt128 { first | Self.ones(width - prefix) }
    /// The bits of the prefix.
    var mask: UInt128 { Self.ones(width) ^ Self.ones(width - prefix) }
    var isVersion4: Bool { width == 32 }

    /// Reads `address/length`, clearing the bits behind the prefix; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...3).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = Int(parts[1]),
            let (address, width) = Self.read(String(parts[0])), prefix <= width
        else { return nil }
        self.init(width: width, prefix: prefix, address)
    }

    private init(width: Int, prefix: Int, _ address: UInt128) {
        self.width = width
        self.prefix = prefix
        first = address & ~Self.ones(width - prefix)
    }

    /// The part with this index of those with a longer prefix; nil if there is none.
    func part(_ index: Int64, prefix length: Int64) -> AddressRange? {
        guard length >= Int64(prefix), length <= Int64(width), index >= 0 else { return nil }
        let bits = Int(length) - prefix
        guard UInt128(index) <= Self.ones(bits) else { return nil }
        let address = bits == 0 ? first : first | UInt128(index) << (width - Int(length))
        return AddressRange(width: width, prefix: Int(length), address)
    }

    /// The address of the host with this index, counted from the one behind the first address; nil if there is none.
    ///
    /// The last address of an IPv4 range is no host's: it is the one for broadcasts.
    func host(_ index: Int64) -> String? {
        let count = Self.ones(width - prefix)
        guard index >= 0, UInt128(index) < (isVersion4 && count > 0 ? count - 1 : count) else { return nil }
        return text(first + 1 + UInt128(index))
    }

    /// The range as `address/length`.
    var text: String { "\(text(first))/\(prefix)" }

    /// An address of the range's kind as text.
    func text(_ address: UInt128) -> String {
        var bytes = (0..<(width / 8)).map { UInt8(truncatingIfNeeded: address >> (width - 8 - 8 * $0)) }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isVersion4 ? AF_INET : AF_INET6
        guard inet_ntop(family, &bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func read(_ text: String) -> (address: UInt128, width: Int)? {
        // C would read up to a zero only.
        guard !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] where inet_pton(family, text, &bytes) == 1 {
            return (bytes.prefix(count).reduce(0) { $0 << 8 | UInt128($1) }, count * 8)
        }
        return nil
    }

    /// A number whose last bits are ones.
    private static func ones(_ count: Int) -> UInt128 {
        count >= 128 ? .max : (1 << UInt128(count)) - 1
    }
}
