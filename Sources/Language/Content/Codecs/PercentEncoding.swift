/// Percent-encoding of texts in URLs (RFC 3986) and in forms.
public enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Encodes all bytes of the UTF-8 text but `A–Z a–z 0–9 - _ . ~`, with upper case digits.
    public static func encode(_ text: String) -> String { encode(text.utf8, isPlain: isUnreserved) }

    /// Encodes a text as forms do: a blank becomes `+`, and `*` stays instead of `~`.
    public static func encodeForm(_ text: String) -> String {
        encode(text.utf8) { byte in
            isUnreserved(byte) && byte != 0x7E || byte == 0x2A || byte == 0x20
        }.replacing(0x20, with: 0x2B)
    }

    /// Whether a byte stands for itself in every part of a URL: `A–Z a–z 0–9 - _ . ~`.
    @inline(__always)
    public static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    private static func encode(_ bytes: some Collection<UInt8>, isPlain: (UInt8) -> Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 2)
        for byte in bytes {
            if isPlain(byte) {
                output.append(byte)
            } else {
                output.append(0x25)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Decodes a text; a `%` that two hexadecimal digits do not follow stays, bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Parameters:
    ///   - text: The encoded text.
    ///   - plusIsBlank: Whether `+` stands for a blank, as it does in forms.
    /// - Returns: The decoded text.
    public static func decode(_ text: String, plusIsBlank: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == 0x25 || ($0 == 0x2B && plusIsBlank) }) else { return text }
        return String(decoding: decodeBytes(text.utf8, plusIsBlank: plusIsBlank), as: UTF8.self)
    }

    /// Decodes bytes; a `%` that two hexadecimal digits do not follow stays.
    ///
    /// - Parameters:
    ///   - bytes: The encoded bytes.
    ///   - plusIsBlank: Whether `+` stands for a blank, as it does in forms.
    /// - Returns: The decoded bytes.
    public static func decodeBytes(_ bytes: some Collection<UInt8>, plusIsBlank: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var place = bytes.startIndex
        while place != bytes.endIndex {
            let byte = bytes[place]
            bytes.formIndex(after: &place)
            if byte == 0x2B, plusIsBlank {
                output.append(0x20)
            } else if byte == 0x25, let value = pair(bytes, place) {
                output.append(value)
                place = bytes.index(place, offsetBy: 2)
            } else {
                output.append(byte)
            }
        }
        return output
    }

    private static func pair<Bytes: Collection<UInt8>>(_ bytes: Bytes, _ place: Bytes.Index) -> UInt8? {
        guard place != bytes.endIndex, let high = value(bytes[place]) else { return nil }
        let next = bytes.index(after: place)
        guard next != bytes.endIndex, let low = value(bytes[next]) else { return nil }
        return high << 4 | low
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

extension String {
    /// The text with one ASCII character in place of another.
    fileprivate func replacing(_ byte: UInt8, with other: UInt8) -> String {
        guard utf8.contains(byte) else { return self }
        return String(decoding: utf8.map { $0 == byte ? other : $0 }, as: UTF8.self)
    }
}
