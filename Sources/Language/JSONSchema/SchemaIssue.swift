public import JSONTree

/// One way in which a value does not match its schema, in the words and the form of Newtonsoft's schema library.
public struct SchemaIssue: Sendable, Hashable {
    /// The keyword that is not fulfilled.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// The name as records carry it, such as `additionalProperties`.
        public let description: String

        private init(_ description: String) { self.description = description }

        /// The value is of another type.
        public static let type = Kind("type")
        /// The value is not one of those listed.
        public static let `enum` = Kind("enum")
        /// The number is no multiple.
        public static let multipleOf = Kind("multipleOf")
        /// The number is too great.
        public static let maximum = Kind("maximum")
        /// The number is too small.
        public static let minimum = Kind("minimum")
        /// The text is too long.
        public static let maximumLength = Kind("maximumLength")
        /// The text is too short.
        public static let minimumLength = Kind("minimumLength")
        /// The text does not have the format.
        public static let format = Kind("format")
        /// The array has elements beyond those described.
        public static let additionalItems = Kind("additionalItems")
        /// The array has too many elements.
        public static let maximumItems = Kind("maximumItems")
        /// The array has too few elements.
        public static let minimumItems = Kind("minimumItems")
        /// Two elements are equal.
        public static let uniqueItems = Kind("uniqueItems")
        /// The object has a member that is not described.
        public static let additionalProperties = Kind("additionalProperties")
        /// Members are missing.
        public static let required = Kind("required")
        /// The object has too many members.
        public static let maximumProperties = Kind("maximumProperties")
        /// The object has too few members.
        public static let minimumProperties = Kind("minimumProperties")
        /// A member needs others that are missing.
        public static let dependencies = Kind("dependencies")
        /// Not all of several schemas match.
        public static let allOf = Kind("allOf")
        /// None of several schemas matches.
        public static let anyOf = Kind("anyOf")
        /// None or more than one of several schemas match.
        public static let oneOf = Kind("oneOf")
        /// A schema matches that must not.
        public static let not = Kind("not")
        /// The value could not be checked to its end.
        public static let none = Kind("none")
    }

    /// What does not match, in one sentence or two.
    public var message: String
    /// The way to the value.
    public var path: DottedPath
    /// The scalar value, the missing names or the count that the message is about; null where there is none.
    public var value: JSON
    /// The place of the subschema, such as `#/properties/name`.
    public var schemaID: String
    /// The keyword that is not fulfilled.
    public var kind: Kind
    /// What each schema of a combinator found.
    public var childIssues: [SchemaIssue]
    /// The line of the value in its text; 0 when the value has no text.
    public var lineNumber = 0
    /// The column of the value in its text; 0 when the value has no text.
    public var linePosition = 0

    /// The way to the value as a JSON pointer.
    public var pointer: JSONPointer {
        JSONPointer(
            path.steps.map { step in
                switch step {
                case .name(let name): name
                case .index(let index): String(index)
                }
            }
        )
    }

    /// The record as actions carry it in their outputs (workflow definition language, section 15).
    public var json: JSON {
        [
            "message": .string(message),
            "lineNumber": .integer(Int64(lineNumber)),
            "linePosition": .integer(Int64(linePosition)),
            "path": .string(path.description),
            "value": value,
            "schemaId": .string(schemaID),
            "errorType": .string(kind.description),
            "childErrors": .array(childIssues.map(\.json)),
        ]
    }

    /// The same issue with the place of its value in a text.
    func placed(in document: JSONDocument) -> SchemaIssue {
        var result = self
        if let place = document.place(of: pointer) {
            result.lineNumber = place.line
            result.linePosition = place.column
        }
        result.childIssues = childIssues.map { $0.placed(in: document) }
        return result
    }
}
