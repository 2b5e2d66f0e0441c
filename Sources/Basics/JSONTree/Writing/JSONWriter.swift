/// Writes values as UTF-8 JSON text: compact, order kept, non-ASCII characters as they are.
///
/// Escaped are only the quotation mark, the backslash and control characters; a slash is not.
struct JSONWriter: ~Copyable {
    var output: ByteBuilder

    init(capacity: Int = 1_024) { output = ByteBuilder(capacity: capacity) }

    mutating func write(_ value: borrowing JSON) {
        switch value {
        case .null: output.append("null")
        case .bool(let value): output.append(value ? "true" : "false")
        case .integer(let value): output.append(integer: value)
        case .double(let value): write(value)
        case .digits(let text): text.withBytes { output.append($0) }
        case .string(let text): write(text)
        case .array(let items):
            output.append(0x5B)
            var isFirst = true
            for item in items {
                if !isFirst { output.append(0x2C) }
                isFirst = false
                write(item)
            }
            output.append(0x5D)
        case .object(let object):
            output.append(0x7B)
            var isFirst = true
            for member in object.members {
                if !isFirst { output.append(0x2C) }
                isFirst = false
                write(member.name)
                output.append(0x3A)
                write(member.value)
            }
            output.append(0x7D)
        }
    }

    /// Writes with line breaks and two blanks for each level.
    mutating func writePretty(_ value: borrowing JSON, level: Int = 0) {
        switch value {
        case .array(let items) where !items.isEmpty:
            output.append(0x5B)
            for (place, item) in items.enumerated() {
                if place > 0 { output.append(0x2C) }
                breakLine(level + 1)
                writePretty(item, level: level + 1)
            }
            breakLine(level)
            output.append(0x5D)
        case .object(let object) where !object.isEmpty:
            output.append(0x7B)
            for (place, member) in object.members.enumerated() {
                if place > 0 { output.append(0x2C) }
                breakLine(level + 1)
                write(member.name)
                output.append(": ")
                writePretty(member.value, level: level + 1)
            }
            breakLine(level)
            output.append(0x7D)
        default:
            write(value)
        }
    }

    private mutating func breakLine(_ level: Int) {
        output.append(0x0A)
        for _ in 0..<level { output.append("  ") }
    }

    private mutating func write(_ value: Double) {
        if value.isFinite {
            DoubleText.append(value, to: &output)
        } else {
            output.append(value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
        }
    }

    @inline(__always)
    private mutating func write(_ text: String) {
        output.append(0x22)
        text.withBytes { bytes in
            let plain = Self.plainCount(bytes, from: 0)
            if plain == bytes.count { output.append(bytes) } else { writeEscaped(bytes, plain) }
        }
        output.append(0x22)
    }

    /// The first place from `start` on whose byte needs an escape, or the end.
    @inline(__always)
    private static func plainCount(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let end = bytes.count
        var place = start
        let ones: UInt64 = 0x0101_0101_0101_0101
        while place + 8 <= end {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(base + place).loadUnaligned(as: UInt64.self)
            )
            let quotes = word ^ 0x2222_2222_2222_2222
            let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let marks =
                ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
                | ((word &- 0x2020_2020_2020_2020) & ~word)
            let stops = marks & 0x8080_8080_8080_8080
            if stops != 0 { return place + stops.trailingZeroBitCount >> 3 }
            place += 8
        }
        while place < end {
            let byte = base[place]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { return place }
            place += 1
        }
        return end
    }

    @inline(never)
    private mutating func writeEscaped(_ bytes: UnsafeBufferPointer<UInt8>, _ plain: Int) {
        var run = 0
        var place = plain
        while place < bytes.count {
            output.append(UnsafeBufferPointer(rebasing: bytes[run..<place]))
            switch bytes[place] {
            case 0x22: output.append("\\\"")
            case 0x5C: output.append("\\\\")
            case 0x08: output.append("\\b")
            case 0x09: output.append("\\t")
            case 0x0A: output.append("\\n")
            case 0x0C: output.append("\\f")
            case 0x0D: output.append("\\r")
            case let byte:
                output.append("\\u00")
                output.append(byte < 0x10 ? 0x30 : 0x31)
                let low = byte & 0x0F
                output.append(low < 10 ? 0x30 + low : 0x57 + low)
            }
            run = place + 1
            place = Self.plainCount(bytes, from: run)
        }
        output.append(UnsafeBufferPointer(rebasing: bytes[run...]))
    }
}
