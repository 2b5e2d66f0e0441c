public import Moments

/// A program that may ask for tokens.
public struct App: Sendable, Hashable {
    /// The tenant that it belongs to.
    public let tenant: String
    /// The client id: a GUID in lower case.
    public let clientID: String
    /// The object id of its service principal: what tokens have as `oid` and `sub`.
    public let objectID: String
    /// A name for people, unique in the tenant.
    public let displayName: String
    /// The names of the roles it was granted.
    public let roles: Set<String>
    /// Whether it gets tokens.
    public let isEnabled: Bool
    /// When it was created.
    public let created: Timestamp
}

/// What may be told about a secret of an app.
public struct AppSecret: Sendable, Hashable {
    /// The id of the secret.
    public let id: String
    /// Its first three characters, to tell secrets apart.
    public let hint: String
    /// When it was made.
    public let created: Timestamp
    /// When it ends.
    public let expires: Timestamp
}
