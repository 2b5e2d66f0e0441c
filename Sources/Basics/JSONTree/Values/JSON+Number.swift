extension JSON {
    /// The number that a text stands for, in the form that keeps it exactly; the text must be a valid JSON number.
    ///
    /// An integer of 64 bits becomes `integer`; a number with fraction or exponent becomes `double` when the double's
    /// shortest text has the same value; all else stays `digits`.
    static func number(text: String) -> JSON {
        let isWhole = !text.utf8.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
        if isWhole {
            if let value = Int64(text) { return .integer(value) }
            return .digits(text)
        }
        guard let value = Double(text), value.isFinite, Decimal(text) == Decimal(value.description) else {
            return .digits(text)
        }
        return .double(value)
    }

    /// Makes a number of the text of one, or nil when the text is not a valid JSON number.
    public init?(number text: String) {
        guard let first = text.utf8.first, first == 0x2D || first &- 0x30 < 10, let value = try? JSON.parse(text),
            let last = text.utf8.last, last &- 0x30 < 10
        else { return nil }
        self = value
    }
}

/// A decimal number taken apart, for comparing two spellings of it.
private struct Decimal: Equatable {
    /// The digits without zeros at either end.
    var digits: [UInt8] = []
    /// The power of ten of the last digit; 0 when there are no digits.
    var power = 0
    var isNegative = false

    init(_ text: String) {
        var decimals = 0
        var afterPoint = false
        var exponent = 0
        var place = text.utf8.startIndex
        while place < text.utf8.endIndex {
            let byte = text.utf8[place]
            place = text.utf8.index(after: place)
            switch byte {
            case 0x2D: isNegative = true
            case 0x2E: afterPoint = true
            case 0x45, 0x65:
                let written = text[place...]
                // An exponent of more than 18 digits lies beyond any double; the two spellings then differ.
                exponent = Int(written) ?? (written.hasPrefix("-") ? -1_000_000_000 : 1_000_000_000)
                place = text.utf8.endIndex
            default:
                digits.append(byte)
                if afterPoint { decimals += 1 }
            }
        }
        power = exponent - decimals
        while digits.last == 0x30 {
            digits.removeLast()
            power += 1
        }
        digits = Array(digits.drop { $0 == 0x30 })
        if digits.isEmpty { power = 0 }
    }
}
