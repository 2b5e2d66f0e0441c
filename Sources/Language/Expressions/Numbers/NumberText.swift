/// The text of numbers as .NET writes them without a format (workflow definition language, section 2.7).
enum NumberText {
    /// A double's text: the shortest digits that read back, `1E+21` style exponents, no trailing `.0`.
    ///
    /// Exponents begin above 15 digits before the point (or above the digits there are) and below 0.0001.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
        if value.magnitude < 1e15, let integer = Int64(exactly: value) {
            return integer == 0 && value.sign == .minus ? "-0" : String(integer)
        }
        let digits = DecimalDigits(shortest: value)
        return general(digits, significantDigits: max(digits.digits.count, 15), exponentLetter: "E", decimal: ".")
    }

    /// The general format: fixed point while the point lies within `significantDigits`, else with an exponent of at
    /// least two digits.
    static func general(
        _ number: DecimalDigits,
        significantDigits: Int,
        exponentLetter: Character,
        decimal: String,
        minus: String = "-",
        alwaysFixed: Bool = false
    ) -> String {
        var text = number.isNegative ? minus : ""
        guard !number.isZero else { return text + "0" }
        let isScientific = !alwaysFixed && (number.pointPosition > significantDigits || number.pointPosition < -3)
        let digits = number.digits.map { Character(Unicode.Scalar($0 + 0x30)) }
        if isScientific {
            text.append(digits[0])
            if digits.count > 1 {
                text += decimal
                text.append(contentsOf: digits[1...])
            }
            let exponent = number.pointPosition - 1
            text.append(exponentLetter)
            text += exponent < 0 ? "-" : "+"
            if exponent.magnitude < 10 { text += "0" }
            text += String(exponent.magnitude)
        } else if number.pointPosition <= 0 {
            text += "0" + decimal + String(repeating: "0", count: -number.pointPosition)
            text.append(contentsOf: digits)
        } else if digits.count <= number.pointPosition {
            text.append(contentsOf: digits)
            text += String(repeating: "0", count: number.pointPosition - digits.count)
        } else {
            text.append(contentsOf: digits[..<number.pointPosition])
            text += decimal
            text.append(contentsOf: digits[number.pointPosition...])
        }
        return text
    }
}
