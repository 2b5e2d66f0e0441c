/// Why a text is not accepted as JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case unexpectedEnd, unexpectedCharacter, trailingContent, badNumber, badEscape, controlCharacter
            case badUTF8, byteOrderMark, loneSurrogate, duplicateName, tooDeep, tooLarge, badPointer
        }

        private let kind: Kind

        /// The text ends inside a value.
        public static let unexpectedEnd = Code(kind: .unexpectedEnd)
        /// A character stands where another was expected.
        public static let unexpectedCharacter = Code(kind: .unexpectedCharacter)
        /// Something follows the value.
        public static let trailingContent = Code(kind: .trailingContent)
        /// A number is not written as JSON writes numbers.
        public static let badNumber = Code(kind: .badNumber)
        /// An unknown or incomplete escape stands in a text.
        public static let badEscape = Code(kind: .badEscape)
        /// A control character stands unescaped in a text.
        public static let controlCharacter = Code(kind: .controlCharacter)
        /// The bytes are not UTF-8.
        public static let badUTF8 = Code(kind: .badUTF8)
        /// A byte order mark stands where the limits allow none.
        public static let byteOrderMark = Code(kind: .byteOrderMark)
        /// Half of a surrogate pair stands where the limits refuse it.
        public static let loneSurrogate = Code(kind: .loneSurrogate)
        /// A name stands twice where the limits refuse it.
        public static let duplicateName = Code(kind: .duplicateName)
        /// Arrays and objects nest deeper than the limits allow.
        public static let tooDeep = Code(kind: .tooDeep)
        /// The text is larger than the limits allow.
        public static let tooLarge = Code(kind: .tooLarge)
        /// A JSON pointer is malformed or leads nowhere.
        public static let badPointer = Code(kind: .badPointer)

        /// The name of the kind.
        public var description: String { kind.rawValue }
    }

    /// The kind of fault.
    public var code: Code
    /// What is wrong and what was expected, without the place.
    public var message: String
    /// The line of the fault, from 1; 0 when no place applies.
    public var line: Int
    /// The column of the fault, from 1, counted in Unicode scalars; a tab counts one.
    public var column: Int
    /// The offset of the fault in bytes from the beginning of the text.
    public var offset: Int

    /// Makes an error.
    public init(code: Code, message: String, line: Int = 0, column: Int = 0, offset: Int = 0) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.offset = offset
    }

    /// The message with its place.
    public var description: String {
        line == 0 ? message : "\(message) (line \(line), column \(column))"
    }
}
