public import JSONTree
public import Stores

/// What happened to an alert, for the change feed.
public struct AlertChange: Sendable, Hashable {
    /// The kinds of change.
    public enum Kind: String, Sendable, Hashable {
        /// It came in for the first time.
        case created
        /// A provider or a client changed it.
        case updated
    }

    /// Whose alert it is.
    public let tenant: String
    /// What happened.
    public let kind: Kind
    /// The alert's id.
    public let id: String
    /// Status, severity, provider, and the names of the properties that changed.
    public let detail: JSON
}

/// Writes a row of the change feed; the composition root wires it onto the server's feed.
public protocol ChangeRecorder: Sendable {
    /// Writes the row in the transaction of the change, so that both are kept or neither.
    func record(_ change: AlertChange, in transaction: Transaction) throws
}

/// A recorder that writes nothing, where nobody follows the feed.
public struct NoChangeRecorder: ChangeRecorder {
    /// Makes the recorder.
    public init() {}

    /// Writes nothing.
    public func record(_ change: AlertChange, in transaction: Transaction) throws {}
}
