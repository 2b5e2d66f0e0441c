extension JSONDocument {
    /// The bytes of the value that a pointer leads to, exactly as they stand in the text; nil when it leads nowhere.
    ///
    /// What stands there is kept: blanks, line breaks, escapes, the way in which numbers are written, repeated names.
    public func text(of pointer: JSONPointer) -> ArraySlice<UInt8>? {
        guard let start = place(of: pointer)?.offset else { return nil }
        return bytes[start..<end(ofValueAt: start)]
    }

    /// Where the value that begins at an offset ends; the text is known to be JSON.
    private func end(ofValueAt start: Int) -> Int {
        var depth = 0
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at = endOfText(at)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return at }
                depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                if depth == 0 { return at }
                at += 1
                continue
            default:
                // A digit of a number, or a letter of a word, whose end is what follows it.
                at += 1
                continue
            }
            at += 1
            if depth == 0 { return at }
        }
        return bytes.count
    }

    /// The index of the quotation mark that ends the text that begins at an offset.
    private func endOfText(_ start: Int) -> Int {
        var at = start + 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(at, bytes.count - 1)
    }
}
