import Outbound

/// Gives tokens of the server's own managed identities.
public protocol ManagedIdentityTokens: Sendable {
    /// A token for an audience, in the name of the tenant's workflows.
    func token(audience: String, tenant: String) async throws -> String

    /// A token for an audience, in the name of a certain identity.
    ///
    /// - Parameters:
    ///   - audience: What the token is for.
    ///   - tenant: Whose workflow asks.
    ///   - identity: The resource id of a user-assigned identity; nil: the workflow's own.
    /// - Returns: The token.
    /// - Throws: ``ConnectorError`` with `.authenticationFailed` when there is no such identity.
    func token(audience: String, tenant: String, identity: String?) async throws -> String
}

extension ManagedIdentityTokens {
    /// A token of the workflow's own identity; user-assigned identities are not known.
    public func token(audience: String, tenant: String, identity: String?) async throws -> String {
        guard let identity else { return try await token(audience: audience, tenant: tenant) }
        throw ConnectorError(
            .authenticationFailed,
            "There is no identity '\(identity)' on this server. Leave out 'identity', so that the workflow's own is used."
        )
    }
}
