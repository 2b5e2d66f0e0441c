/// A decimal number as .NET's `System.Decimal`: a 96-bit integer and a scale of 0 to 28, that is 28 to 29 digits.
///
/// Arithmetic follows .NET: results that do not fit are rounded half to even, trailing zeros are significant for the
/// text (`1.10` stays `1.10`), and what exceeds 79,228,162,514,264,337,593,543,950,335 overflows (nil here).
struct NetDecimal: Sendable {
    /// The digits as one integer, below 2^96.
    private(set) var magnitude: UInt128
    /// How many of the digits stand after the point, 0 to 28.
    private(set) var scale: Int
    /// Whether the number is below zero; a zero may carry it and is written without.
    private(set) var isNegative: Bool

    static let maximumMagnitude: UInt128 = (1 << 96) - 1
    static let maximumScale = 28
    static let zero = NetDecimal(Int64(0))

    /// An integer.
    init(_ value: Int64) {
        magnitude = UInt128(value.magnitude)
        scale = 0
        isNegative = value < 0
    }

    private init(magnitude: UInt128, scale: Int, isNegative: Bool) {
        self.magnitude = magnitude
        self.scale = scale
        self.isNegative = isNegative
    }

    /// The digits, most significant first, with a point after `pointPosition` of them; nil when too large.
    ///
    /// More digits than fit are rounded half to even.
    init?(digits: some Sequence<UInt8>, pointPosition: Int, isNegative: Bool) {
        var magnitude: UInt128 = 0
        var taken = 0
        var dropped: [UInt8] = []
        for digit in digits {
            if dropped.isEmpty, taken - pointPosition < Self.maximumScale || taken < pointPosition {
                let next = magnitude.multipliedReportingOverflow(by: 10)
                let sum = next.partialValue.addingReportingOverflow(UInt128(digit))
                if !next.overflow, !sum.overflow, sum.partialValue <= Self.maximumMagnitude {
                    magnitude = sum.partialValue
                    taken += 1
                    continue
                }
            }
            dropped.append(digit)
        }
        if let first = dropped.first {
            if taken < pointPosition {
                // Digits before the point do not fit.
                return nil
            }
            let isAboveHalf = first > 5 || (first == 5 && dropped.dropFirst().contains { $0 != 0 })
            if isAboveHalf || (first == 5 && !dropped.dropFirst().contains { $0 != 0 } && magnitude & 1 == 1) {
                magnitude += 1
                if magnitude > Self.maximumMagnitude { return nil }
            }
        }
        var scale = taken - pointPosition
        while scale < 0 {
            let next = magnitude.multipliedReportingOverflow(by: 10)
            if next.overflow || next.partialValue > Self.maximumMagnitude { return nil }
            magnitude = next.partialValue
            scale += 1
            if magnitude == 0 { scale = 0 }
        }
        if magnitude == 0 { scale = min(scale, Self.maximumScale) }
        guard scale <= Self.maximumScale else {
            self.init(magnitude: 0, scale: Self.maximumScale, isNegative: isNegative)
            return
        }
        self.init(magnitude: magnitude, scale: scale, isNegative: isNegative)
    }

