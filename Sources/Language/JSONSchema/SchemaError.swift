public import JSONTree

/// Why a schema cannot be used.
public struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case malformed, unresolvedReference, endlessReference, tooLarge
        }

        private let kind: Kind

        /// A keyword has a value that it cannot have.
        public static let malformed = Code(kind: .malformed)
        /// A reference leads nowhere or out of the schema.
        public static let unresolvedReference = Code(kind: .unresolvedReference)
        /// References lead back to where they started without a step into the value.
        public static let endlessReference = Code(kind: .endlessReference)
        /// The schema has more parts than the limits allow.
        public static let tooLarge = Code(kind: .tooLarge)

        /// The name of the kind.
        public var description: String { kind.rawValue }
    }

    /// The kind of fault.
    public var code: Code
    /// What is wrong and what to do about it.
    public var message: String
    /// Where in the schema.
    public var pointer: JSONPointer

    /// Makes an error.
    public init(code: Code, message: String, pointer: JSONPointer) {
        self.code = code
        self.message = message
        self.pointer = pointer
    }

    /// The message with its place.
    public var description: String { "\(message) (schema #\(pointer))" }
}
