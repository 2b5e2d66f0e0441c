/// What files may have beyond JSON: other encodings, comments, commas at the end.
///
/// Deployment tools take templates with comments, so such files are real. Everything is replaced in its place by blanks,
/// so that lines and columns stay those of the file.
enum FileText {
    /// The bytes as UTF-8, when they begin with a byte order mark of UTF-16; else as they are.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 2, bytes.count % 2 == 0 else {
            return bytes
        }
        let isLittle = bytes[0] == 0xff && bytes[1] == 0xfe
        guard isLittle || (bytes[0] == 0xfe && bytes[1] == 0xff) else {
            return bytes
        }
        let units = stride(from: 2, to: bytes.count, by: 2).map { index in
            isLittle
                ? UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
                : UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// The text without comments and without commas before a closing bracket; nil when it has none of these.
    static func withoutComments(_ bytes: [UInt8]) -> [UInt8]? {
        var result = bytes
        var index = 0
        var lastComma: Int?
        var isChanged = false
        while index < result.count {
            switch result[index] {
            case UInt8(ascii: "\""):
                index = endOfText(result, index)
                lastComma = nil
            case UInt8(ascii: "/") where index + 1 < result.count && isComment(result[index + 1]):
                let end = endOfComment(result, index)
                blank(&result, index..<end)
                isChanged = true
                index = end - 1
            case UInt8(ascii: ","):
                lastComma = index
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if let comma = lastComma {
                    result[comma] = UInt8(ascii: " ")
                    isChanged = true
                }
                lastComma = nil
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                break
            default:
                lastComma = nil
            }
            index += 1
        }
        return isChanged ? result : nil
    }

    private static func isComment(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "*")
    }

    /// The index of the quotation mark that ends the text that begins at `start`, or of the last byte.
    private static func endOfText(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 1
            } else if bytes[index] == UInt8(ascii: "\"") {
                return index
            }
            index += 1
        }
        return bytes.count - 1
    }

    /// The index behind the comment that begins at `start`.
    private static func endOfComment(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start + 2
        if bytes[start + 1] == UInt8(ascii: "/") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") {
                index += 1
            }
            return index
        }
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "/"), index > start + 2, bytes[index - 1] == UInt8(ascii: "*") {
                return index + 1
            }
            index += 1
        }
        return bytes.count
    }

    private static func blank(_ bytes: inout [UInt8], _ range: Range<Int>) {
        for index in range where bytes[index] != UInt8(ascii: "\n") && bytes[index] != UInt8(ascii: "\r") {
            bytes[index] = UInt8(ascii: " ")
        }
    }
}
