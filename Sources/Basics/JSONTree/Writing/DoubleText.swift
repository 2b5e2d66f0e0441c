/// The text of a double: the shortest that reads back as the same double, in .NET's layout.
///
/// Always has a decimal point or an exponent, so that it is read back as a double: `1.0`, `0.0001`, `1E-05`,
/// `100000000000000.0`, `1E+15`, `1.5E+300`. Numbers from 1E-05 up to below 1E+15 are written without an exponent.
/// What JSON cannot say as a number (`NaN`, `Infinity`, `-Infinity`) is written as a text by the writer.
enum DoubleText {
    /// Appends the text of a finite double.
    static func append(_ value: Double, to output: inout ByteBuilder) {
        let magnitude = value.magnitude
        if magnitude < 1e15, value.rounded(.towardZero) == value {
            if value.sign == .minus { output.append(0x2D) }
            output.append(integer: Int64(magnitude))
            output.append(0x2E)
            output.append(0x30)
            return
        }
        // The standard library gives the shortest digits; only their layout is ours.
        var digits: [UInt8] = []
        digits.reserveCapacity(20)
        var point = 0
        var exponent = 0
        var text = magnitude.description
        text.withUTF8 { bytes in
            var afterPoint = false
            var place = 0
            while place < bytes.count {
                let byte = bytes[place]
                if byte == 0x2E {
                    afterPoint = true
                } else if byte == 0x65 {
                    exponent = exponentValue(bytes[(place + 1)...])
                    break
                } else {
                    digits.append(byte)
                    if !afterPoint { point += 1 }
                }
                place += 1
            }
        }
        if value.sign == .minus { output.append(0x2D) }
        lay(out: digits, point: point + exponent, to: &output)
    }

    private static func exponentValue(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var value = 0
        for byte in bytes where byte &- 0x30 < 10 { value = value * 10 + Int(byte &- 0x30) }
        return bytes.first == 0x2D ? -value : value
    }

    /// Writes digits whose decimal point stands after `point` of them.
    private static func lay(out digits: [UInt8], point: Int, to output: inout ByteBuilder) {
        var digits = digits[...]
        var point = point
        while digits.count > 1, digits.first == 0x30 {
            digits.removeFirst()
            point -= 1
        }
        while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
        let exponent = point - 1
        if exponent > -5 && exponent < 15 {
            if point <= 0 {
                output.append(0x30)
                output.append(0x2E)
                for _ in point..<0 { output.append(0x30) }
                for digit in digits { output.append(digit) }
            } else {
                for (place, digit) in digits.enumerated() {
                    if place == point { output.append(0x2E) }
                    output.append(digit)
                }
                if digits.count <= point {
                    for _ in digits.count..<point { output.append(0x30) }
                    output.append(0x2E)
                    output.append(0x30)
                }
            }
            return
        }
        for (place, digit) in digits.enumerated() {
            if place == 1 { output.append(0x2E) }
            output.append(digit)
        }
        output.append(0x45)
        output.append(exponent < 0 ? 0x2D : 0x2B)
        let size = Int64(exponent.magnitude)
        if size < 10 { output.append(0x30) }
        output.append(integer: size)
    }
}
