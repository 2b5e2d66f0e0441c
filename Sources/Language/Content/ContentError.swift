/// Why a content cannot be read or made.
public struct ContentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case badBase64, badPart
        }

        private let kind: Kind

        /// A text that should be Base64 is not.
        public static let badBase64 = Code(kind: .badBase64)
        /// A part of a multipart content is not an object with `headers` and `body`.
        public static let badPart = Code(kind: .badPart)

        /// The name of the kind.
        public var description: String { kind.rawValue }
    }

    /// The kind of fault.
    public var code: Code
    /// What is wrong and what to do about it; never the content itself.
    public var message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
