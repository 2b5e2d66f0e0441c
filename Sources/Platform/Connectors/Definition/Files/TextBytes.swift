import Foundation

/// Bytes of text files.
enum TextBytes {
    /// Byte order marks of other encodings than UTF-8; those of UTF-32 first, because they begin like UTF-16.
    private static let marks: [(mark: [UInt8], encoding: String.Encoding)] = [
        ([0xFF, 0xFE, 0, 0], .utf32LittleEndian), ([0, 0, 0xFE, 0xFF], .utf32BigEndian),
        ([0xFF, 0xFE], .utf16LittleEndian), ([0xFE, 0xFF], .utf16BigEndian),
    ]

    /// The text in UTF-8: rewritten where a byte order mark says that it is in UTF-16 or UTF-32, else as it is.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        guard let (mark, encoding) = marks.first(where: { bytes.starts(with: $0.mark) }),
            let text = String(bytes: bytes.dropFirst(mark.count), encoding: encoding)
        else { return bytes }
        return Array(text.utf8)
    }
}
