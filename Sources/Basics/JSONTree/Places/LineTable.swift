/// Lines and columns of a text.
///
/// A line ends with LF, CR LF or CR. Columns count Unicode scalars from 1; a tab counts one, a byte order mark none.
struct LineTable: Sendable {
    private let starts: [Int]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var starts = [0]
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == 0x0A || (byte == 0x0D && !(place < bytes.count && bytes[place] == 0x0A)) { starts.append(place) }
        }
        self.starts = starts
    }

    /// Line and column of a byte offset.
    func place(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (line: Int, column: Int) {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + 1, Self.column(from: starts[low], to: offset, bytes))
    }

    /// Line and column of one byte offset, without a table.
    static func place(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (line: Int, column: Int) {
        let offset = min(offset, bytes.count)
        var line = 1
        var start = 0
        for place in 0..<offset {
            let byte = bytes[place]
            if byte == 0x0A || (byte == 0x0D && !(place + 1 < bytes.count && bytes[place + 1] == 0x0A)) {
                line += 1
                start = place + 1
            }
        }
        return (line, column(from: start, to: offset, bytes))
    }

    private static func column(from start: Int, to offset: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var start = start
        if start == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { start = min(3, offset) }
        var column = 1
        for place in start..<min(offset, bytes.count) where bytes[place] & 0xC0 != 0x80 { column += 1 }
        return column
    }
}
