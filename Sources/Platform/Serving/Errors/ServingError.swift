/// Why a server cannot start or a certificate cannot be made.
public struct ServingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure.
    public struct Code: Sendable, Hashable {
        private let word: String
        private init(_ word: String) { self.word = word }

        /// A text is neither a host name nor an address.
        public static let invalidHost = Code("invalidHost")
        /// A file cannot be read or written.
        public static let file = Code("file")
        /// The settings would send tokens in the clear.
        public static let insecure = Code("insecure")
        /// Certificate and key cannot be used.
        public static let certificate = Code("certificate")
        /// The address cannot be listened on.
        public static let address = Code("address")
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
