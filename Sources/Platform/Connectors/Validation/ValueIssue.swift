import JSONTree

/// One way in which a value does not fit what the definition says; it never holds the value itself.
struct ValueIssue: Sendable, Hashable {
    /// The way inside of the value; empty for the value itself.
    var path: [String]
    /// What the value must be, as the end of "… must be a text".
    var message: String

    /// The place as a JSON pointer; nil for the value itself.
    var pointer: String? { path.isEmpty ? nil : JSONPointer(path).description }
}

extension ValueSchema.Types {
    /// The type of a value.
    init(of value: JSON) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .integer: self = .integer
        case .double(let number): self = number.rounded() == number ? .integer : .number
        case .digits: self = .number
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }

    private static let words: [(ValueSchema.Types, String)] = [
        (.string, "a text"), (.integer, "a whole number"), (.number, "a number"), (.boolean, "true or false"),
        (.object, "an object"), (.array, "an array"), (.null, "null"), (.file, "a file"),
    ]

    /// The types in words.
    var words: String { Self.words.filter { contains($0.0) }.map(\.1).joined(separator: " or ") }
}
