/// .NET's standard and custom numeric formats, for `formatNumber`.
///
/// Doubles in the standard formats are rounded from their exact value, half to even; integers, decimals and all custom
/// formats round half away from zero, custom formats of a double after 15 significant digits.
struct NumberFormat {
    /// A number as the formats need it.
    enum Number: Sendable {
        case integer(Int64)
        case double(Double)
        case decimal(NetDecimal)

        var isFloatingPoint: Bool {
            if case .double = self { true } else { false }
        }

        var digits: DecimalDigits {
            switch self {
            case .integer(let value): DecimalDigits(value)
            case .double(let value): DecimalDigits(value)
            case .decimal(let value): value.digits
            }
        }
    }

    /// Why a number cannot be formatted.
    enum Failure: Error, Sendable {
        /// The format is not one, or does not take this kind of number.
        case invalidFormat
        /// The text would be longer than the limit.
        case tooLong
    }

    /// The longest custom format, in bytes.
    private static let maximumFormatLength = 100_000

    let culture: NumberCulture
    let maximumLength: Int

    /// The number's text.
    func text(_ number: Number, format: String) throws(Failure) -> String {
        if case .double(let value) = number, !value.isFinite { return NumberText.text(value) }
        guard format.utf8.count <= Self.maximumFormatLength else { throw .tooLong }
        guard let standard = Self.standard(format) else {
            return try custom(number, format: Array(format.unicodeScalars))
        }
        return try standardText(number, letter: standard.letter, precision: standard.precision)
    }

    /// The letter and precision of a standard format; nil when the format is a custom one.
    private static func standard(_ format: String) -> (letter: UInt8, precision: Int?)? {
        let bytes = Array(format.utf8)
        guard let first = bytes.first else { return (UInt8(ascii: "G"), nil) }
        guard (first | 0x20) >= UInt8(ascii: "a"), (first | 0x20) <= UInt8(ascii: "z"), bytes.count <= 10 else {
            return nil
        }
        if bytes.count == 1 { return (first, nil) }
        var precision = 0
        for byte in bytes.dropFirst() {
            guard CharacterClasses.isDigit(byte) else { return nil }
            precision = precision * 10 + Int(byte - 0x30)
        }
        return (first, precision)
    }

    private func standardText(_ number: Number, letter: UInt8, precision: Int?) throws(Failure) -> String {
        guard (precision ?? 0) <= maximumLength else { throw .tooLong }
        var digits = number.digits
        let rounding: DecimalDigits.Rounding = number.isFloatingPoint ? .halfEven : .halfAway
        switch letter | 0x20 {
        case UInt8(ascii: "n"), UInt8(ascii: "f"):
            digits.round(toFractionDigits: precision ?? 2, mode: rounding)
            let body = fixed(digits, fraction: precision ?? 2, grouped: letter | 0x20 == UInt8(ascii: "n"))
            return isNegative(digits, number) ? culture.minus + body : body
        case UInt8(ascii: "c"):
            let fraction = precision ?? culture.currencyDigits
            digits.round(toFractionDigits: fraction, mode: rounding)
            let pattern = isNegative(digits, number) ? culture.currencyNegative : culture.currencyPositive
            return fill(pattern, with: fixed(digits, fraction: fraction, grouped: true))
        case UInt8(ascii: "p"):
            digits.multiply(byPowerOfTen: 2)
            digits.round(toFractionDigits: precision ?? 2, mode: rounding)
            let pattern = isNegative(digits, number) ? culture.percentNegative : culture.percentPositive
            return fill(pattern, with: fixed(digits, fraction: precision ?? 2, grouped: true))
        case UInt8(ascii: "e"):
            return scientific(digits, letter: letter, fraction: precision ?? 6, number: number)
        case UInt8(ascii: "g"):
            return general(number, letter: letter, precision: precision)
        case UInt8(ascii: "r"):
            guard case .double(let value) = number else { throw .invalidFormat }
            return general(.double(value), letter: letter == UInt8(ascii: "r") ? 0x67 : 0x47, precision: nil)
        case UInt8(ascii: "d"):
            guard case .integer(let value) = number else { throw .invalidFormat }
            let text = String(value.magnitude)
            let zeros = String(repeating: "0", count: max(0, (precision ?? 0) - text.utf8.count))
            return (value < 0 ? culture.minus : "") + zeros + text
        case UInt8(ascii: "x"), UInt8(ascii: "b"):
            guard case .integer(let value) = number else { throw .invalidFormat }
            let radix = letter | 0x20 == UInt8(ascii: "x") ? 16 : 2
            let text = String(UInt64(bitPattern: value), radix: radix, uppercase: letter == UInt8(ascii: "X"))
            return String(repeating: "0", count: max(0, (precision ?? 0) - text.utf8.count)) + text
        default: throw .invalidFormat
        }
    }

