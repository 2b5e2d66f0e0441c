public import Moments
public import Stores

/// Secrets by tenant and name, sealed in the database.
public struct SecretStore: Sendable {
    /// The most bytes that a secret may have (64 KiB).
    public static let sizeLimit = 65_536

    private let keyring: Keyring

    /// Keeps secrets with the keys of a server.
    ///
    /// - Parameter keyring: The open keys.
    public init(_ keyring: Keyring) { self.keyring = keyring }

    /// What may be told about a secret.
    public struct Entry: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// How often it was put, from 1.
        public let revision: Int
        /// When it was put first.
        public let created: Timestamp
        /// When it was put last.
        public let changed: Timestamp
    }

    /// Keeps a secret, in the place of an older one of that name.
    ///
    /// - Parameters:
    ///   - name: 1 to 256 bytes without control characters; upper and lower case differ.
    ///   - value: The secret.
    ///   - tenant: Whose it is.
    /// - Throws: ``SecretsError``: `.invalidName`, `.tooLarge`; `StoreError`.
    public func put(_ name: String, _ value: SecretValue, tenant: String) async throws {
        let change = try putting(name, value, tenant: tenant)
        try await keyring.store.commit(.rest, change)
    }

    /// The same as a statement, for a commit that does more.
    ///
    /// - Parameters:
    ///   - name: 1 to 256 bytes without control characters.
    ///   - value: The secret.
    ///   - tenant: Whose it is.
    /// - Returns: The statement; it holds the secret sealed only.
    /// - Throws: ``SecretsError``: `.invalidName`, `.tooLarge`.
    public func putting(_ name: String, _ value: SecretValue, tenant: String) throws -> Change {
        try Self.check(name)
        guard value.count <= Self.sizeLimit else {
            throw SecretsError(.tooLarge, "A secret has at most \(Self.sizeLimit) bytes; this one has \(value.count).")
        }
        let sealed = try keyring.seal(value.bytes, tenant: tenant, context: Self.context(name))
        let now = SQLValue.integer(keyring.clock.now.ticks)
        return Change(
            """
            INSERT INTO secrets_value (tenant, name, sealed, revision, created, changed) VALUES (?, ?, ?, 1, ?, ?)
            ON CONFLICT (tenant, name) DO UPDATE
            SET sealed = excluded.sealed, revision = revision + 1, changed = excluded.changed
            """,
            [.text(tenant), .text(name), .blob(sealed), now, now]
        )
    }

    /// A secret.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - tenant: Whose it is.
    /// - Returns: The secret; nil when there is none of that name.
    /// - Throws: ``SecretsError``: `.notAuthentic`, `.keyMissing`; `StoreError`.
    public func get(_ name: String, tenant: String) async throws -> SecretValue? {
        let sealed = try await keyring.store.read { snapshot in
            try snapshot.first(
                "SELECT sealed FROM secrets_value WHERE tenant = ? AND name = ?",
                [.text(tenant), .text(name)]
            )?[0].blob
        }
        guard let sealed else { return nil }
        return SecretValue(bytes: try keyring.open(sealed, tenant: tenant, context: Self.context(name)))
    }

    /// The names of a tenant's secrets in order, a page at a time; values are not read.
    ///
    /// - Parameters:
    ///   - tenant: Whose they are.
    ///   - name: Only names after this one.
    ///   - limit: How many at most.
    /// - Returns: What may be told about them.
    /// - Throws: `StoreError`.
    public func list(tenant: String, after name: String = "", limit: Int = 100) async throws -> [Entry] {
        try await keyring.store.read { snapshot in
            try snapshot.query(
                """
                SELECT name, revision, created, changed FROM secrets_value
                WHERE tenant = ? AND name > ? ORDER BY name LIMIT ?
                """,
                [.text(tenant), .text(name), .integer(Int64(max(0, limit)))]
            ).map {
                Entry(
                    name: try $0[0].text,
                    revision: Int(try $0[1].integer),
                    created: Timestamp(ticks: try $0[2].integer),
                    changed: Timestamp(ticks: try $0[3].integer)
                )
            }
        }
    }

    /// Removes a secret.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - tenant: Whose it is.
    /// - Returns: Whether there was one.
    /// - Throws: `StoreError`.
    @discardableResult
    public func delete(_ name: String, tenant: String) async throws -> Bool {
        let change = Self.deleting(name, tenant: tenant)
        return try await keyring.store.commit(.rest) { try $0.execute(change.sql, change.arguments) > 0 }
    }

    /// The same as a statement, for a commit that does more.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - tenant: Whose it is.
    /// - Returns: The statement.
    public static func deleting(_ name: String, tenant: String) -> Change {
        Change("DELETE FROM secrets_value WHERE tenant = ? AND name = ?", [.text(tenant), .text(name)])
    }

    /// Seals all secrets with the data key that is current, in slices; for after ``Keyring/rotateDataKey()``.
    ///
    /// - Returns: How many were sealed anew.
    /// - Throws: ``SecretsError``; `StoreError`.
    @discardableResult
    public func resealAll() async throws -> Int {
        let keyring = keyring
        var count = 0
        var last = (tenant: "", name: "")
        while true {
            let from = last
            let (part, end) = try await keyring.store.commit(.rest) { transaction -> (Int, (String, String)?) in
                let rows = try transaction.query(
                    "SELECT tenant, name, sealed FROM secrets_value WHERE (tenant, name) > (?, ?) ORDER BY tenant, name LIMIT 50",
                    [.text(from.tenant), .text(from.name)]
                )
                for row in rows {
                    let (tenant, name) = (try row[0].text, try row[1].text)
                    let context = Self.context(name)
                    let value = try keyring.open(try row[2].blob, tenant: tenant, context: context)
                    try transaction.execute(
                        "UPDATE secrets_value SET sealed = ? WHERE tenant = ? AND name = ?",
                        [.blob(try keyring.seal(value, tenant: tenant, context: context)), .text(tenant), .text(name)]
                    )
                }
                return (rows.count, try rows.last.map { (try $0[0].text, try $0[1].text) })
            }
            count += part
            guard let end else { return count }
            last = end
        }
    }

    private static func context(_ name: String) -> String { "secret/\(name)" }

    private static func check(_ name: String) throws {
        let bytes = name.utf8
        guard !bytes.isEmpty, bytes.count <= 256, bytes.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
            throw SecretsError(.invalidName, "A secret's name has 1 to 256 bytes and no control characters.")
        }
    }
}
