import JSONTree

/// A set of JSON types, written as Newtonsoft's library writes it: `String, Null`.
struct SchemaTypes: OptionSet, Sendable, CustomStringConvertible {
    let rawValue: UInt8

    static let string = SchemaTypes(rawValue: 1)
    static let number = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    static let boolean = SchemaTypes(rawValue: 8)
    static let object = SchemaTypes(rawValue: 16)
    static let array = SchemaTypes(rawValue: 32)
    static let null = SchemaTypes(rawValue: 64)

    private static let names: [(SchemaTypes, keyword: String, word: String)] = [
        (.string, "string", "String"), (.number, "number", "Number"), (.integer, "integer", "Integer"),
        (.boolean, "boolean", "Boolean"), (.object, "object", "Object"), (.array, "array", "Array"),
        (.null, "null", "Null"),
    ]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The type that a schema names; nil when there is none of that name.
    init?(keyword: String) {
        guard let entry = Self.names.first(where: { $0.keyword == keyword }) else { return nil }
        self = entry.0
    }

    /// The type of a value; integers are told by their text, `1.0` is a number.
    init(of value: JSON) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .integer: self = .integer
        case .double: self = .number
        case .digits(let text): self = text.utf8.contains { $0 == 0x2E || $0 | 0x20 == 0x65 } ? .number : .integer
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }

    /// Whether a value of that type is meant; a number may be an integer.
    func allows(_ type: SchemaTypes) -> Bool {
        contains(type) || (type == .integer && contains(.number))
    }

    var description: String {
        Self.names.filter { contains($0.0) }.map(\.word).joined(separator: ", ")
    }
}
