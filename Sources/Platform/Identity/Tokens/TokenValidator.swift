public import JSONTree
public import Moments

/// Checks access tokens that this server gave out.
public struct TokenValidator: Sendable {
    /// How far clocks may differ: five minutes, as Microsoft's validators allow.
    public static let clockSkew = TimeSpan.minutes(5)

    private let keys: TokenKeys
    private let clock: any WallClock
    private let isRevoked: @Sendable (_ clientID: String, _ tenant: String) async -> Bool

    /// Makes a validator.
    ///
    /// - Parameters:
    ///   - keys: The keys that sign.
    ///   - clock: Tells whether a token has ended.
    ///   - isRevoked: Asked for tokens of apps that are otherwise good; by default none is.
    public init(
        keys: TokenKeys,
        clock: any WallClock = SystemClock(),
        isRevoked: @escaping @Sendable (_ clientID: String, _ tenant: String) async -> Bool = { _, _ in false }
    ) {
        self.keys = keys
        self.clock = clock
        self.isRevoked = isRevoked
    }

    /// The caller that a token stands for.
    ///
    /// - Parameters:
    ///   - text: The token.
    ///   - audience: The resource that is asked.
    /// - Returns: The principal with the roles of the token.
    /// - Throws: ``TokenFailure``.
    public func principal(of text: String, audience: Audience) async throws(TokenFailure) -> Principal {
        let claims = try verified(text)
        guard let tenant = claims["tid"]?.stringValue, let clientID = claims["appid"]?.stringValue,
            let objectID = claims["oid"]?.stringValue
        else { throw TokenFailure(.malformed) }
        guard let name = claims["aud"]?.stringValue, audience.contains(name) else { throw TokenFailure(.audience) }
        guard await !isRevoked(clientID, tenant) else { throw TokenFailure(.revoked) }
        return Principal(
            kind: claims["xms_mirid"] == nil ? .app : .managedIdentity,
            tenant: tenant,
            clientID: clientID,
            objectID: objectID,
            displayName: claims["app_displayname"]?.stringValue ?? clientID,
            roles: Set((claims["roles"]?.arrayValue ?? []).compactMap(\.stringValue)),
            tokenID: claims["uti"]?.stringValue
        )
    }

    /// The claims of a token of this server that is signed by it and in force, whatever resource it is for.
    ///
    /// Whoever uses them must look at `aud` and `iss` themselves, as policies of workflows do.
    ///
    /// - Parameter text: The token.
    /// - Returns: The claims.
    /// - Throws: ``TokenFailure``.
    public func claims(of text: String) async throws(TokenFailure) -> JSONObject {
        let claims = try verified(text)
        if let clientID = claims["appid"]?.stringValue, let tenant = claims["tid"]?.stringValue {
            guard await !isRevoked(clientID, tenant) else { throw TokenFailure(.revoked) }
        }
        return claims
    }

    private func verified(_ text: String) throws(TokenFailure) -> JSONObject {
        guard let token = CompactToken(text), token.header["alg"]?.stringValue == "RS256" else {
            throw TokenFailure(.malformed)
        }
        guard keys.verifies(token) else { throw TokenFailure(.signature) }
        let claims = token.claims
        let now = clock.now.unixSeconds
        let skew = Self.clockSkew.ticks / 10_000_000
        guard let expires = claims["exp"]?.integerValue, let begins = claims["nbf"]?.integerValue,
            let tenant = claims["tid"]?.stringValue, let issuer = claims["iss"]?.stringValue
        else { throw TokenFailure(.malformed) }
        guard now < expires + skew else { throw TokenFailure(.expired) }
        guard now >= begins - skew else { throw TokenFailure(.early) }
        guard issuer.hasSuffix("/\(tenant)/") else { throw TokenFailure(.issuer) }
        return claims
    }
}
