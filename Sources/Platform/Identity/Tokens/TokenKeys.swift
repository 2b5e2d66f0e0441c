import Crypto
import CryptoExtras
import Foundation
public import JSONTree
public import Moments
public import Stores
import Synchronization

/// The RSA keys that sign access tokens: made at the first start, sealed in the store, changed without a gap.
///
/// A new key is published and signs at once; the retired one stays valid for tokens until the longest token has ended.
public final class TokenKeys: Sendable {
    struct Key: Sendable {
        let kid: String
        let privateKey: _RSA.Signing.PrivateKey
        let created: Timestamp
        let retired: Timestamp?
    }

    /// How long a retired key still verifies: longer than the longest token.
    static let afterlife = TimeSpan.days(2)

    private static let context = "identity/token-key"
    private let store: Store
    private let sealer: any Sealer
    private let clock: any WallClock
    private let keys: Mutex<[Key]>
    private let maker: Maker

    /// Makes a new private key in its PKCS#8 form.
    package typealias Maker = @Sendable () async throws -> [UInt8]

    private init(store: Store, sealer: any Sealer, clock: any WallClock, keys: [Key], maker: @escaping Maker) {
        self.store = store
        self.sealer = sealer
        self.clock = clock
        self.maker = maker
        self.keys = Mutex(keys)
    }

    /// Opens the keys; makes the first one if there is none.
    ///
    /// - Parameters:
    ///   - store: The store, opened with ``IdentityMigrations``.
    ///   - sealer: Seals the private keys, such as the keyring.
    ///   - clock: Tells when keys are made and retired.
    /// - Returns: The open keys.
    /// - Throws: `StoreError`; what the sealer says when its key is not here.
    public static func open(
        store: Store,
        sealer: any Sealer,
        clock: any WallClock = SystemClock()
    ) async throws -> TokenKeys {
        try await open(store: store, sealer: sealer, clock: clock, maker: { try await make() })
    }

    /// Opens the keys; new ones come from the given maker, so that tests need not wait for large primes.
    package static func open(
        store: Store,
        sealer: any Sealer,
        clock: any WallClock,
        maker: @escaping Maker
    ) async throws -> TokenKeys {
        let rows = try await store.read { snapshot in
            try snapshot.query(
                "SELECT kid, sealed, created, retired FROM identity_token_key WHERE tenant = ? ORDER BY created",
                [.text(Store.serverTenant)]
            )
        }
        let now = clock.now
        var keys: [Key] = []
        for row in rows {
            let retired = try row[3].optionalInteger.map { Timestamp(ticks: $0) }
            if let retired, retired + afterlife < now { continue }
            let kid = try row[0].text
            let bytes = try sealer.open(try row[1].blob, tenant: Store.serverTenant, context: context + "/" + kid)
            keys.append(
                Key(
                    kid: kid,
                    privateKey: try _RSA.Signing.PrivateKey(derRepresentation: Data(bytes)),
                    created: Timestamp(ticks: try row[2].integer),
                    retired: retired
                )
            )
        }
        let result = TokenKeys(store: store, sealer: sealer, clock: clock, keys: keys, maker: maker)
        if !keys.contains(where: { $0.retired == nil }) { try await result.rotate() }
        return result
    }

    /// Makes a new key that signs from now on; tokens of the former keys stay valid until they end.
    ///
    /// - Returns: The id of the new key.
    /// - Throws: `StoreError`; what the sealer says.
    @discardableResult
    public func rotate() async throws -> String {
        let bytes = try await maker()
        let made = try _RSA.Signing.PrivateKey(derRepresentation: Data(bytes))
        let now = clock.now
        let kid = try Self.identifier(of: made.publicKey)
        let sealed = try sealer.seal(
            bytes,
            tenant: Store.serverTenant,
            context: Self.context + "/" + kid
        )
        try await store.commit(.rest) { transaction in
            try transaction.execute(
                "UPDATE identity_token_key SET retired = ? WHERE tenant = ? AND retired IS NULL",
                [.integer(now.ticks), .text(Store.serverTenant)]
            )
            try transaction.execute(
                "DELETE FROM identity_token_key WHERE tenant = ? AND retired < ?",
                [.text(Store.serverTenant), .integer((now - Self.afterlife).ticks)]
            )
            try transaction.execute(
                "INSERT INTO identity_token_key (tenant, kid, sealed, created, retired) VALUES (?, ?, ?, ?, NULL)",
                [.text(Store.serverTenant), .text(kid), .blob(sealed), .integer(now.ticks)]
            )
            try AuditLog.write(
                AuditEntry(tenant: Store.serverTenant, actor: "server", action: "tokenkey.rotate", target: kid),
                at: now,
                in: transaction
            )
        }
        keys.withLock { keys in
            keys = keys.compactMap { key in
                let retired = key.retired ?? now
                guard retired + Self.afterlife >= now else { return nil }
                return Key(kid: key.kid, privateKey: key.privateKey, created: key.created, retired: retired)
            }
            keys.append(Key(kid: kid, privateKey: made, created: now, retired: nil))
        }
        return kid
    }

    /// The public keys as a JSON Web Key Set, the signing one first.
    ///
    /// - Parameter issuer: What each key has as `issuer`, as Microsoft's do.
    /// - Returns: `{"keys": […]}`.
    /// - Throws: What the cryptography says; in practice never.
    public func keySet(issuer: String) throws -> JSON {
        let published = keys.withLock { $0 }.reversed()
        return [
            "keys": .array(
                try published.map { key in
                    let numbers = try key.privateKey.publicKey.getKeyPrimitives()
                    return [
                        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": .string(key.kid), "x5t": .string(key.kid),
                        "n": .string(Base64URL.text(numbers.modulus)),
                        "e": .string(Base64URL.text(numbers.publicExponent)), "issuer": .string(issuer),
                    ]
                }
            )
        ]
    }

    /// Signs claims with the current key.
    func sign(_ claims: JSON) throws -> String {
        guard let key = keys.withLock({ $0.last { $0.retired == nil } }) else { throw TokenFailure(.signature) }
        let header: JSON = ["typ": "JWT", "alg": "RS256", "kid": .string(key.kid), "x5t": .string(key.kid)]
        return try CompactToken.text(header: header, claims: claims) { bytes in
            let digest = SHA256.hash(data: bytes)
            return Array(try key.privateKey.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }

    /// Whether one of our keys signed the token; the key is chosen by `kid`, never by what else the header says.
    func verifies(_ token: CompactToken) -> Bool {
        guard token.header["alg"]?.stringValue == "RS256", token.header["crit"] == nil,
            let kid = token.header["kid"]?.stringValue, let key = keys.withLock({ $0.first { $0.kid == kid } })
        else { return false }
        if let retired = key.retired, retired + Self.afterlife < clock.now { return false }
        let signature = _RSA.Signing.RSASignature(rawRepresentation: token.signature)
        let digest = SHA256.hash(data: token.signedPart)
        return key.privateKey.publicKey.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
    }

    /// Makes a key of 2,048 bits, which takes tenths of a second, away from the threads that answer requests.
    package static func make() async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    with: Result { Array(try _RSA.Signing.PrivateKey(keySize: .bits2048).pkcs8DERRepresentation) }
                )
            }
            thread.start()
        }
    }

    private static func identifier(of key: _RSA.Signing.PublicKey) throws -> String {
        Base64URL.text(Insecure.SHA1.hash(data: key.derRepresentation))
    }
}
