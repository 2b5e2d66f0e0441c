/// Base64 as .NET's `Convert` reads and writes it.
enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (index, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(index) }
        return table
    }()

    static func encode(_ bytes: [UInt8]) -> String {
        let length = (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: length) { output in
            alphabet.withUnsafeBufferPointer { letters in
                var place = 0
                var index = 0
                while index + 2 < bytes.count {
                    let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                    output[place] = letters[Int(group >> 18)]
                    output[place + 1] = letters[Int(group >> 12 & 63)]
                    output[place + 2] = letters[Int(group >> 6 & 63)]
                    output[place + 3] = letters[Int(group & 63)]
                    place += 4
                    index += 3
                }
                let rest = bytes.count - index
                if rest > 0 {
                    let group = UInt32(bytes[index]) << 16 | (rest == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
                    output[place] = letters[Int(group >> 18)]
                    output[place + 1] = letters[Int(group >> 12 & 63)]
                    output[place + 2] = rest == 2 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "=")
                    output[place + 3] = UInt8(ascii: "=")
                    place += 4
                }
                return place
            }
        }
    }

    /// The bytes; nil when the text is no base64.
    ///
    /// White space is ignored, padding is required.
    static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { input in
            values.withUnsafeBufferPointer { table in
                var result: [UInt8] = []
                result.reserveCapacity(input.count / 4 * 3)
                var group: UInt32 = 0
                var count = 0
                var padding = 0
                for byte in input {
                    switch byte {
                    case 0x20, 0x09, 0x0A, 0x0D: continue
                    case UInt8(ascii: "="):
                        padding += 1
                    default:
                        let value = table[Int(byte)]
                        if value == 0xFF || padding > 0 { return nil }
                        group = group << 6 | UInt32(value)
                        count += 1
                        if count == 4 {
                            result.append(UInt8(truncatingIfNeeded: group >> 16))
                            result.append(UInt8(truncatingIfNeeded: group >> 8))
                            result.append(UInt8(truncatingIfNeeded: group))
                            group = 0
                            count = 0
                        }
                    }
                }
                switch (count, padding) {
                case (0, 0): break
                case (2, 2): result.append(UInt8(truncatingIfNeeded: group >> 4))
                case (3, 1):
                    result.append(UInt8(truncatingIfNeeded: group >> 10))
                    result.append(UInt8(truncatingIfNeeded: group >> 2))
                default: return nil
                }
                return result
            }
        }
    }
}
