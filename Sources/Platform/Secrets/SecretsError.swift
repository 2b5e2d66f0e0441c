/// What the keeping of secrets refuses or cannot do.
///
/// No message ever holds a secret, a key, or part of one.
public struct SecretsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of trouble; the set may grow.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case masterKeyMissing, masterKeyInvalid, masterKeyWrong, masterKeyExists, keyMissing, notAuthentic,
                invalidName
            case notFound, tooLarge, invalidHash, changing
        }

        private let kind: Kind

        /// The name of the code, as logs show it.
        public var description: String { kind.rawValue }

        /// The data were sealed with a master key, and there is none here.
        public static let masterKeyMissing = Code(kind: .masterKeyMissing)
        /// The master key's file or setting has another form than it must.
        public static let masterKeyInvalid = Code(kind: .masterKeyInvalid)
        /// The master key is not the one that the data were sealed with.
        public static let masterKeyWrong = Code(kind: .masterKeyWrong)
        /// A key was to be written where one is already.
        public static let masterKeyExists = Code(kind: .masterKeyExists)
        /// Bytes were sealed with a data key that is not here.
        public static let keyMissing = Code(kind: .keyMissing)
        /// Sealed bytes were changed, cut, or moved to another place.
        public static let notAuthentic = Code(kind: .notAuthentic)
        /// A name cannot be a secret's.
        public static let invalidName = Code(kind: .invalidName)
        /// There is no secret of that name.
        public static let notFound = Code(kind: .notFound)
        /// A value is larger than a secret may be.
        public static let tooLarge = Code(kind: .tooLarge)
        /// Another change of keys is under way.
        public static let changing = Code(kind: .changing)
        /// A stored password hash has a form that is not known, or asks for more than it may.
        public static let invalidHash = Code(kind: .invalidHash)
    }

    /// What kind of trouble it is.
    public let code: Code
    /// What is wrong and what helps.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and text in one line.
    public var description: String { "\(code): \(message)" }
}
