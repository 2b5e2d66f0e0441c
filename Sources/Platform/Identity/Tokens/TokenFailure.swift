/// Why a token is not accepted.
public struct TokenFailure: Error, Sendable, Hashable {
    /// The reasons.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// There is no token.
        case missing
        /// The text is no token, or its algorithm is another than RS256.
        case malformed
        /// The signature is not one of ours.
        case signature
        /// The token has ended.
        case expired
        /// The token is not valid yet.
        case early
        /// The token is for another resource.
        case audience
        /// The token was not made by this server.
        case issuer
        /// The app was disabled or removed.
        case revoked
    }

    /// The reason.
    public let reason: Reason

    /// What is wrong and what to do.
    public var message: String {
        switch reason {
        case .missing: "Access token is empty."
        case .malformed: "CompactToken parsing failed."
        case .signature: "Access token validation failure. Invalid signature."
        case .expired: "Lifetime validation failed, the token is expired."
        case .early: "Lifetime validation failed, the token is not yet valid."
        case .audience: "Access token validation failure. Invalid audience."
        case .issuer: "Access token validation failure. Invalid issuer."
        case .revoked: "Access token validation failure. The app has been disabled."
        }
    }

    /// Makes a failure.
    public init(_ reason: Reason) { self.reason = reason }
}
