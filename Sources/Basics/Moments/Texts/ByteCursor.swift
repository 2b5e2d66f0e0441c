/// A place in a run of bytes, with the few steps that date texts need.
struct ByteCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Runs `body` over the UTF-8 bytes of `text`.
    static func over<T>(_ text: String, _ body: (inout ByteCursor) -> T) -> T {
        var text = text
        return text.withUTF8 { buffer in
            var cursor = ByteCursor(buffer)
            return body(&cursor)
        }
    }

    var isAtEnd: Bool { position >= bytes.count }
    var remaining: Int { bytes.count - position }

    /// The byte here, or the one this many further; 0 past the end.
    func peek(_ offset: Int = 0) -> UInt8 {
        let index = position + offset
        return index < bytes.count ? bytes[index] : 0
    }

    /// Steps over this byte if it is here.
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Steps over blanks, tabs and line breaks.
    mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || (bytes[position] >= 0x09 && bytes[position] <= 0x0D) {
            position += 1
        }
    }

    /// Number of decimal digits from here on.
    var digitRun: Int {
        var end = position
        while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
        return end - position
    }

    /// Reads exactly this many digits (at most 18).
    mutating func digits(_ count: Int) -> Int? {
        guard remaining >= count else { return nil }
        var value = 0
        for index in position..<(position + count) {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        position += count
        return value
    }

    /// Reads one to `most` digits (at most 18) and says how many they were.
    mutating func digits(upTo most: Int) -> (value: Int, count: Int)? {
        let count = Swift.min(digitRun, most)
        guard count > 0, let value = digits(count) else { return nil }
        return (value, count)
    }

    /// Reads the digits of a fraction of a second as ticks, rounded to 100 ns (so possibly a full second); nil without a digit.
    mutating func fractionTicks() -> Int64? {
        let count = digitRun
        guard count > 0, var value = digits(Swift.min(count, 7)) else { return nil }
        for _ in Swift.min(count, 7)..<7 { value *= 10 }
        if count > 7 {
            if bytes[position] >= 0x35 { value += 1 }
            position += count - 7
        }
        return Int64(value)
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
}
