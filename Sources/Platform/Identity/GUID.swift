/// Identifiers of 128 bits in their usual text.
public enum GUID {
    /// A new random identifier (version 4) in lower case.
    public static func make() -> String {
        var bits = UInt128.random(in: UInt128.min...UInt128.max)
        bits = bits & ~(UInt128(0xF) << 76) | UInt128(0x4) << 76
        bits = bits & ~(UInt128(0x3) << 62) | UInt128(0x2) << 62
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for position in 0..<32 {
            if position == 8 || position == 12 || position == 16 || position == 20 { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(truncatingIfNeeded: bits >> (124 - 4 * UInt128(position))) & 15])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The identifier in lower case, or nil when the text is none.
    public static func canonical(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                switch byte {
                case 0x30...0x39, 0x41...0x46, 0x61...0x66: break
                default: return nil
                }
            }
        }
        return text.lowercased()
    }
}
