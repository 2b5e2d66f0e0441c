/// How bytes stand for text.
public enum Charset: Sendable, Hashable {
    /// UTF-8.
    case utf8
    /// UTF-16 whose byte order a mark tells; big-endian without one.
    case utf16
    /// UTF-16 with the low byte first.
    case utf16LittleEndian
    /// UTF-16 with the high byte first.
    case utf16BigEndian
    /// ISO-8859-1: each byte is the scalar of its number.
    case latin1
    /// Windows-1252: ISO-8859-1 with letters and signs at 0x80 to 0x9F.
    case windows1252

    /// The charset of a name in any case, nil when it is not known.
    public init?(named name: String) {
        switch name.lowercased() {
        case "utf-8", "utf8", "unicode-1-1-utf-8", "us-ascii", "ascii": self = .utf8
        case "utf-16", "utf16", "unicode", "iso-10646-ucs-2": self = .utf16
        case "utf-16le": self = .utf16LittleEndian
        case "utf-16be", "unicodefffe": self = .utf16BigEndian
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1": self = .latin1
        case "windows-1252", "cp1252", "x-cp1252": self = .windows1252
        default: return nil
        }
    }

    /// Decodes bytes; what is no text becomes U+FFFD, a byte order mark at the beginning is dropped.
    public func text(_ bytes: some Collection<UInt8>) -> String {
        switch self {
        case .utf8:
            String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
        case .utf16:
            if bytes.starts(with: [0xFF, 0xFE]) {
                Self.utf16(bytes, highFirst: false)
            } else {
                Self.utf16(bytes, highFirst: true)
            }
        case .utf16LittleEndian:
            Self.utf16(bytes, highFirst: false)
        case .utf16BigEndian:
            Self.utf16(bytes, highFirst: true)
        case .latin1:
            Self.text(bytes) { Unicode.Scalar($0) }
        case .windows1252:
            Self.text(bytes) { byte in
                0x80..<0xA0 ~= byte ? Self.windowsScalars[Int(byte - 0x80)] : Unicode.Scalar(byte)
            }
        }
    }

    /// Encodes a text.
    ///
    /// A character that the charset lacks becomes a question mark. UTF-16 without a named order gets a mark.
    public func bytes(_ text: String) -> [UInt8] {
        switch self {
        case .utf8:
            Array(text.utf8)
        case .utf16:
            [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        case .utf16LittleEndian:
            text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        case .utf16BigEndian:
            text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        case .latin1:
            text.unicodeScalars.map { $0.value < 0x100 ? UInt8($0.value) : 0x3F }
        case .windows1252:
            text.unicodeScalars.map { scalar in
                if scalar.value < 0x80 || 0xA0..<0x100 ~= scalar.value { return UInt8(scalar.value) }
                return Self.windowsScalars.firstIndex(of: scalar).map { UInt8($0 + 0x80) } ?? 0x3F
            }
        }
    }

    private static func text(_ bytes: some Collection<UInt8>, _ scalar: (UInt8) -> Unicode.Scalar) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: bytes.lazy.map(scalar))
        return String(scalars)
    }

    private static func utf16(_ bytes: some Collection<UInt8>, highFirst: Bool) -> String {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2 + 1)
        var rest = bytes.makeIterator()
        while let first = rest.next() {
            guard let second = rest.next() else {
                // Half a unit at the end is no text.
                units.append(0xFFFD)
                break
            }
            units.append(
                highFirst ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first)
            )
        }
        return String(decoding: units.first == 0xFEFF ? units[1...] : units[...], as: UTF16.self)
    }

    /// The scalars of the bytes 0x80 to 0x9F; those without a character keep their number.
    private static let windowsScalars: [Unicode.Scalar] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{0192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
        "\u{02C6}", "\u{2030}", "\u{0160}", "\u{2039}", "\u{0152}", "\u{8D}", "\u{017D}", "\u{8F}",
        "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
        "\u{02DC}", "\u{2122}", "\u{0161}", "\u{203A}", "\u{0153}", "\u{9D}", "\u{017E}", "\u{0178}",
    ]
}
