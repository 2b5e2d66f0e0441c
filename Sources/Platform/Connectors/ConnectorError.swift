/// Why a connector's definition cannot be loaded, or a call cannot be made of it; nothing was sent.
public struct ConnectorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; ``text`` is the word that histories show.
    public struct Code: Sendable, Hashable {
        /// The word, such as `ConnectionNotFound`.
        public let text: String

        private init(_ text: String) { self.text = text }

        /// There is no connection of that name.
        public static let connectionNotFound = Code("ConnectionNotFound")
        /// No definition of that connector is installed.
        public static let connectorNotFound = Code("ConnectorNotFound")
        /// The definition, its properties or its adapter cannot be read.
        public static let invalidDefinition = Code("InvalidConnectorDefinition")
        /// A required parameter has no value.
        public static let missingParameter = Code("MissingParameter")
        /// A value does not fit its parameter.
        public static let invalidParameter = Code("InvalidParameter")
        /// The connection lacks a parameter or a secret that its authentication needs.
        public static let incompleteConnection = Code("IncompleteConnection")
        /// A connection that is to lead elsewhere must be given its secrets anew.
        public static let secretsRequired = Code("SecretsRequired")
        /// A person has to sign in, for the first time or again; what waits for it goes on by itself then.
        public static let needsSignIn = Code("ConnectionNeedsSignIn")
        /// Somebody has paused all containment; what waits for it goes on by itself when it is resumed.
        public static let containmentPaused = Code("ContainmentPaused")
        /// A token could not be had.
        public static let authenticationFailed = Code("ConnectionAuthenticationFailed")
        /// The operation needs a policy or script that is not supported.
        public static let notSupported = Code("OperationNotSupported")
        /// An expression of the adapter failed.
        public static let adapterFailed = Code("AdapterFailed")
    }

    /// The kind of failure.
    public let code: Code

    /// What is wrong and what to do about it; never a secret.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the call is to wait until a person has done something, and not to fail.
    public var isHold: Bool { code == .needsSignIn || code == .containmentPaused }

    /// The code and the message.
    public var description: String { "\(code.text): \(message)" }
}
