/// An IPv4 or IPv6 address as a number.
public enum IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 address, most significant byte first.
    case v4(UInt32)
    /// An IPv6 address.
    case v6(UInt128)

    /// Reads an address in its usual form: four decimal numbers without leading zeros, or IPv6 text without brackets.
    ///
    /// Any other form (octal, hexadecimal, fewer parts, zone identifiers) gives nil.
    public init?(_ text: String) {
        if let address = IPAddress.readV4(Array(text.utf8)) {
            self = .v4(address)
        } else if let address = IPAddress.readV6(Array(text.utf8)) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// The address in its canonical form (RFC 5952 for IPv6), without brackets.
    public var description: String {
        switch self {
        case .v4(let value): IPAddress.dotted(value)
        case .v6(let value): IPAddress.textOfV6(value)
        }
    }

    /// The IPv4 address that an IPv6 address of a translation scheme leads to, if it is one.
    ///
    /// Known are mapped (`::ffff:0:0/96`), compatible (`::/96`), NAT64 (`64:ff9b::/96`), 6to4 (`2002::/16`) and
    /// Teredo (`2001::/32`) addresses.
    public var embeddedV4: UInt32? {
        guard case .v6(let value) = self else { return nil }
        switch value >> 32 {
        case 0xffff, 0: return value > 1 ? UInt32(truncatingIfNeeded: value) : nil
        case 0x0064_ff9b_0000_0000_0000_0000: return UInt32(truncatingIfNeeded: value)
        default: break
        }
        if value >> 112 == 0x2002 { return UInt32(truncatingIfNeeded: value >> 80) }
        if value >> 96 == 0x2001_0000 { return ~UInt32(truncatingIfNeeded: value) }
        return nil
    }

    private static func dotted(_ value: UInt32) -> String {
        [24, 16, 8, 0].map { String((value >> $0) & 0xff) }.joined(separator: ".")
    }

    static func readV4(_ text: [UInt8]) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            guard part.count == 1 || part.first != 0x30 else { return nil }
            let number = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard number < 256 else { return nil }
            value = value << 8 | number
        }
        return value
    }

    static func readV6(_ text: [UInt8]) -> UInt128? {
        guard text.count <= 45, text.contains(UInt8(ascii: ":")) else { return nil }
        if text == [0x3A, 0x3A] { return 0 }
        var groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map(Array.init)
        if let last = groups.last, last.contains(UInt8(ascii: ".")) {
            guard let tail = readV4(last) else { return nil }
            groups[groups.count - 1] = Array(String(tail >> 16, radix: 16).utf8)
            groups.append(Array(String(tail & 0xffff, radix: 16).utf8))
        }
        // A leading or trailing "::" leaves two empty groups at that end, one in the middle leaves one.
        if groups.count > 2, groups[0].isEmpty, groups[1].isEmpty { groups.removeFirst() }
        if groups.count > 2, groups[groups.count - 1].isEmpty, groups[groups.count - 2].isEmpty { groups.removeLast() }
        let gaps = groups.indices.filter { groups[$0].isEmpty }
        guard gaps.count <= 1 else { return nil }
        if let gap = gaps.first {
            guard groups.count <= 8 else { return nil }
            let zeros = [[UInt8]](repeating: [0x30], count: 9 - groups.count)
            groups.replaceSubrange(gap...gap, with: zeros)
        }
        guard groups.count == 8 else { return nil }
        var value: UInt128 = 0
        for group in groups {
            guard (1...4).contains(group.count), let number = UInt16(hexadecimal: group) else { return nil }
            value = value << 16 | UInt128(number)
        }
        return value
    }

    private static func textOfV6(_ value: UInt128) -> String {
        if value >> 32 == 0xffff { return "::ffff:" + dotted(UInt32(truncatingIfNeeded: value)) }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> (112 - 16 * $0)) }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: some Sequence<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !longest.isEmpty else { return text(groups) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

extension UInt16 {
    /// Reads one to four hexadecimal digits without sign.
    fileprivate init?(hexadecimal digits: [UInt8]) {
        var value: UInt16 = 0
        for digit in digits {
            guard let number = digit.hexadecimalValue else { return nil }
            value = value << 4 | UInt16(number)
        }
        self = value
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
