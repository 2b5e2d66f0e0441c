import Foundation

/// Host names with letters beyond ASCII, written as DNS has them (`xn--…`).
enum InternationalName {
    /// The ASCII form of a name, or nil if a label has characters that IDNA does not allow.
    ///
    /// Only letters, marks, ASCII digits and hyphens pass, and only those that mean nothing else: full-width digits,
    /// encircled letters, ideographic full stops and the like, which some programs turn into ASCII, are refused.
    static func ascii(_ name: String) -> String? {
        let normal = name.precomposedStringWithCanonicalMapping
        // String's == ignores canonical differences only, so the scalars are what must be equal.
        let folded = name.precomposedStringWithCompatibilityMapping
        guard normal.unicodeScalars.elementsEqual(folded.unicodeScalars) else { return nil }
        var labels: [String] = []
        for label in normal.lowercased().split(separator: ".", omittingEmptySubsequences: false) {
            if label.utf8.allSatisfy({ $0 < 0x80 }) {
                labels.append(String(label))
                continue
            }
            let scalars = label.unicodeScalars.map(\.self)
            guard scalars.allSatisfy(isAllowed), let encoded = punycode(scalars) else { return nil }
            labels.append("xn--" + encoded)
        }
        return labels.joined(separator: ".")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar == "-" || ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark: return true
        default: return false
        }
    }

    /// Encodes a label by RFC 3492; nil when it is too long.
    private static func punycode(_ scalars: [Unicode.Scalar]) -> String? {
        guard scalars.count <= 63 else { return nil }
        var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
        let basicCount = output.count
        var handled = basicCount
        if basicCount > 0 { output.append(UInt8(ascii: "-")) }
        var next: UInt32 = 128
        var delta = 0
        var bias = 72
        while handled < scalars.count {
            guard let smallest = scalars.lazy.map(\.value).filter({ $0 >= next }).min() else { return nil }
            delta += Int(smallest - next) * (handled + 1)
            next = smallest
            for scalar in scalars {
                if scalar.value < next { delta += 1 }
                guard scalar.value == next else { continue }
                append(delta, bias: bias, to: &output)
                bias = adapted(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return output.count <= 59 ? String(decoding: output, as: UTF8.self) : nil
    }

    private static func append(_ delta: Int, bias: Int, to output: inout [UInt8]) {
        func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26) }
        var rest = delta
        var position = 36
        while true {
            let threshold = min(max(position - bias, 1), 26)
            if rest < threshold { break }
            output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            position += 36
        }
        output.append(digit(rest))
    }

    private static func adapted(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var steps = 0
        while delta > 455 {
            delta /= 35
            steps += 36
        }
        return steps + 36 * delta / (delta + 38)
    }
}
