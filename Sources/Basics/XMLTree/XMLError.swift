/// What went wrong with an XML document, path, schema or stylesheet, in the words .NET uses where they are known.
public struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that callers tell apart.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case notWellFormed, prohibited, tooLarge, invalidPath, invalidJSON, invalidSchema, invalidStylesheet,
                transformFailed
        }

        private let kind: Kind

        /// The text is not well-formed XML with namespaces.
        public static let notWellFormed = Code(kind: .notWellFormed)
        /// The document declares entities or other markup, which is refused for safety.
        public static let prohibited = Code(kind: .prohibited)
        /// A limit on bytes, nodes, depth or steps was passed.
        public static let tooLarge = Code(kind: .tooLarge)
        /// The XPath expression is not valid or cannot be evaluated.
        public static let invalidPath = Code(kind: .invalidPath)
        /// The JSON value has no XML form.
        public static let invalidJSON = Code(kind: .invalidJSON)
        /// The text is not a usable XSD schema.
        public static let invalidSchema = Code(kind: .invalidSchema)
        /// The text is not a usable XSLT 1.0 stylesheet.
        public static let invalidStylesheet = Code(kind: .invalidStylesheet)
        /// The stylesheet stopped or failed while it ran.
        public static let transformFailed = Code(kind: .transformFailed)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, as a full sentence; includes the place when it is known.
    public let message: String
    /// The line of the failure, counted from 1, when known.
    public let line: Int?
    /// The column of the failure, counted from 1, when known.
    public let column: Int?

    init(_ code: Code, _ message: String, line: Int? = nil, column: Int? = nil) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
    }

    /// Makes an error whose message ends in the place, as .NET's `XmlException` does.
    static func placed(_ code: Code, _ sentence: String, line: Int, column: Int) -> XMLError {
        XMLError(code, "\(sentence) Line \(line), position \(column).", line: line, column: column)
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}
