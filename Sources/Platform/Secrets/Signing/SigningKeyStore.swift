import Moments
public import Stores
import Synchronization

/// The signing keys of workflows and other subjects: made when they are first asked for, sealed in the database.
public final class SigningKeyStore: Sendable {
    private struct Subject: Hashable {
        let tenant: String
        let name: String
    }

    private let keyring: Keyring
    private let cacheLimit: Int
    private let cache = Mutex(Cache())

    private struct Cache {
        var keys: [Subject: SigningKeys] = [:]
        /// Rises with each change of keys: what was read before a change is not kept after it.
        var changes = 0
    }

    /// Keeps signing keys with the keys of a server.
    ///
    /// - Parameters:
    ///   - keyring: The open keys.
    ///   - cacheLimit: How many subjects' keys are kept open in memory.
    public init(_ keyring: Keyring, cacheLimit: Int = 20_000) {
        self.keyring = keyring
        self.cacheLimit = cacheLimit
    }

    /// The keys of a subject, when they are open in memory already: for a check without waiting.
    ///
    /// - Parameters:
    ///   - subject: What the keys are for, such as a workflow's id.
    ///   - tenant: Whose it is.
    /// - Returns: The keys, or nil; then ask ``keys(of:tenant:)``.
    public func cachedKeys(of subject: String, tenant: String) -> SigningKeys? {
        cache.withLock { $0.keys[Subject(tenant: tenant, name: subject)] }
    }

    /// The keys of a subject; made now when it has none.
    ///
    /// - Parameters:
    ///   - subject: What the keys are for, such as a workflow's id.
    ///   - tenant: Whose it is.
    /// - Returns: The keys.
    /// - Throws: ``SecretsError``; `StoreError`.
    public func keys(of subject: String, tenant: String) async throws -> SigningKeys {
        if let keys = cachedKeys(of: subject, tenant: tenant) { return keys }
        let changes = cache.withLock { $0.changes }
        let found = try await keyring.store.read { try Self.load($0, subject, tenant) }
        if found.count == SigningKeys.Slot.allCases.count { return try open(found, subject, tenant, as: changes) }
        let made = try SigningKeys.Slot.allCases.map { try insertion($0, subject, tenant, isReplacing: false) }
        let kept = try await keyring.store.commit(.rest) { transaction in
            for change in made { try transaction.execute(change.sql, change.arguments) }
            return try Self.load(transaction, subject, tenant)
        }
        return try open(kept, subject, tenant, as: changes)
    }

    /// Makes one of a subject's keys anew: what it signed is no longer valid.
    ///
    /// - Parameters:
    ///   - slot: Which key.
    ///   - subject: What the keys are for.
    ///   - tenant: Whose it is.
    /// - Returns: The keys as they are now.
    /// - Throws: ``SecretsError``; `StoreError`.
    @discardableResult
    public func regenerate(_ slot: SigningKeys.Slot, of subject: String, tenant: String) async throws -> SigningKeys {
        _ = try await keys(of: subject, tenant: tenant)
        let change = try insertion(slot, subject, tenant, isReplacing: true)
        let kept = try await keyring.store.commit(.rest) { transaction in
            try transaction.execute(change.sql, change.arguments)
            return try Self.load(transaction, subject, tenant)
        }
        return try open(kept, subject, tenant, as: dropped(subject, tenant))
    }

    /// Removes a subject's keys: what they signed is no longer valid.
    ///
    /// - Parameters:
    ///   - subject: What the keys are for.
    ///   - tenant: Whose it is.
    /// - Throws: `StoreError`.
    public func delete(_ subject: String, tenant: String) async throws {
        let deletion = Self.deletion(of: subject, tenant: tenant)
        try await keyring.store.commit(.rest, deletion)
        forget(subject, tenant: tenant)
    }

    /// The removal as a statement, for a commit that removes the subject too; call ``forget(_:tenant:)`` after it.
    ///
    /// - Parameters:
    ///   - subject: What the keys are for.
    ///   - tenant: Whose it is.
    /// - Returns: The statement.
    public static func deletion(of subject: String, tenant: String) -> Change {
        Change(
            "DELETE FROM secrets_signing_key WHERE tenant = ? AND subject = ?",
            [.text(tenant), .text(subject)]
        )
    }

    /// Lets go of a subject's keys in memory, after they were changed or removed in the database.
    ///
    /// - Parameters:
    ///   - subject: What the keys are for.
    ///   - tenant: Whose it is.
    public func forget(_ subject: String, tenant: String) {
        _ = dropped(subject, tenant)
    }

    private func dropped(_ subject: String, _ tenant: String) -> Int {
        cache.withLock {
            $0.keys[Subject(tenant: tenant, name: subject)] = nil
            $0.changes += 1
            return $0.changes
        }
    }

    private func insertion(
        _ slot: SigningKeys.Slot,
        _ subject: String,
        _ tenant: String,
        isReplacing: Bool
    ) throws -> Change {
        let sealed = try keyring.seal(
            SecretValue.random(count: 32).bytes,
            tenant: tenant,
            context: Self.context(subject, slot)
        )
        let conflict = isReplacing ? "UPDATE SET sealed = excluded.sealed, created = excluded.created" : "NOTHING"
        return Change(
            """
            INSERT INTO secrets_signing_key (tenant, subject, slot, sealed, created) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (tenant, subject, slot) DO \(conflict)
            """,
            [.text(tenant), .text(subject), .text(slot.rawValue), .blob(sealed), .integer(keyring.clock.now.ticks)]
        )
    }

    static func load(
        _ snapshot: Snapshot,
        _ subject: String,
        _ tenant: String
    ) throws -> [SigningKeys.Slot: [UInt8]] {
        var found: [SigningKeys.Slot: [UInt8]] = [:]
        let rows = try snapshot.query(
            "SELECT slot, sealed FROM secrets_signing_key WHERE tenant = ? AND subject = ?",
            [.text(tenant), .text(subject)]
        )
        for row in rows {
            if let slot = SigningKeys.Slot(rawValue: try row[0].text) { found[slot] = try row[1].blob }
        }
        return found
    }

    private func open(
        _ found: [SigningKeys.Slot: [UInt8]],
        _ subject: String,
        _ tenant: String,
        as changes: Int
    ) throws -> SigningKeys {
        func key(_ slot: SigningKeys.Slot) throws -> SigningKey {
            guard let sealed = found[slot] else {
                throw SecretsError(
                    .notFound,
                    "The signing keys of a subject were removed while they were read; try again."
                )
            }
            return SigningKey(bytes: try keyring.open(sealed, tenant: tenant, context: Self.context(subject, slot)))
        }
        let keys = SigningKeys(primary: try key(.primary), secondary: try key(.secondary))
        cache.withLock {
            guard $0.changes == changes else { return }
            if $0.keys.count >= cacheLimit { $0.keys.removeAll(keepingCapacity: true) }
            $0.keys[Subject(tenant: tenant, name: subject)] = keys
        }
        return keys
    }

    static func context(_ subject: String, _ slot: SigningKeys.Slot) -> String {
        "signing-key/\(slot.rawValue)/\(subject)"
    }
}
