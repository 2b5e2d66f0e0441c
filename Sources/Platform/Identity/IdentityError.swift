/// Why something about tenants, apps or keys cannot be done.
public struct IdentityError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let word: String
        private init(_ word: String) { self.word = word }
        /// The word.
        public var description: String { word }

        /// A value has not the form that it must have.
        public static let invalid = Code("invalid")
        /// There is no such tenant, app or secret.
        public static let notFound = Code("notFound")
        /// There is one of that name already.
        public static let exists = Code("exists")
        /// There are as many as are allowed.
        public static let tooMany = Code("tooMany")
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
