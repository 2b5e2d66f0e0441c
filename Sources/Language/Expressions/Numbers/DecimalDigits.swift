/// A number as decimal digits with a point: the common ground of number texts and formats.
///
/// The value is 0.d1d2d3… × 10^pointPosition; there are no leading zeros, and zero has no digits.
struct DecimalDigits: Sendable, Equatable {
    /// How a digit sequence is cut.
    enum Rounding: Sendable {
        /// Half away from zero, as .NET rounds integers, decimals and custom formats.
        case halfAway
        /// Half to the even digit, as .NET rounds a double in the standard formats.
        case halfEven
    }

    /// The digits, each 0 to 9, most significant first.
    private(set) var digits: [UInt8]
    /// How many digits stand before the point; negative when zeros follow the point.
    private(set) var pointPosition: Int
    /// Whether a minus sign belongs to the number.
    var isNegative: Bool

    /// The digits of an integer times a power of ten.
    init(digits: [UInt8], exponent: Int, isNegative: Bool) {
        let leading = digits.prefix { $0 == 0 }.count
        self.digits = Array(digits.dropFirst(leading))
        pointPosition = self.digits.isEmpty ? 0 : self.digits.count + exponent
        self.isNegative = isNegative
    }

    /// An integer's digits.
    init(_ value: Int64) {
        self.init(
            digits: value == 0 ? [] : String(value.magnitude).utf8.map { $0 - 0x30 },
            exponent: 0,
            isNegative: value < 0
        )
    }

    /// The exact decimal expansion of a finite double: at most 767 digits.
    init(_ value: Double) {
        guard value != 0, value.isFinite else {
            self.init(digits: [], exponent: 0, isNegative: value.sign == .minus)
            return
        }
        var mantissa = value.significandBitPattern
        var exponent = Int(value.exponentBitPattern)
        if exponent == 0 {
            exponent = 1
        } else {
            mantissa |= 1 << 52
        }
        exponent -= 1_075
        let zeros = mantissa.trailingZeroBitCount
        mantissa >>= UInt64(zeros)
        exponent += zeros
        var limbs = Limbs(mantissa)
        if exponent >= 0 {
            for _ in 0..<exponent { limbs.multiply(by: 2) }
            self.init(digits: limbs.digits, exponent: 0, isNegative: value < 0)
        } else {
            // m / 2^k = m × 5^k / 10^k
            for _ in 0..<(-exponent) { limbs.multiply(by: 5) }
            self.init(digits: limbs.digits, exponent: exponent, isNegative: value < 0)
        }
    }

    /// The shortest digits that read back as the same double.
    init(shortest value: Double) {
        var digits: [UInt8] = []
        var exponent = 0
        var seenPoint = false
        var iterator = value.magnitude.description.utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case 0x30...0x39:
                digits.append(byte - 0x30)
                if seenPoint { exponent -= 1 }
            case UInt8(ascii: "."): seenPoint = true
            case UInt8(ascii: "e"):
                var text = ""
                while let rest = iterator.next() { text.unicodeScalars.append(Unicode.Scalar(rest)) }
                exponent += Int(text) ?? 0
            default: break
            }
        }
        self.init(digits: digits, exponent: exponent, isNegative: value.sign == .minus)
        trimTrailingZeros()
    }

    /// Whether the number is zero.
    var isZero: Bool { digits.isEmpty }

    /// The digit at a place counted from the first digit before the point leftwards (0) or rightwards (-1, -2 …).
    func digit(atPowerOfTen power: Int) -> UInt8 {
        let index = pointPosition - 1 - power
        return index >= 0 && index < digits.count ? digits[index] : 0
    }

    mutating func trimTrailingZeros() {
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { pointPosition = 0 }
    }

    /// Moves the point to the right, for percent.
    mutating func multiply(byPowerOfTen power: Int) {
        if !digits.isEmpty { pointPosition += power }
    }

    mutating func round(toSignificantDigits count: Int, mode: Rounding) { cut(keeping: count, mode) }

    mutating func round(toFractionDigits count: Int, mode: Rounding) {
        let sum = pointPosition.addingReportingOverflow(count)
        if !sum.overflow { cut(keeping: sum.partialValue, mode) }
    }

    private mutating func cut(keeping count: Int, _ mode: Rounding) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            pointPosition = 0
            return
        }
        let first = digits[count]
        var goesUp = first > 5
        if first == 5 {
            switch mode {
            case .halfAway: goesUp = true
            case .halfEven:
                goesUp =
                    digits[(count + 1)...].contains { $0 != 0 } || (count > 0 && digits[count - 1] & 1 == 1)
            }
        }
        digits.removeSubrange(count...)
        if goesUp {
            var index = count - 1
            while index >= 0, digits[index] == 9 {
                digits.removeLast()
                index -= 1
            }
            if index >= 0 {
                digits[index] += 1
            } else {
                digits = [1]
                pointPosition += 1
            }
        }
        trimTrailingZeros()
    }
}

/// A small big integer: base 10^9 limbs, least significant first, only what exact expansions need.
private struct Limbs {
    private var limbs: [UInt32]

    init(_ value: UInt64) {
        limbs = []
        var rest = value
        while rest > 0 {
            limbs.append(UInt32(rest % 1_000_000_000))
            rest /= 1_000_000_000
        }
    }

    mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * factor + carry
            limbs[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        if carry > 0 { limbs.append(UInt32(carry)) }
    }

    var digits: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(limbs.count * 9)
        for limb in limbs.reversed() {
            var divisor: UInt32 = 100_000_000
            while divisor > 0 {
                result.append(UInt8(limb / divisor % 10))
                divisor /= 10
            }
        }
        return result
    }
}
