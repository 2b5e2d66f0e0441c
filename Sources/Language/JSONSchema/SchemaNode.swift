import JSONTree

/// One compiled subschema; others are named by their number in the schema.
struct SchemaNode: Sendable {
    /// What a schema says about members or elements that it does not describe.
    enum Rest: Sendable {
        case allowed
        case refused
        case matching(Int)
    }

    /// What a schema says about the elements of an array.
    enum Items: Sendable {
        case any
        case every(Int)
        case each([Int], rest: Rest)
    }

    /// What else must be there when a member is.
    enum Dependency: Sendable {
        case names([String])
        case schema(Int)
    }

    /// The place in the schema, such as `#/properties/name`.
    var id: String
    var types: SchemaTypes?
    var enumeration: [JSON]?
    /// The same values for quick lookup, where there are many.
    var enumerationSet: Set<JSON>?

    var multipleOf: JSON?
    var maximum: JSON?
    var minimum: JSON?
    var isMaximumExclusive = false
    var isMinimumExclusive = false
    var maximumLength: Int?
    var minimumLength: Int?
    var isDateTime = false

    var items = Items.any
    var maximumItems: Int?
    var minimumItems: Int?
    var hasUniqueItems = false

    /// Member names with the numbers of their subschemas.
    var properties = JSONObject()
    var restOfProperties = Rest.allowed
    var required: [String] = []
    var maximumProperties: Int?
    var minimumProperties: Int?
    var dependencies: [(name: String, needs: Dependency)] = []

    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?

    /// The subschemas that look at the same value as this one.
    var inPlace: [Int] {
        var result = allOf + anyOf + oneOf
        if let not { result.append(not) }
        for dependency in dependencies {
            if case .schema(let number) = dependency.needs { result.append(number) }
        }
        return result
    }
}

/// A compiled subschema behind one reference, so that checking against it copies nothing.
final class CompiledNode: Sendable {
    let rules: SchemaNode

    init(_ rules: SchemaNode) { self.rules = rules }
}
