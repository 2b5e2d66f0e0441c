/// Why the choices of a parameter, or a schema, cannot be had.
public struct ChoiceFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure; ``text`` is the word that interfaces show.
    public struct Code: Sendable, Hashable {
        /// The word, such as `MissingParameter`.
        public let text: String
        /// Whether what was asked for does not exist.
        public let isAbsence: Bool
        /// Whether the service is the reason, which another time may answer otherwise.
        public let isService: Bool

        private init(_ text: String, isAbsence: Bool = false, isService: Bool = false) {
            self.text = text
            self.isAbsence = isAbsence
            self.isService = isService
        }

        /// The connector has no such operation.
        public static let operationNotFound = Code("OperationNotFound", isAbsence: true)
        /// The operation has no such parameter.
        public static let parameterNotFound = Code("ParameterNotFound", isAbsence: true)
        /// The definition says nothing that could be asked for there.
        public static let nothingDynamic = Code("NothingDynamic", isAbsence: true)
        /// A parameter that it depends on has no value yet.
        public static let missingParameter = Code("MissingParameter")
        /// A value cannot be used.
        public static let invalidParameter = Code("InvalidParameter")
        /// The operation that would have to be called does more than read.
        public static let changesSomething = Code("OperationChangesSomething")
        /// What the definition says cannot be followed.
        public static let invalidDefinition = Code("InvalidConnectorDefinition")
        /// The service has refused.
        public static let serviceRefused = Code("ServiceRefused", isService: true)
        /// The service has answered something else than the definition says.
        public static let unexpectedAnswer = Code("UnexpectedAnswer", isService: true)
        /// The schema is larger than what editors take.
        public static let schemaTooLarge = Code("SchemaTooLarge", isService: true)
    }

    /// The kind of failure.
    public let code: Code

    /// What is wrong and what to do about it; never a secret.
    public let message: String

    /// Makes a failure.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code.text): \(message)" }
}
