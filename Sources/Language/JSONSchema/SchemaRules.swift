import JSONTree

/// The rules about single texts and numbers.
enum SchemaRules {
    /// A rule that is not fulfilled.
    struct Broken {
        var kind: SchemaIssue.Kind
        var message: String
    }

    /// Length and format of a text; lengths count characters as a reader sees them.
    static func text(_ text: String, _ node: SchemaNode) -> [Broken] {
        var broken: [Broken] = []
        if node.maximumLength != nil || node.minimumLength != nil {
            let length = text.count
            if let bound = node.maximumLength, length > bound {
                let message = "String '\(text)' exceeds maximum length of \(bound)."
                broken.append(Broken(kind: .maximumLength, message: message))
            }
            if let bound = node.minimumLength, length < bound {
                let message = "String '\(text)' is less than minimum length of \(bound)."
                broken.append(Broken(kind: .minimumLength, message: message))
            }
        }
        if node.isDateTime, !DateTimeFormat.matches(text) {
            let message = "String '\(text)' does not validate against format 'date-time'."
            broken.append(Broken(kind: .format, message: message))
        }
        return broken
    }

    /// Bounds and multiples of a number.
    static func number(_ value: JSON, _ node: SchemaNode) -> [Broken] {
        var broken: [Broken] = []
        let word = SchemaTypes(of: value) == .integer ? "Integer" : "Float"
        if let bound = node.maximum {
            if isLess(bound, value) {
                let message = "\(word) \(value.text) exceeds maximum value of \(plain(bound))."
                broken.append(Broken(kind: .maximum, message: message))
            } else if node.isMaximumExclusive, !isLess(value, bound) {
                let message =
                    "\(word) \(value.text) equals maximum value of \(plain(bound)) and exclusive maximum is true."
                broken.append(Broken(kind: .maximum, message: message))
            }
        }
        if let bound = node.minimum {
            if isLess(value, bound) {
                let message = "\(word) \(value.text) is less than minimum value of \(plain(bound))."
                broken.append(Broken(kind: .minimum, message: message))
            } else if node.isMinimumExclusive, !isLess(bound, value) {
                let message =
                    "\(word) \(value.text) equals minimum value of \(plain(bound)) and exclusive minimum is true."
                broken.append(Broken(kind: .minimum, message: message))
            }
        }
        if let factor = node.multipleOf, !isMultiple(value, factor) {
            let message = "\(word) \(value.text) is not a multiple of \(plain(factor))."
            broken.append(Broken(kind: .multipleOf, message: message))
        }
        return broken
    }

    private static func isLess(_ left: JSON, _ right: JSON) -> Bool {
        if case .integer(let left) = left, case .integer(let right) = right { return left < right }
        guard let left = left.doubleValue, let right = right.doubleValue else { return false }
        return left < right
    }

    private static func isMultiple(_ value: JSON, _ factor: JSON) -> Bool {
        if case .integer(let value) = value, case .integer(let factor) = factor, factor != 0 {
            return value.magnitude % factor.magnitude == 0
        }
        guard let value = value.doubleValue, let factor = factor.doubleValue, factor != 0 else { return true }
        let quotient = value / factor
        guard quotient.isFinite else { return false }
        // A decimal such as 0.0075 has no exact double, so the quotient may be off by a few units in the last place.
        return abs(quotient - quotient.rounded()) <= min(0.001, max(1, abs(quotient)) * 0x1p-50)
    }

    /// A bound as .NET writes a double: without a trailing `.0`.
    private static func plain(_ bound: JSON) -> String {
        let text = bound.text
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
