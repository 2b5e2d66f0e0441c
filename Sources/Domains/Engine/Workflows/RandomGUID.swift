/// Random GUIDs of version 4 (RFC 9562).
enum RandomGUID {
    private static let digits = Array("0123456789abcdef")

    static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        var text = ""
        text.reserveCapacity(36)
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { text.append("-") }
            let word = place < 16 ? high : low
            text.append(digits[Int(word >> UInt64(60 - 4 * (place & 15)) & 15)])
        }
        return text
    }

    /// 32 upper-case hex digits.
    static func hex() -> String {
        make().filter { $0 != "-" }.uppercased()
    }
}
