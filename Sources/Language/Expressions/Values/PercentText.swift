/// Decoding of percent-encoded text as .NET's `Uri.UnescapeDataString` does it.
enum PercentText {
    /// Decodes `%XX` where the bytes are valid UTF-8; what is not stays as it is.
    static func decode(_ text: String, plusAsBlank: Bool) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || (plusAsBlank && $0 == UInt8(ascii: "+")) }) else {
            return text
        }
        let input = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var index = 0
        while index < input.count {
            let byte = input[index]
            guard byte == UInt8(ascii: "%"), let first = escaped(input, index) else {
                output.append(plusAsBlank && byte == UInt8(ascii: "+") ? 0x20 : byte)
                index += 1
                continue
            }
            var sequence = [first]
            let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
            while sequence.count < length, let next = escaped(input, index + sequence.count * 3) {
                sequence.append(next)
            }
            if let valid = String(validating: sequence, as: UTF8.self) {
                output.append(contentsOf: valid.utf8)
                index += sequence.count * 3
            } else {
                output.append(contentsOf: input[index..<(index + 3)])
                index += 3
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func escaped(_ bytes: [UInt8], _ index: Int) -> UInt8? {
        guard index + 2 < bytes.count, bytes[index] == UInt8(ascii: "%"), let high = value(bytes[index + 1]),
            let low = value(bytes[index + 2])
        else { return nil }
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
