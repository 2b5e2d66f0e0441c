/// A text that is looked for, without regard to case; the work is that of reading once (Knuth, Morris and Pratt).
struct Needle: Sendable {
    private let bytes: [UInt8]
    /// How many bytes still fit at each place where the next one does not.
    private let fallback: [Int]

    init(_ text: String) {
        let bytes = Self.folded(Array(text.utf8)[...])
        var fallback = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[index] != bytes[length] { length = fallback[length - 1] }
            if bytes[index] == bytes[length] { length += 1 }
            fallback[index] = length
        }
        self.bytes = bytes
        self.fallback = fallback
    }

    /// Whether a line holds the text; every line holds the empty one.
    func isIn(_ line: ArraySlice<UInt8>) -> Bool {
        guard !bytes.isEmpty else { return true }
        var length = 0
        for byte in Self.folded(line) {
            while length > 0, byte != bytes[length] { length = fallback[length - 1] }
            if byte == bytes[length] { length += 1 }
            if length == bytes.count { return true }
        }
        return false
    }

    /// The bytes in small letters: those of ASCII one by one, others as Unicode has it.
    private static func folded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        if bytes.allSatisfy({ $0 < 0x80 }) {
            return bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        }
        return Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
    }
}