    /// The number rounded to 15 significant digits, as .NET converts a `double`; nil when too large or not finite.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if value == 0 {
            self = .zero
            return
        }
        var digits = DecimalDigits(value)
        guard digits.pointPosition <= 29 else { return nil }
        digits.round(toSignificantDigits: 15, mode: .halfEven)
        digits.trimTrailingZeros()
        guard
            let result = NetDecimal(
                digits: Self.padded(digits),
                pointPosition: max(digits.pointPosition, 0),
                isNegative: value < 0
            )
        else { return nil }
        self = result
    }

    private static func padded(_ digits: DecimalDigits) -> [UInt8] {
        if digits.pointPosition >= 0 { return digits.digits }
        return [UInt8](repeating: 0, count: min(-digits.pointPosition, 40)) + digits.digits
    }

    var isZero: Bool { magnitude == 0 }

    /// The number's text as .NET writes it, with a point and all digits of its scale.
    var text: String {
        var digits = String(magnitude)
        if scale > 0 {
            if digits.utf8.count <= scale {
                digits = String(repeating: "0", count: scale - digits.utf8.count + 1) + digits
            }
            let point = digits.index(digits.endIndex, offsetBy: -scale)
            digits = digits[..<point] + "." + digits[point...]
        }
        return isNegative && magnitude != 0 ? "-" + digits : digits
    }

    /// The nearest double.
    var doubleValue: Double { Double(text) ?? 0 }

    /// The number as an integer when it is one and fits.
    var integerValue: Int64? {
        let divisor = Self.powerOfTen(scale)
        let parts = magnitude.quotientAndRemainder(dividingBy: divisor)
        guard parts.remainder == 0 else { return nil }
        if isNegative {
            guard parts.quotient <= UInt128(Int64.max) + 1 else { return nil }
            return parts.quotient == UInt128(Int64.max) + 1 ? Int64.min : -Int64(parts.quotient)
        }
        return Int64(exactly: parts.quotient)
    }

    /// The digits and the place of the point, for number formats.
    var digits: DecimalDigits {
        DecimalDigits(digits: String(magnitude).utf8.map { $0 - 0x30 }, exponent: -scale, isNegative: isNegative)
    }

    static func powerOfTen(_ exponent: Int) -> UInt128 {
        var result: UInt128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}

// MARK: - Arithmetic

extension NetDecimal {
    static func + (left: NetDecimal, right: NetDecimal) -> NetDecimal? {
        let scale = max(left.scale, right.scale)
        let a = Wide(left.magnitude, times: powerOfTen(scale - left.scale))
        let b = Wide(right.magnitude, times: powerOfTen(scale - right.scale))
        if left.isNegative == right.isNegative {
            return fit(a.adding(b), scale: scale, isNegative: left.isNegative)
        }
        if a.isLess(than: b) { return fit(b.subtracting(a), scale: scale, isNegative: right.isNegative) }
        return fit(a.subtracting(b), scale: scale, isNegative: left.isNegative)
    }

    static func - (left: NetDecimal, right: NetDecimal) -> NetDecimal? { left + right.negated }

    static func * (left: NetDecimal, right: NetDecimal) -> NetDecimal? {
        fit(
            Wide(left.magnitude, times: right.magnitude),
            scale: left.scale + right.scale,
            isNegative: left.isNegative != right.isNegative
        )
    }

    var negated: NetDecimal { NetDecimal(magnitude: magnitude, scale: scale, isNegative: !isNegative) }

    /// The quotient to 28 or 29 digits; nil for a zero divisor or an overflow.
    static func / (left: NetDecimal, right: NetDecimal) -> NetDecimal? {
        guard right.magnitude != 0 else { return nil }
        var (quotient, remainder) = left.magnitude.quotientAndRemainder(dividingBy: right.magnitude)
        var scale = left.scale - right.scale
        let preferred = max(scale, 0)
        while (remainder != 0 && scale < maximumScale) || scale < 0 {
            let next = remainder * 10
            let digit = next / right.magnitude
            let grown = quotient * 10 + digit
            if grown > maximumMagnitude {
                if scale < 0 { return nil }
                break
            }
            quotient = grown
            remainder = next % right.magnitude
            scale += 1
        }
        let twice = remainder * 2
        if twice > right.magnitude || (twice == right.magnitude && quotient & 1 == 1) { quotient += 1 }
        while scale > preferred, quotient % 10 == 0 {
            quotient /= 10
            scale -= 1
        }
        return fit(
            Wide(high: 0, low: quotient),
            scale: scale,
            isNegative: left.isNegative != right.isNegative
        )
    }

