/// Why the broker refuses a request about alerts.
public struct AlertError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of refusal.
    public enum Code: String, Sendable, Hashable {
        /// There is no alert of that id.
        case notFound
        /// A query names what alerts do not have, or asks for more than the limits allow.
        case invalidQuery
        /// A change names what cannot be changed, or has a value of the wrong type.
        case invalidChange
        /// A new alert lacks what every alert has, or has a value of the wrong type.
        case invalidAlert
        /// The alert was changed since the client read it.
        case changedMeanwhile
        /// An idempotency key was used for another change.
        case keyReused
        /// A link to a next page is not one of ours, or its query was changed.
        case invalidToken
    }

    /// The kind of refusal.
    public let code: Code

    /// What is wrong and what to do.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
