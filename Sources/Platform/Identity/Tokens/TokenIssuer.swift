import JSONTree
public import Moments
import Secrets

/// Makes access tokens with the claims that Microsoft's clients and services know.
///
/// All are app-only tokens of version 1.0: `aud`, `iss` (`<origin>/<tenant>/`), `iat`, `nbf`, `exp`, `appid`,
/// `appidacr`, `app_displayname`, `idp`, `idtyp`, `oid`, `roles`, `sub`, `tid`, `uti`, `ver`.
public struct TokenIssuer: Sendable {
    /// How an app proved itself: the claim `appidacr`.
    public enum Proof: String, Sendable {
        /// A secret.
        case secret = "1"
        /// A certificate.
        case certificate = "2"
    }

    /// The life of tokens for apps: 3,599 seconds, as the real service gives.
    public static let appLife = TimeSpan.seconds(3_599)
    /// The life of tokens for managed identities: 24 hours.
    public static let managedIdentityLife = TimeSpan.days(1)

    private let keys: TokenKeys
    private let clock: any WallClock

    /// Makes an issuer.
    public init(keys: TokenKeys, clock: any WallClock = SystemClock()) {
        self.keys = keys
        self.clock = clock
    }

    /// The issuer that tokens of a tenant have.
    ///
    /// - Parameters:
    ///   - origin: Scheme, host and port of the server.
    ///   - tenant: The tenant's id.
    /// - Returns: The text of `iss`.
    public static func issuer(origin: String, tenant: String) -> String { "\(origin)/\(tenant)/" }

    /// Makes a token for an app.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - audience: The resource, as the caller wrote it.
    ///   - origin: Scheme, host and port of the server.
    ///   - proof: How the app proved itself.
    /// - Returns: The token.
    /// - Throws: What the cryptography says; in practice never.
    public func token(for app: App, audience: String, origin: String, proof: Proof) throws -> AccessToken {
        try make(
            Subject(
                tenant: app.tenant,
                clientID: app.clientID,
                objectID: app.objectID,
                name: app.displayName,
                roles: app.roles,
                proof: proof,
                resourceID: nil
            ),
            audience: audience,
            origin: origin,
            life: Self.appLife
        )
    }

    /// Makes a token for a managed identity.
    ///
    /// - Parameters:
    ///   - principal: The identity, of the kind `.managedIdentity`.
    ///   - resourceID: The resource id of the identity or of the workflow that has it: the claim `xms_mirid`.
    ///   - audience: The resource that the token is for.
    ///   - origin: Scheme, host and port of the server.
    /// - Returns: The token.
    /// - Throws: What the cryptography says; in practice never.
    public func token(
        for principal: Principal,
        resourceID: String,
        audience: String,
        origin: String
    ) throws -> AccessToken {
        try make(
            Subject(
                tenant: principal.tenant,
                clientID: principal.clientID,
                objectID: principal.objectID,
                name: principal.displayName,
                roles: principal.roles,
                proof: .certificate,
                resourceID: resourceID
            ),
            audience: audience,
            origin: origin,
            life: Self.managedIdentityLife
        )
    }

    private struct Subject {
        let tenant: String
        let clientID: String
        let objectID: String
        let name: String
        let roles: Set<String>
        let proof: Proof
        let resourceID: String?
    }

    private func make(_ subject: Subject, audience: String, origin: String, life: TimeSpan) throws -> AccessToken {
        let issued = Timestamp(unixSeconds: clock.now.unixSeconds)
        let expires = issued + life
        let id = Base64URL.text(SecretValue.random(count: 16).bytes)
        let issuer = Self.issuer(origin: origin, tenant: subject.tenant)
        var claims: JSONObject = [
            "aud": .string(audience), "iss": .string(issuer), "iat": .integer(issued.unixSeconds),
            "nbf": .integer(issued.unixSeconds), "exp": .integer(expires.unixSeconds),
            "app_displayname": .string(subject.name), "appid": .string(subject.clientID),
            "appidacr": .string(subject.proof.rawValue), "idp": .string(issuer), "idtyp": "app",
            "oid": .string(subject.objectID),
        ]
        // An app without grants gets a token too, without roles, as in the real service.
        if !subject.roles.isEmpty { claims["roles"] = .array(subject.roles.sorted().map { .string($0) }) }
        claims["sub"] = .string(subject.objectID)
        claims["tid"] = .string(subject.tenant)
        claims["uti"] = .string(id)
        claims["ver"] = "1.0"
        if let resourceID = subject.resourceID { claims["xms_mirid"] = .string(resourceID) }
        return AccessToken(
            text: try keys.sign(.object(claims)),
            issued: issued,
            expires: expires,
            audience: audience,
            id: id
        )
    }
}