    /// The remainder of the division truncated toward zero, with the sign of the dividend; nil for a zero divisor.
    static func % (left: NetDecimal, right: NetDecimal) -> NetDecimal? {
        guard right.magnitude != 0 else { return nil }
        let scale = max(left.scale, right.scale)
        let a = Wide(left.magnitude, times: powerOfTen(scale - left.scale))
        let b = Wide(right.magnitude, times: powerOfTen(scale - right.scale))
        return fit(a.remainder(dividingBy: b), scale: scale, isNegative: left.isNegative)
    }

    /// Whether two numbers differ and how: below zero when the first is less.
    static func compare(_ left: NetDecimal, _ right: NetDecimal) -> Int {
        if left.isZero && right.isZero { return 0 }
        let leftNegative = left.isNegative && !left.isZero
        let rightNegative = right.isNegative && !right.isZero
        if leftNegative != rightNegative { return leftNegative ? -1 : 1 }
        let scale = max(left.scale, right.scale)
        let a = Wide(left.magnitude, times: powerOfTen(scale - left.scale))
        let b = Wide(right.magnitude, times: powerOfTen(scale - right.scale))
        if a.isLess(than: b) { return leftNegative ? 1 : -1 }
        if b.isLess(than: a) { return leftNegative ? -1 : 1 }
        return 0
    }

    /// Brings a wide result into 96 bits and 28 digits after the point, rounding half to even once.
    private static func fit(_ value: Wide, scale: Int, isNegative: Bool) -> NetDecimal? {
        var drop = max(scale - maximumScale, 0)
        while drop <= min(scale, 38) {
            let divisor = powerOfTen(drop)
            var (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
            let twice = remainder << 1
            if drop > 0, twice > divisor || (twice == divisor && quotient.low & 1 == 1) {
                quotient = quotient.adding(Wide(high: 0, low: 1))
            }
            if quotient.high == 0, quotient.low <= maximumMagnitude {
                return NetDecimal(magnitude: quotient.low, scale: scale - drop, isNegative: isNegative)
            }
            drop += 1
            remainder = 0
        }
        return nil
    }
}

/// An unsigned integer of 256 bits, as wide as the product of two magnitudes needs.
private struct Wide {
    var high: UInt128
    var low: UInt128

    init(high: UInt128, low: UInt128) {
        self.high = high
        self.low = low
    }

    init(_ left: UInt128, times right: UInt128) {
        let product = left.multipliedFullWidth(by: right)
        high = product.high
        low = product.low
    }

    func adding(_ other: Wide) -> Wide {
        let sum = low.addingReportingOverflow(other.low)
        return Wide(high: high &+ other.high &+ (sum.overflow ? 1 : 0), low: sum.partialValue)
    }

    func subtracting(_ other: Wide) -> Wide {
        let difference = low.subtractingReportingOverflow(other.low)
        return Wide(high: high &- other.high &- (difference.overflow ? 1 : 0), low: difference.partialValue)
    }

    func isLess(than other: Wide) -> Bool {
        high != other.high ? high < other.high : low < other.low
    }

    func quotientAndRemainder(dividingBy divisor: UInt128) -> (Wide, UInt128) {
        let upper = high.quotientAndRemainder(dividingBy: divisor)
        let lower = divisor.dividingFullWidth((upper.remainder, low))
        return (Wide(high: upper.quotient, low: lower.quotient), lower.remainder)
    }

    func remainder(dividingBy divisor: Wide) -> Wide {
        if isLess(than: divisor) { return self }
        if divisor.high == 0 { return Wide(high: 0, low: quotientAndRemainder(dividingBy: divisor.low).1) }
        var rest = Wide(high: 0, low: 0)
        for bit in stride(from: 255, through: 0, by: -1) {
            rest = rest.adding(rest)
            let isSet = bit >= 128 ? (high >> UInt128(bit - 128)) & 1 : (low >> UInt128(bit)) & 1
            if isSet == 1 { rest.low |= 1 }
            if !rest.isLess(than: divisor) { rest = rest.subtracting(divisor) }
        }
        return rest
    }
}
