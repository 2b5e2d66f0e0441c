/// Who makes a request, after the server has checked it.
public struct Principal: Sendable, Hashable {
    /// The kinds of callers.
    public enum Kind: String, Sendable, Hashable {
        /// An app with a registration, by an access token.
        case app
        /// A workflow or the server itself, by a managed identity.
        case managedIdentity
        /// A person, by an access token or a session.
        case user
    }

    /// The kind of caller.
    public var kind: Kind
    /// The tenant that the caller acts in.
    public var tenant: String
    /// The client id of the app or of the managed identity.
    public var clientID: String
    /// The object id: what audit records name.
    public var objectID: String
    /// A name for people.
    public var displayName: String
    /// What the caller may do; see ``Role``.
    public var roles: Set<String>
    /// The unique id of the token (`uti`), when there is one.
    public var tokenID: String?

    /// Makes a principal; only what checks credentials, the composition root and tests do.
    public init(
        kind: Kind,
        tenant: String,
        clientID: String,
        objectID: String,
        displayName: String,
        roles: Set<String>,
        tokenID: String? = nil
    ) {
        self.kind = kind
        self.tenant = tenant
        self.clientID = clientID
        self.objectID = objectID
        self.displayName = displayName
        self.roles = roles
        self.tokenID = tokenID
    }

    /// Whether the caller holds the role, or one that includes it.
    public func holds(_ role: Role) -> Bool {
        roles.contains(role.name) || role.includedIn.contains { roles.contains($0) }
    }
}
