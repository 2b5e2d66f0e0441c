/// Makes identifiers of requests.
enum RequestID {
    /// A new random GUID (version 4) in lower case.
    static func make() -> String {
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
}
