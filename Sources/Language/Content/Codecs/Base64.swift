/// Base64 (RFC 4648).
public enum Base64 {
    /// Which letters stand for 62 and 63.
    public enum Alphabet: Sendable, Hashable {
        /// `+` and `/`.
        case standard
        /// `-` and `_`, for URLs and file names.
        case url
    }

    /// What a decoder accepts.
    public enum Mode: Sendable, Hashable {
        /// As RFC 4648 writes it: padding, no white space, no bits that are lost.
        case strict
        /// As .NET's `Convert.FromBase64String`: blanks, tabs and line breaks anywhere, padding required.
        case dotNet
        /// Also either alphabet, and without padding.
        case lenient
    }

    private static let standardLetters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlLetters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static let invalid: UInt8 = 0xFF
    private static let space: UInt8 = 0xFE

    private static let standardValues = values(standardLetters, extra: [])
    private static let lenientValues = values(standardLetters, extra: [(0x2D, 62), (0x5F, 63)])

    private static func values(_ letters: [UInt8], extra: [(UInt8, UInt8)]) -> [UInt8] {
        var table = [UInt8](repeating: invalid, count: 256)
        for (value, letter) in letters.enumerated() { table[Int(letter)] = UInt8(value) }
        for (letter, value) in extra { table[Int(letter)] = value }
        for byte in [0x20, 0x09, 0x0A, 0x0D] { table[byte] = space }
        return table
    }

    /// Encodes bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - alphabet: Which letters stand for 62 and 63.
    ///   - padded: Whether `=` fills the last group of four.
    /// - Returns: The text, without line breaks.
    public static func encode(
        _ bytes: some Sequence<UInt8>,
        alphabet: Alphabet = .standard,
        padded: Bool = true
    ) -> String {
        bytes.withContiguousStorageIfAvailable { encode($0, alphabet, padded) }
            ?? Array(bytes).withUnsafeBufferPointer { encode($0, alphabet, padded) }
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, _ alphabet: Alphabet, _ padded: Bool) -> String {
        guard !bytes.isEmpty else { return "" }
        let letters = alphabet == .standard ? standardLetters : urlLetters
        return String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
            letters.withUnsafeBufferPointer { letters in
                var read = 0
                var written = 0
                let whole = bytes.count - bytes.count % 3
                while read < whole {
                    let group = UInt32(bytes[read]) << 16 | UInt32(bytes[read + 1]) << 8 | UInt32(bytes[read + 2])
                    output[written] = letters[Int(group >> 18)]
                    output[written + 1] = letters[Int(group >> 12 & 63)]
                    output[written + 2] = letters[Int(group >> 6 & 63)]
                    output[written + 3] = letters[Int(group & 63)]
                    read += 3
                    written += 4
                }
                let left = bytes.count - read
                guard left > 0 else { return written }
                let group = UInt32(bytes[read]) << 16 | (left == 2 ? UInt32(bytes[read + 1]) << 8 : 0)
                output[written] = letters[Int(group >> 18)]
                output[written + 1] = letters[Int(group >> 12 & 63)]
                written += 2
                if left == 2 {
                    output[written] = letters[Int(group >> 6 & 63)]
                    written += 1
                }
                for _ in left..<3 where padded {
                    output[written] = 0x3D
                    written += 1
                }
                return written
            }
        }
    }

    /// Decodes a text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - mode: What is accepted.
    /// - Returns: The bytes, or nil when the text is not acceptable.
    public static func decode(_ text: String, mode: Mode = .dotNet) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0, mode) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>, _ mode: Mode) -> [UInt8]? {
        let table = mode == .lenient ? lenientValues : standardValues
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { output, written in
            table.withUnsafeBufferPointer { table in
                guard let size = decode(text, mode, table, output) else {
                    isValid = false
                    return
                }
                written = size
            }
        }
        return isValid ? bytes : nil
    }

    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        _ mode: Mode,
        _ table: UnsafeBufferPointer<UInt8>,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        var read = 0
        var written = 0
        var group: UInt32 = 0
        var filled = 0
        while read < text.count {
            // Whole groups without anything special go in one step.
            while filled == 0, read + 4 <= text.count {
                let first = table[Int(text[read])]
                let second = table[Int(text[read + 1])]
                let third = table[Int(text[read + 2])]
                let fourth = table[Int(text[read + 3])]
                guard first | second | third | fourth < 64 else { break }
                let whole = UInt32(first) << 18 | UInt32(second) << 12 | UInt32(third) << 6 | UInt32(fourth)
                output[written] = UInt8(truncatingIfNeeded: whole >> 16)
                output[written + 1] = UInt8(truncatingIfNeeded: whole >> 8)
                output[written + 2] = UInt8(truncatingIfNeeded: whole)
                read += 4
                written += 3
            }
            guard read < text.count else { break }
            let byte = text[read]
            let value = table[Int(byte)]
            read += 1
            if value < 64 {
                group = group << 6 | UInt32(value)
                filled += 1
                if filled == 4 {
                    output[written] = UInt8(truncatingIfNeeded: group >> 16)
                    output[written + 1] = UInt8(truncatingIfNeeded: group >> 8)
                    output[written + 2] = UInt8(truncatingIfNeeded: group)
                    written += 3
                    group = 0
                    filled = 0
                }
            } else if byte == 0x3D {
                guard isPadding(text[(read - 1)...], filled, mode) else { return nil }
                return finish(group, filled, mode, output, written)
            } else if value != space || mode == .strict {
                return nil
            }
        }
        if filled == 0 { return written }
        guard mode == .lenient else { return nil }
        return finish(group, filled, mode, output, written)
    }

    /// Whether the rest is just the padding that a group of that many letters needs, and white space.
    private static func isPadding(_ rest: Slice<UnsafeBufferPointer<UInt8>>, _ filled: Int, _ mode: Mode) -> Bool {
        var signs = 0
        for byte in rest {
            if byte == 0x3D {
                signs += 1
            } else if mode == .strict || standardValues[Int(byte)] != space {
                return false
            }
        }
        return filled >= 2 && signs + filled == 4
    }

    private static func finish(
        _ group: UInt32,
        _ filled: Int,
        _ mode: Mode,
        _ output: UnsafeMutableBufferPointer<UInt8>,
        _ written: Int
    ) -> Int? {
        switch filled {
        case 2:
            guard mode != .strict || group & 15 == 0 else { return nil }
            output[written] = UInt8(truncatingIfNeeded: group >> 4)
            return written + 1
        case 3:
            guard mode != .strict || group & 3 == 0 else { return nil }
            output[written] = UInt8(truncatingIfNeeded: group >> 10)
            output[written + 1] = UInt8(truncatingIfNeeded: group >> 2)
            return written + 2
        default:
            return nil
        }
    }
}
