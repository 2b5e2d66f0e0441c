/// Reading numbers from text as .NET does.
enum NumberParsing {
    /// A 64-bit integer: white space around it, an optional sign, digits; nil for anything else.
    static func integer(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        var range = bytes.indices
        trimWhiteSpace(bytes, &range)
        guard let first = range.first else { return nil }
        var start = first
        if bytes[start] == UInt8(ascii: "+") || bytes[start] == UInt8(ascii: "-") { start += 1 }
        guard start < range.upperBound, range.count <= 200_000 else { return nil }
        for index in start..<range.upperBound where !CharacterClasses.isDigit(bytes[index]) { return nil }
        return Int64(String(decoding: bytes[range], as: UTF8.self))
    }

    /// The digits of a decimal or float text with optional groups, point, exponent and a sign before or after.
    ///
    /// The styles are .NET's `Float | AllowThousands | AllowTrailingSign`: group separators may stand anywhere
    /// after the first digit and before the point.
    static func number(_ text: String, culture: NumberCulture = .englishUS) -> DecimalDigits? {
        var reader = Reader(bytes: Array(text.utf8), culture: culture)
        return reader.read()
    }

    /// A double; nil when the text is no number or too large.
    static func double(_ text: String, culture: NumberCulture = .englishUS) -> Double? {
        guard let digits = number(text, culture: culture) else { return nil }
        return double(digits)
    }

    /// The nearest double of a digit sequence; nil when too large.
    static func double(_ digits: DecimalDigits) -> Double? {
        if digits.isZero { return digits.isNegative ? -0.0 : 0 }
        var text = digits.isNegative ? "-0." : "0."
        text += String(decoding: digits.digits.map { $0 + 0x30 }, as: UTF8.self)
        text += "e\(digits.pointPosition)"
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// A decimal; nil when the text is no number or too large.
    static func decimal(_ text: String) -> NetDecimal? {
        guard let number = number(text) else { return nil }
        // Digits after the point that were written as zeros count for the text of a decimal.
        return decimal(number, fractionDigits: writtenFractionDigits(text))
    }

    private static func decimal(_ number: DecimalDigits, fractionDigits: Int) -> NetDecimal? {
        guard number.pointPosition <= 40, number.pointPosition > -60 else {
            return number.isZero || number.pointPosition < 0 ? .zero : nil
        }
        var digits = number.digits
        if number.pointPosition < 0 { digits = [UInt8](repeating: 0, count: -number.pointPosition) + digits }
        let point = max(number.pointPosition, 0)
        while digits.count - point < min(fractionDigits, NetDecimal.maximumScale) { digits.append(0) }
        return NetDecimal(digits: digits, pointPosition: point, isNegative: number.isNegative)
    }

    private static func writtenFractionDigits(_ text: String) -> Int {
        var count = 0
        var seenPoint = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") { seenPoint = true } else if byte | 0x20 == UInt8(ascii: "e") { return 0 }
            if seenPoint, CharacterClasses.isDigit(byte) { count += 1 }
        }
        return count
    }

    private static func trimWhiteSpace(_ bytes: [UInt8], _ range: inout Range<Int>) {
        while let first = range.first, isWhiteSpace(bytes[first]) { range = (first + 1)..<range.upperBound }
        while let last = range.last, isWhiteSpace(bytes[last]) { range = range.lowerBound..<last }
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    /// One pass over the text, as .NET's `TryParseNumber`.
    private struct Reader {
        let bytes: [UInt8]
        let culture: NumberCulture
        var index = 0
        var isNegative = false
        var hasSign = false

        init(bytes: [UInt8], culture: NumberCulture) {
            self.bytes = bytes
            self.culture = culture
        }

        mutating func read() -> DecimalDigits? {
            skipWhiteSpace()
            _ = takeSign()
            skipWhiteSpace()
            var digits: [UInt8] = []
            var sawDigit = false
            var sawPoint = false
            var exponent = 0
            while index < bytes.count {
                if CharacterClasses.isDigit(bytes[index]) {
                    sawDigit = true
                    digits.append(bytes[index] - 0x30)
                    if sawPoint { exponent -= 1 }
                    index += 1
                } else if !sawPoint, take(culture.decimal) {
                    sawPoint = true
                } else if sawDigit, !sawPoint, takeGroup() {
                    continue
                } else {
                    break
                }
            }
            guard sawDigit else { return nil }
            if let written = takeExponent() { exponent += written }
            skipWhiteSpace()
            if !hasSign {
                _ = takeSign()
                skipWhiteSpace()
            }
            guard index == bytes.count else { return nil }
            var result = DecimalDigits(digits: digits, exponent: exponent, isNegative: isNegative)
            result.trimTrailingZeros()
            return result
        }

        private mutating func skipWhiteSpace() {
            while index < bytes.count, NumberParsing.isWhiteSpace(bytes[index]) { index += 1 }
        }

        private mutating func take(_ text: String) -> Bool {
            let wanted = text.utf8
            guard !wanted.isEmpty, bytes[index...].starts(with: wanted) else { return false }
            index += wanted.count
            return true
        }

        private mutating func takeGroup() -> Bool {
            if take(culture.group) { return true }
            // .NET takes a blank where the culture writes a no-break space.
            return (culture.group == "\u{A0}" || culture.group == "\u{202F}") && (take("\u{A0}") || takeInnerBlank())
        }

        private mutating func takeInnerBlank() -> Bool {
            guard index + 1 < bytes.count, bytes[index] == 0x20, CharacterClasses.isDigit(bytes[index + 1]) else {
                return false
            }
            index += 1
            return true
        }

        private mutating func takeSign() -> Bool {
            guard index < bytes.count else { return false }
            if take("-") || take(culture.minus) {
                isNegative = true
            } else if !take("+") {
                return false
            }
            hasSign = true
            return true
        }

        private mutating func takeExponent() -> Int? {
            guard index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") else { return nil }
            var place = index + 1
            var sign = 1
            if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") {
                sign = bytes[place] == UInt8(ascii: "-") ? -1 : 1
                place += 1
            }
            guard place < bytes.count, CharacterClasses.isDigit(bytes[place]) else { return nil }
            var value = 0
            while place < bytes.count, CharacterClasses.isDigit(bytes[place]) {
                value = min(value * 10 + Int(bytes[place] - 0x30), 1_000_000)
                place += 1
            }
            index = place
            return sign * value
        }
    }
}