    /// Whether a minus sign is shown: .NET keeps it for a double that rounds to zero.
    private func isNegative(_ digits: DecimalDigits, _ number: Number) -> Bool {
        digits.isNegative && (!digits.isZero || number.isFloatingPoint)
    }

    private func fill(_ pattern: String, with number: String) -> String {
        var text = ""
        for character in pattern {
            switch character {
            case "n": text += number
            case "$": text += culture.currency
            case "%": text += culture.percent
            case "-": text += culture.minus
            default: text.append(character)
            }
        }
        return text
    }

    /// The absolute number with exactly `fraction` digits after the point.
    private func fixed(_ digits: DecimalDigits, fraction: Int, grouped: Bool) -> String {
        let whole = max(digits.pointPosition, 1)
        let separators = grouped ? separatorPlaces(digitCount: whole) : []
        var bytes: [UInt8] = []
        bytes.reserveCapacity(whole + fraction + 8)
        for power in stride(from: whole - 1, through: 0, by: -1) {
            bytes.append(digits.digit(atPowerOfTen: power) + 0x30)
            if power > 0, separators.contains(power) { bytes.append(contentsOf: culture.group.utf8) }
        }
        if fraction > 0 {
            bytes.append(contentsOf: culture.decimal.utf8)
            for place in 1...fraction { bytes.append(digits.digit(atPowerOfTen: -place) + 0x30) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// After which powers of ten a group separator stands.
    func separatorPlaces(digitCount: Int) -> Set<Int> {
        guard !culture.group.isEmpty, var size = culture.groupSizes.first, size > 0 else { return [] }
        var places: Set<Int> = []
        var total = size
        var index = 0
        while digitCount > total {
            places.insert(total)
            if index + 1 < culture.groupSizes.count {
                index += 1
                size = culture.groupSizes[index]
                if size <= 0 { break }
            }
            total += size
        }
        return places
    }

    private func scientific(_ exact: DecimalDigits, letter: UInt8, fraction: Int, number: Number) -> String {
        var digits = exact
        digits.round(
            toSignificantDigits: fraction == Int.max ? fraction : fraction + 1,
            mode: number.isFloatingPoint ? .halfEven : .halfAway
        )
        var text = isNegative(digits, number) ? culture.minus : ""
        let first = digits.digits.first ?? 0
        text += String(first)
        if fraction > 0 {
            text += culture.decimal
            let rest = digits.digits.dropFirst().map { $0 + 0x30 }
            text += String(decoding: rest, as: UTF8.self)
            text += String(repeating: "0", count: max(0, fraction - rest.count))
        }
        return text + exponent(digits.isZero ? 0 : digits.pointPosition - 1, letter: letter, digits: 3, plus: true)
    }

    func exponent(_ value: Int, letter: UInt8, digits: Int, plus: Bool) -> String {
        let text = String(value.magnitude)
        let zeros = String(repeating: "0", count: max(0, digits - text.utf8.count))
        let sign = value < 0 ? culture.minus : plus ? "+" : ""
        return String(Character(Unicode.Scalar(letter))) + sign + zeros + text
    }

    private func general(_ number: Number, letter: UInt8, precision: Int?) -> String {
        var digits: DecimalDigits
        var significant = precision ?? 0
        var alwaysFixed = false
        if significant == 0 {
            switch number {
            case .integer(let value): return (value < 0 ? culture.minus : "") + String(value.magnitude)
            case .double(let value):
                digits = DecimalDigits(shortest: value)
                significant = max(digits.digits.count, 15)
            case .decimal(let value):
                digits = value.digits
                significant = 29
                alwaysFixed = true
            }
        } else {
            digits = number.digits
            digits.round(
                toSignificantDigits: significant,
                mode: number.isFloatingPoint ? .halfEven : .halfAway
            )
        }
        if !alwaysFixed { digits.trimTrailingZeros() }
        digits.isNegative = isNegative(digits, number)
        return NumberText.general(
            digits,
            significantDigits: significant,
            exponentLetter: letter == UInt8(ascii: "g") ? "e" : "E",
            decimal: culture.decimal,
            minus: culture.minus,
            alwaysFixed: alwaysFixed
        )
    }
}
