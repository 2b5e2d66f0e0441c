/// GUIDs as text, in the formats of .NET's `Guid.ToString`.
enum GUIDText {
    /// A random version 4 GUID in format `D`.
    static func random(using generator: inout some RandomNumberGenerator) -> String {
        var high = generator.next()
        var low = generator.next()
        high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return formatted(hex: Array((hex(high) + hex(low)).utf8), dashes: true)
    }

    /// A GUID of format `D` in another format: `N`, `D`, `B`, `P` or `X` in any case; nil for another one.
    static func text(_ guid: String, format: String) -> String? {
        let digits = Array(guid.lowercased().utf8.filter { $0 != UInt8(ascii: "-") })
        guard digits.count == 32 else { return nil }
        switch format {
        case "", "D", "d": return formatted(hex: digits, dashes: true)
        case "N", "n": return formatted(hex: digits, dashes: false)
        case "B", "b": return "{" + formatted(hex: digits, dashes: true) + "}"
        case "P", "p": return "(" + formatted(hex: digits, dashes: true) + ")"
        case "X", "x":
            func part(_ range: Range<Int>) -> String { "0x" + String(decoding: digits[range], as: UTF8.self) }
            let tail = stride(from: 16, to: 32, by: 2).map { part($0..<($0 + 2)) }.joined(separator: ",")
            return "{" + part(0..<8) + "," + part(8..<12) + "," + part(12..<16) + ",{" + tail + "}}"
        default: return nil
        }
    }

    private static func hex(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    private static func formatted(hex: [UInt8], dashes: Bool) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        for (index, byte) in hex.enumerated() {
            if dashes, index == 8 || index == 12 || index == 16 || index == 20 { bytes.append(UInt8(ascii: "-")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
