extension JSONParser {
    /// Reads a number: an integer of 64 bits, a double that keeps it exactly, or its text.
    mutating func number() throws(ParseFailure) -> JSON {
        let start = at
        let negative = base[at] == 0x2D
        if negative { at += 1 }
        guard at < end, base[at] &- 0x30 < 10 else { throw badNumber("a digit") }
        var mantissa: UInt64 = 0
        let firstDigit = at
        if base[at] == 0x30 {
            at += 1
            if at < end, base[at] &- 0x30 < 10 { throw badNumber("no digit after a leading zero") }
        } else {
            digits(&mantissa)
        }
        let wholeDigits = at - firstDigit
        let next = at < end ? base[at] : 0
        guard next == 0x2E || next | 0x20 == 0x65 else {
            if wholeDigits <= 18 {
                return .integer(negative ? -Int64(mantissa) : Int64(mantissa))
            }
            return integer(from: start)
        }
        var scale = 0
        if next == 0x2E {
            at += 1
            let firstDecimal = at
            digits(&mantissa)
            scale = firstDecimal - at
            guard scale < 0 else { throw badNumber("a digit after the decimal point") }
        }
        let digitCount = wholeDigits - scale
        var exponent = 0
        if at < end, base[at] | 0x20 == 0x65 {
            exponent = try self.exponent()
        }
        if digitCount <= 15 {
            let power = scale + exponent
            if let value = Self.exactly(mantissa, power) {
                return .double(negative ? -value : value)
            }
        }
        return fraction(from: start)
    }

    @inline(__always)
    private mutating func digits(_ mantissa: inout UInt64) {
        while at < end {
            let digit = base[at] &- 0x30
            guard digit < 10 else { return }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            at += 1
        }
    }

    private mutating func exponent() throws(ParseFailure) -> Int {
        at += 1
        var negative = false
        if at < end, base[at] == 0x2B || base[at] == 0x2D {
            negative = base[at] == 0x2D
            at += 1
        }
        guard at < end, base[at] &- 0x30 < 10 else { throw badNumber("a digit in the exponent") }
        var result = 0
        while at < end {
            let digit = base[at] &- 0x30
            guard digit < 10 else { break }
            // Saturates: any exponent of that size is far out of a double's range.
            if result < 1_000_000 { result = result * 10 + Int(digit) }
            at += 1
        }
        return negative ? -result : result
    }

    @inline(never)
    private func badNumber(_ expected: StaticString) -> ParseFailure {
        failure(at < end ? .badNumber : .unexpectedEnd, expected)
    }

    /// The double of a decimal of at most 15 digits, where one exact operation gives it.
    ///
    /// A decimal of at most 15 digits is also the shortest text of its double, so nothing is lost.
    @inline(__always)
    private static func exactly(_ mantissa: UInt64, _ power: Int) -> Double? {
        let value = Double(mantissa)
        if power == 0 { return value }
        if power < 0, power >= -22 { return value / tens(-power) }
        if power > 0, power <= 22 { return value * tens(power) }
        return nil
    }

    @inline(__always)
    private static func tens(_ power: Int) -> Double { powersOfTen[power] }

    private func integer(from start: Int) -> JSON {
        let text = String(decoding: UnsafeBufferPointer(start: base + start, count: at - start), as: UTF8.self)
        if let value = Int64(text) { return .integer(value) }
        return .digits(text)
    }

    private func fraction(from start: Int) -> JSON {
        JSON.number(text: String(decoding: UnsafeBufferPointer(start: base + start, count: at - start), as: UTF8.self))
    }
}

/// The powers of ten that a double holds exactly.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    1e20, 1e21, 1e22,
]
