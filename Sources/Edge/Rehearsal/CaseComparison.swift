import JSONTree
import XMLTree

/// How the result of an expression is compared with what a case expects.
struct CaseComparison {
    /// `number`, `xml` or `spaces`; nil: equal as JSON, types included.
    let rule: String?

    init(rule: String?) {
        self.rule = rule
    }

    func matches(_ got: JSON, _ wanted: JSON) -> Bool {
        switch rule {
        case "number": numbers(got, wanted)
        case "xml": documents(got, wanted)
        case "spaces": spaced(got) == spaced(wanted)
        default: got == wanted
        }
    }

    /// Equal to 15 significant digits, integer or not; inside arrays and objects too.
    private func numbers(_ got: JSON, _ wanted: JSON) -> Bool {
        switch (got, wanted) {
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { numbers($0, $1) }
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { name, value in right[name].map { numbers(value, $0) } ?? false }
        default:
            guard let left = Self.number(got), let right = Self.number(wanted) else { return got == wanted }
            return left == right || abs(left - right) <= max(abs(left), abs(right)) * 5e-15
        }
    }

    private static func number(_ value: JSON) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .digits(let text): Double(text)
        default: nil
        }
    }

    /// Equal as XML: declaration, insignificant white space and quotation style do not count.
    private func documents(_ got: JSON, _ wanted: JSON) -> Bool {
        if got == wanted { return true }
        guard let left = got.stringValue, let right = wanted.stringValue else { return false }
        do throws(XMLError) {
            return try XMLDoc.parse(left).isEquivalent(to: XMLDoc.parse(right))
        } catch {
            return false
        }
    }

    /// Any Unicode space is a blank.
    private func spaced(_ value: JSON) -> JSON {
        guard let text = value.stringValue else { return value }
        return .string(String(text.map { $0.isWhitespace ? " " : $0 }))
    }
}
