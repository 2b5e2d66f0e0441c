import JSONTree

/// Types as error texts name them (section 2.7).
enum JSONTypeName {
    static func of(_ value: JSON) -> String {
        switch value {
        case .null: "Null"
        case .bool: "Boolean"
        case .integer: "Integer"
        case .double, .digits: "Float"
        case .string: "String"
        case .array: "Array"
        case .object: "Object"
        }
    }
}
