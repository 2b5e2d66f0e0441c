/// Why a query option cannot be used.
public struct ODataError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: Sendable, Hashable {
        /// The word, such as `InvalidFilterClause`.
        public let text: String

        private init(_ text: String) { self.text = text }

        /// A `$filter` that cannot be read.
        public static let invalidFilter = Code("InvalidFilterClause")
        /// An `$orderby` that cannot be read.
        public static let invalidOrderBy = Code("InvalidOrderByClause")
        /// A `$select` or `$expand` that cannot be read.
        public static let invalidSelect = Code("InvalidSelectClause")
        /// A value of `$top`, `$skip`, `$count`, `$search` or `$skiptoken` that cannot be read.
        public static let invalidValue = Code("InvalidQueryOptionValue")
        /// An option that the specification does not have, or one given twice.
        public static let invalidOption = Code("InvalidQueryOption")
        /// More or deeper than the limits allow.
        public static let tooComplex = Code("QueryTooComplex")
    }

    /// The kind of failure.
    public let code: Code

    /// What is wrong, in the words that Graph's clients know, and where.
    public let message: String

    /// The option's name, such as `$filter`.
    public let option: String

    /// The place inside the option's value in characters from 0; nil when the value as a whole is meant.
    public let position: Int?

    /// Makes an error.
    public init(code: Code, message: String, option: String, position: Int? = nil) {
        self.code = code
        self.message = message
        self.option = option
        self.position = position
    }

    /// The code and the message.
    public var description: String { "\(code.text): \(message)" }
}
