import Crypto
import JSONTree
public import Moments
public import Secrets
import Stores

extension Directory {
    /// Makes a new secret of an app; it can be read this once only.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - life: How long it is valid; half a year by default, two years at most.
    ///   - actor: Who does it.
    /// - Returns: The secret, 43 characters of 256 random bits, and what may be told about it.
    /// - Throws: ``IdentityError``: `.invalid` (life), `.notFound`, `.tooMany`; `StoreError`.
    public func addSecret(
        to app: App,
        life: TimeSpan = .days(180),
        by actor: String
    ) async throws -> (secret: SecretValue, entry: AppSecret) {
        guard life.ticks > 0, life.ticks <= Directory.longestSecretLife.ticks else {
            throw IdentityError(.invalid, "A secret is valid for more than nothing and at most two years.")
        }
        let text = Base64URL.text(SecretValue.random(count: 32).bytes)
        let salt = SecretValue.random(count: 16).bytes
        let hash = Self.hash(salt: salt, secret: text)
        let now = clock.now
        let entry = AppSecret(id: GUID.make(), hint: String(text.prefix(3)), created: now, expires: now + life)
        try await store.commit(.rest) { transaction in
            try Self.requireApp(app, in: transaction)
            let count = try transaction.first(
                "SELECT COUNT(*) FROM identity_secret WHERE tenant = ? AND client_id = ?",
                [.text(app.tenant), .text(app.clientID)]
            )
            guard try (count?[0].integer ?? 0) < Directory.secretLimit else {
                throw IdentityError(.tooMany, "The app has \(Directory.secretLimit) secrets; remove one first.")
            }
            try transaction.execute(
                """
                INSERT INTO identity_secret (tenant, client_id, secret_id, hint, salt, hash, created, expires)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(app.tenant), .text(app.clientID), .text(entry.id), .text(entry.hint), .blob(salt),
                    .blob(hash),
                    .integer(now.ticks), .integer(entry.expires.ticks),
                ]
            )
            try AuditLog.write(
                AuditEntry(
                    tenant: app.tenant,
                    actor: actor,
                    action: "app.secret.add",
                    target: app.clientID,
                    detail: ["secretId": .string(entry.id), "expires": .string(entry.expires.iso8601)]
                ),
                at: now,
                in: transaction
            )
        }
        return (SecretValue(text), entry)
    }

    /// Removes a secret of an app.
    ///
    /// - Parameters:
    ///   - id: The id of the secret.
    ///   - app: The app.
    ///   - actor: Who does it.
    /// - Throws: ``IdentityError``: `.notFound`; `StoreError`.
    public func removeSecret(_ id: String, of app: App, by actor: String) async throws {
        let now = clock.now
        try await store.commit(.rest) { transaction in
            let count = try transaction.execute(
                "DELETE FROM identity_secret WHERE tenant = ? AND client_id = ? AND secret_id = ?",
                [.text(app.tenant), .text(app.clientID), .text(id)]
            )
            guard count > 0 else { throw IdentityError(.notFound, "The app has no secret '\(id)'.") }
            try AuditLog.write(
                AuditEntry(
                    tenant: app.tenant,
                    actor: actor,
                    action: "app.secret.remove",
                    target: app.clientID,
                    detail: ["secretId": .string(id)]
                ),
                at: now,
                in: transaction
            )
        }
    }

    /// What may be told about the secrets of an app, the newest first.
    public func secrets(of app: App) async throws -> [AppSecret] {
        try await store.read { snapshot in
            try snapshot.query(
                """
                SELECT secret_id, hint, created, expires FROM identity_secret
                WHERE tenant = ? AND client_id = ? ORDER BY created DESC, secret_id
                """,
                [.text(app.tenant), .text(app.clientID)]
            ).map {
                AppSecret(
                    id: try $0[0].text,
                    hint: try $0[1].text,
                    created: Timestamp(ticks: try $0[2].integer),
                    expires: Timestamp(ticks: try $0[3].integer)
                )
            }
        }
    }

    /// How a secret compares with those of an app.
    enum SecretMatch: Sendable {
        case valid
        case expired
        case none
    }

    /// Compares a secret with all of an app, each in a time that tells nothing.
    func match(_ secret: SecretValue, app: App) async throws -> SecretMatch {
        let text = secret.text
        let now = clock.now
        return try await store.read { snapshot in
            var result = SecretMatch.none
            let rows = try snapshot.query(
                "SELECT salt, hash, expires FROM identity_secret WHERE tenant = ? AND client_id = ?",
                [.text(app.tenant), .text(app.clientID)]
            )
            for row in rows {
                guard ConstantTime.areEqual(Self.hash(salt: try row[0].blob, secret: text), try row[1].blob) else {
                    continue
                }
                result = try row[2].integer > now.ticks ? .valid : .expired
                if case .valid = result { break }
            }
            return result
        }
    }

    private static func hash(salt: [UInt8], secret: String) -> [UInt8] {
        Array(SHA256.hash(data: salt + Array(secret.utf8)))
    }
}
