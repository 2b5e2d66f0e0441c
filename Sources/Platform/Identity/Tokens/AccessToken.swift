public import Moments

/// A token that was given out, with what its answer tells.
public struct AccessToken: Sendable, CustomStringConvertible {
    /// The token; a secret.
    public let text: String
    /// When it was made.
    public let issued: Timestamp
    /// When it ends.
    public let expires: Timestamp
    /// The audience in it.
    public let audience: String
    /// Its unique id (`uti`), which audit records name.
    public let id: String

    /// A text without the token.
    public var description: String { "access token \(id)" }
}
