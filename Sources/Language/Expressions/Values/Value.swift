import JSONTree
import XMLTree

/// A value while an expression is evaluated: JSON, and the two types that JSON has not.
enum Value: Sendable {
    case json(JSON)
    case xml(XMLDoc)
    indirect case decimal(NetDecimal)

    static let null = Value.json(.null)

    static func string(_ text: String) -> Value { .json(.string(text)) }
    static func integer(_ value: Int64) -> Value { .json(.integer(value)) }
    static func boolean(_ value: Bool) -> Value { .json(.bool(value)) }
    static func array(_ elements: [JSON]) -> Value { .json(.array(elements)) }

    /// The name of the value's type as error messages write it (section 2.7).
    var typeName: String {
        switch self {
        case .json(let json): Self.typeName(json)
        case .xml: "Object"
        case .decimal: "Float"
        }
    }

    static func typeName(_ json: JSON) -> String {
        switch json {
        case .null: "Null"
        case .bool: "Boolean"
        case .integer: "Integer"
        case .double: "Float"
        case .digits(let digits):
            digits.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") } ? "Float" : "Integer"
        case .string: "String"
        case .array: "Array"
        case .object: "Object"
        }
    }

    /// The value as JSON: XML becomes its `$content` envelope, a decimal a number.
    var json: JSON {
        switch self {
        case .json(let json): return json
        case .xml(let document): return XMLValues.envelope(document)
        case .decimal(let number):
            let text = number.text
            if let double = Double(text), NumberText.text(double) == text { return .double(double) }
            if let parsed = try? JSON.parse(text), case .double = parsed { return parsed }
            return .digits(text)
        }
    }

    var isNull: Bool {
        if case .json(.null) = self { true } else { false }
    }
}
