/// Names of XML elements and attributes for any text, as .NET's `XmlConvert` encodes them.
public enum XMLNames {
    /// Encodes text as an XML name: what may not stand there becomes `_xHHHH_` (`XmlConvert.EncodeName`).
    ///
    /// A colon is kept. An underscore that would read as the begin of such a sequence becomes `_x005F_`.
    /// - Parameter name: Any text.
    /// - Returns: A valid XML name; empty for empty text.
    public static func encode(_ name: String) -> String {
        var result = ""
        let scalars = Array(name.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "_", startsSequence(scalars, index) {
                result += "_x005F_"
            } else if isNameScalar(scalar, first: index == 0) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "_x" + hex(scalar.value) + "_"
            }
        }
        return result
    }

    /// Replaces the sequences `_xHHHH_` and `_xHHHHHHHH_` by their characters (`XmlConvert.DecodeName`).
    ///
    /// - Parameter name: A name that may hold such sequences.
    /// - Returns: The text it stands for.
    public static func decode(_ name: String) -> String {
        guard name.contains("_x") || name.contains("_X") else { return name }
        var result = ""
        let scalars = Array(name.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if let (scalar, length) = sequence(scalars, index) {
                result.unicodeScalars.append(scalar)
                index += length
            } else {
                result.unicodeScalars.append(scalars[index])
                index += 1
            }
        }
        return result
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        let width = value > 0xFFFF ? 8 : 4
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func startsSequence(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        sequence(scalars, index) != nil
    }

    /// The character that a sequence at this place stands for, and the sequence's length.
    private static func sequence(_ scalars: [Unicode.Scalar], _ index: Int) -> (Unicode.Scalar, Int)? {
        for length in [4, 8] {
            let end = index + 2 + length
            guard end < scalars.count, scalars[index] == "_", scalars[index + 1] == "x", scalars[end] == "_" else {
                continue
            }
            var value: UInt32 = 0
            var isHex = true
            for scalar in scalars[(index + 2)..<end] {
                guard let digit = Character(scalar).hexDigitValue, scalar.isASCII else {
                    isHex = false
                    break
                }
                value = value << 4 | UInt32(digit)
            }
            if isHex, let scalar = Unicode.Scalar(value) { return (scalar, length + 3) }
        }
        return nil
    }

    /// XML 1.0's NameStartChar and NameChar.
    static func isNameScalar(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        switch scalar.value {
        case 0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D,
            0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF,
            0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            return true
        case 0x2D, 0x2E, 0x30...0x39, 0xB7, 0x300...0x36F, 0x203F...0x2040:
            return !first
        default:
            return false
        }
    }
}
