/// Custom numeric formats: `0`, `#`, `.`, `,`, `%`, `‰`, `E0`, quoted and escaped text, and up to three sections.
extension NumberFormat {
    /// What one section of a format asks for, found in a first pass.
    private struct Section {
        var start = 0
        var digitCount = 0
        var decimalPosition = -1
        var firstZero = Int.max
        var lastZero = 0
        var isScientific = false
        var hasSeparators = false
        var scale = 0
    }

    func custom(_ number: Number, format: [Unicode.Scalar]) throws(Failure) -> String {
        var digits = number.digits
        if number.isFloatingPoint { digits.round(toSignificantDigits: 15, mode: .halfEven) }
        digits.trimTrailingZeros()
        var start = sectionStart(format, digits.isZero ? 2 : digits.isNegative ? 1 : 0)
        var section = scan(format, from: start)
        if !digits.isZero {
            var rounded = digits
            round(&rounded, section)
            if rounded.isZero {
                let zeroStart = sectionStart(format, 2)
                if zeroStart != start {
                    start = zeroStart
                    section = scan(format, from: start)
                    rounded = digits
                    round(&rounded, section)
                }
            }
            digits = rounded
        }
        if digits.isZero, !number.isFloatingPoint { digits.isNegative = false }
        let text = write(digits, section, format)
        return digits.isNegative && start == 0 && !text.isEmpty ? culture.minus + text : text
    }

    private func round(_ digits: inout DecimalDigits, _ section: Section) {
        digits.multiply(byPowerOfTen: section.scale)
        if section.isScientific {
            digits.round(toSignificantDigits: section.digitCount, mode: .halfAway)
        } else {
            digits.round(toFractionDigits: section.digitCount - section.decimalPosition, mode: .halfAway)
        }
    }

    /// Where the wanted section begins; 0 when it is absent or empty.
    private func sectionStart(_ format: [Unicode.Scalar], _ wanted: Int) -> Int {
        var remaining = wanted
        guard remaining > 0 else { return 0 }
        var index = 0
        while index < format.count {
            let scalar = format[index]
            index += 1
            switch scalar {
            case "'", "\"":
                while index < format.count, format[index] != scalar { index += 1 }
                index += 1
            case "\\": index += 1
            case ";":
                remaining -= 1
                if remaining == 0 { return index < format.count && format[index] != ";" ? index : 0 }
            default: break
            }
        }
        return 0
    }

    private func isExponent(_ format: [Unicode.Scalar], _ index: Int) -> Bool {
        guard index < format.count else { return false }
        if format[index] == "0" { return true }
        return (format[index] == "+" || format[index] == "-") && index + 1 < format.count && format[index + 1] == "0"
    }

    private func scan(_ format: [Unicode.Scalar], from start: Int) -> Section {
        var section = Section(start: start)
        var thousandPosition = -1
        var thousandCount = 0
        var index = start
        scanning: while index < format.count {
            let scalar = format[index]
            index += 1
            switch scalar {
            case ";": break scanning
            case "#": section.digitCount += 1
            case "0":
                if section.firstZero == Int.max { section.firstZero = section.digitCount }
                section.digitCount += 1
                section.lastZero = section.digitCount
            case ".":
                if section.decimalPosition < 0 { section.decimalPosition = section.digitCount }
            case ",":
                guard section.digitCount > 0, section.decimalPosition < 0 else { break }
                if thousandPosition >= 0 {
                    if thousandPosition == section.digitCount {
                        thousandCount += 1
                        break
                    }
                    section.hasSeparators = true
                }
                thousandPosition = section.digitCount
                thousandCount = 1
            case "%": section.scale += 2
            case "\u{2030}": section.scale += 3
            case "'", "\"":
                while index < format.count, format[index] != scalar { index += 1 }
                index += 1
            case "\\": index += 1
            case "E", "e":
                if isExponent(format, index) {
                    index += 1
                    while index < format.count, format[index] == "0" { index += 1 }
                    section.isScientific = true
                }
            default: break
            }
        }
        if section.decimalPosition < 0 { section.decimalPosition = section.digitCount }
        if thousandPosition >= 0 {
            if thousandPosition == section.decimalPosition {
                section.scale -= thousandCount * 3
            } else {
                section.hasSeparators = true
            }
        }
        return section
    }

    // swift-format-ignore: the passes over a format belong together
    private func write(_ number: DecimalDigits, _ section: Section, _ format: [Unicode.Scalar]) -> String {
        let point = section.decimalPosition
        let firstZero = section.firstZero < point ? point - section.firstZero : 0
        let lastZero = section.lastZero > point ? point - section.lastZero : 0
        let scale = number.isZero ? 0 : number.pointPosition
        var place = section.isScientific ? point : max(scale, point)
        var adjust = section.isScientific ? 0 : scale - point
        var isScientific = section.isScientific
        let shown = max(firstZero, place + min(adjust, 0))
        let separators = section.hasSeparators ? separatorPlaces(digitCount: shown) : []
        var digits = number.digits.makeIterator()
        var next = digits.next()
        var text = String.UnicodeScalarView()
        var hasPoint = false

        func append(_ digit: UInt8) {
            text.append(Unicode.Scalar(digit + 0x30))
            if place > 1, separators.contains(place - 1) { text.append(contentsOf: culture.group.unicodeScalars) }
        }

        var index = section.start
        writing: while index < format.count {
            let scalar = format[index]
            index += 1
            if adjust > 0, scalar == "#" || scalar == "0" || scalar == "." {
                while adjust > 0 {
                    append(next ?? 0)
                    next = digits.next()
                    place -= 1
                    adjust -= 1
                }
            }
            switch scalar {
            case ";": break writing
            case "#", "0":
                if adjust < 0 {
                    adjust += 1
                    if place <= firstZero { append(0) }
                } else if let digit = next {
                    append(digit)
                    next = digits.next()
                } else if place > lastZero {
                    append(0)
                }
                place -= 1
            case ".":
                if place == 0, !hasPoint, lastZero < 0 || (point < section.digitCount && next != nil) {
                    text.append(contentsOf: culture.decimal.unicodeScalars)
                    hasPoint = true
                }
            case "\u{2030}": text.append(scalar)
            case "%": text.append(contentsOf: culture.percent.unicodeScalars)
            case ",": break
            case "'", "\"":
                while index < format.count, format[index] != scalar {
                    text.append(format[index])
                    index += 1
                }
                index += 1
            case "\\":
                if index < format.count {
                    text.append(format[index])
                    index += 1
                }
            case "E", "e":
                if isScientific, isExponent(format, index) {
                    let hasSign = format[index] != "0"
                    let plus = format[index] == "+"
                    var zeros = hasSign ? 0 : 1
                    index += 1
                    while index < format.count, format[index] == "0" {
                        zeros += 1
                        index += 1
                    }
                    let value = number.isZero ? 0 : number.pointPosition - point
                    let letter: UInt8 = scalar == "E" ? UInt8(ascii: "E") : UInt8(ascii: "e")
                    text.append(
                        contentsOf: exponent(value, letter: letter, digits: min(zeros, 10), plus: plus).unicodeScalars
                    )
                    isScientific = false
                } else {
                    text.append(scalar)
                    if index < format.count, format[index] == "+" || format[index] == "-" {
                        text.append(format[index])
                        index += 1
                    }
                    while index < format.count, format[index] == "0" {
                        text.append("0")
                        index += 1
                    }
                }
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}
