/// The formats whose texts are checked; others say nothing here.
///
/// The checks are as wide as services are: a date may have a time behind it, and a time need not have a zone.
enum ValueFormat: Sendable, Hashable {
    case dateTime
    case date
    case uuid
    case byte
    case int32
    case int64

    init?(_ name: String) {
        switch name.lowercased() {
        case "date-time": self = .dateTime
        case "date": self = .date
        case "uuid", "guid": self = .uuid
        case "byte": self = .byte
        case "int32": self = .int32
        case "int64": self = .int64
        default: return nil
        }
    }

    /// Whether a text has the format.
    func matches(_ text: String) -> Bool {
        switch self {
        case .dateTime, .date: Self.isDate(text)
        case .uuid:
            Self.fits(text.hasPrefix("{") && text.hasSuffix("}") ? String(text.dropFirst().dropLast()) : text)
        case .byte: Self.isBase64(text)
        case .int32: Int32(text) != nil
        case .int64: Int64(text) != nil
        }
    }

    /// The range of a whole number.
    var range: ClosedRange<Double>? {
        switch self {
        case .int32: -2_147_483_648...2_147_483_647
        default: nil
        }
    }

    /// What a value should look like, for messages.
    var example: String {
        switch self {
        case .dateTime: "a date and time such as 2026-03-01T10:00:00Z"
        case .date: "a date such as 2026-03-01"
        case .uuid: "a GUID such as 1f0c3c2e-7a44-4e9c-9d57-3f7a0c0f2b11"
        case .byte: "base64, as base64() gives it"
        case .int32: "a whole number of 32 bits"
        case .int64: "a whole number of 64 bits"
        }
    }

    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return false }
        let digits = [0, 1, 2, 3, 5, 6, 8, 9].map { bytes[$0] }
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        let month = (digits[4] - 0x30) * 10 + digits[5] - 0x30
        let day = (digits[6] - 0x30) * 10 + digits[7] - 0x30
        guard (1...12).contains(month), (1...31).contains(day) else { return false }
        return bytes.count == 10 || bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t")
            || bytes[10] == 0x20
    }

    private static func fits(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 || bytes.count == 32 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            if bytes.count == 36, [8, 13, 18, 23].contains(index) { return byte == UInt8(ascii: "-") }
            return (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
        }
    }

    private static func isBase64(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || "+/=-_\r\n".utf8.contains(byte)
        }
    }
}
