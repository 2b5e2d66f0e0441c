import Identity
import JSONTree
import Moments
public import Secrets
public import Stores

/// Connections in the server's store, their secrets sealed beside them.
public struct ConnectionStore: ConnectionSource {
    /// The most connections of a tenant: 1,000.
    public static let limit = 1_000

    /// The steps of this room's tables.
    public static let migrations: [Migration] = [
        Migration(
            room: "Connectors",
            number: 1,
            statements: [
                """
                CREATE TABLE connectors_connection (
                    tenant TEXT NOT NULL,
                    name TEXT NOT NULL,
                    connector TEXT NOT NULL,
                    record TEXT NOT NULL,
                    changed INTEGER NOT NULL,
                    PRIMARY KEY (tenant, name)
                )
                """
            ]
        ),
        ContainmentSwitch.migration,
    ]

    private let store: Store
    private let secrets: SecretStore
    private let cache = ConnectionCache()

    /// Makes a store over the server's database.
    public init(store: Store, secrets: SecretStore) {
        self.store = store
        self.secrets = secrets
    }

    /// Keeps a connection, in the place of an older one of that name, with the secrets that are given.
    ///
    /// Where it is to lead elsewhere than before (``Connection/leadsElsewhere(than:)``), all its secrets must be given anew, and
    /// its tokens are dropped: whoever may change connections must not get to know what others have kept in them.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - values: New values of its secrets; others stay as they are.
    ///   - actor: Who does it, for the audit log; nil writes nothing there.
    /// - Throws: ``ConnectorError``, `StoreError`, `SecretsError`.
    public func put(
        _ connection: Connection,
        secrets values: [String: SecretValue] = [:],
        by actor: String? = nil
    ) async throws {
        _ = try connection.networkPolicy()
        var record = connection
        record.secretNames.formUnion(values.keys)
        let changes = try values.map { name, value in
            try secrets.putting(Self.secretName(name, record), value, tenant: record.tenant)
        }
        let kept = record
        defer { cache.clear(kept.name, tenant: kept.tenant) }
        try await store.commit(.rest) { transaction in
            let count = try transaction.first(
                "SELECT count(*) FROM connectors_connection WHERE tenant = ? AND name <> ?",
                [.text(kept.tenant), .text(kept.name.lowercased())]
            )
            guard try (count?[0].integer ?? 0) < Self.limit else {
                throw ConnectorError(.invalidParameter, "A tenant has at most \(Self.limit) connections.")
            }
            var changes = changes
            let old = try transaction.first(
                "SELECT record FROM connectors_connection WHERE tenant = ? AND name = ?",
                [.text(kept.tenant), .text(kept.name.lowercased())]
            ).map { try Connection(JSON.parse(try $0[0].text), tenant: kept.tenant) }
            if let old, kept.leadsElsewhere(than: old) {
                try kept.requireSecrets(of: old, given: Set(values.keys))
                changes.append(SecretStore.deleting(Self.tokensName(kept), tenant: kept.tenant))
            }
            try transaction.execute(
                """
                INSERT INTO connectors_connection (tenant, name, connector, record, changed) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (tenant, name) DO UPDATE
                SET connector = excluded.connector, record = excluded.record, changed = excluded.changed
                """,
                [
                    .text(kept.tenant), .text(kept.name.lowercased()), .text(kept.connector), .text(kept.json.text),
                    .integer(Timestamp.now.ticks),
                ]
            )
            for change in changes { try transaction.execute(change.sql, change.arguments) }
            let detail: JSON = [
                "connector": .string(kept.connector), "secrets": .array(values.keys.sorted().map(JSON.string)),
            ]
            try Self.audit("connection.set", kept.name, tenant: kept.tenant, by: actor, detail, in: transaction)
        }
    }

    /// Raised by every change of a connection or its secrets.
    public var revision: Int? { cache.epoch }

    /// Writes into the audit log that a change of a connection was refused, and why; values and secrets are not shown.
    ///
    /// - Parameters:
    ///   - error: Why.
    ///   - connection: The connection as it was to be.
    ///   - actor: Who wanted it.
    /// - Throws: `StoreError`.
    public func noteRefusal(_ error: ConnectorError, of connection: Connection, by actor: String) async throws {
        let entry = AuditEntry(
            tenant: connection.tenant,
            actor: actor,
            action: "connection.set",
            target: connection.name,
            outcome: "failure",
            detail: ["connector": .string(connection.connector), "error": .string(error.code.text)]
        )
        try await store.commit(.rest) { try AuditLog.write(entry, at: .now, in: $0) }
    }

    /// The connection of a name.
    public func connection(_ name: String, tenant: String) async throws -> Connection? {
        if let known = cache.entry(name, tenant: tenant)?.connection { return known }
        let epoch = cache.epoch
        let read = try await store.read { snapshot in
            try snapshot.first(
                "SELECT record FROM connectors_connection WHERE tenant = ? AND name = ?",
                [.text(tenant), .text(name.lowercased())]
            ).map { try Connection(JSON.parse(try $0[0].text), tenant: tenant) }
        }
        if let read { cache.keep(read, readIn: epoch) }
        return read
    }

    /// The connections of a tenant by name.
    public func list(tenant: String) async throws -> [Connection] {
        try await store.read { snapshot in
            try snapshot.query(
                "SELECT record FROM connectors_connection WHERE tenant = ? ORDER BY name LIMIT ?",
                [.text(tenant), .integer(Int64(Self.limit))]
            ).map { try Connection(JSON.parse(try $0[0].text), tenant: tenant) }
        }
    }

    /// Removes a connection and its secrets.
    ///
    /// - Returns: Whether there was one.
    public func delete(_ name: String, tenant: String, by actor: String? = nil) async throws -> Bool {
        guard let connection = try await connection(name, tenant: tenant) else { return false }
        defer { cache.clear(name, tenant: tenant) }
        for secret in connection.secretNames {
            _ = try await secrets.delete(Self.secretName(secret, connection), tenant: tenant)
        }
        try await secrets.delete(Self.tokensName(connection), tenant: tenant)
        return try await store.commit(.rest) { transaction in
            let count = try transaction.execute(
                "DELETE FROM connectors_connection WHERE tenant = ? AND name = ?",
                [.text(tenant), .text(name.lowercased())]
            )
            if count > 0 {
                try Self.audit("connection.delete", connection.name, tenant: tenant, by: actor, [:], in: transaction)
            }
            return count > 0
        }
    }

    /// A secret parameter of a connection.
    public func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue? {
        if let known = cache.entry(connection.name, tenant: connection.tenant)?.secrets[parameter] { return known }
        let epoch = cache.epoch
        let read = try await secrets.get(Self.secretName(parameter, connection), tenant: connection.tenant)
        cache.keep(read, parameter, of: connection, readIn: epoch)
        return read
    }

    /// The connection's tokens as they were sealed last.
    public func keptTokens(of connection: Connection) async throws -> SecretValue? {
        try await secrets.get(Self.tokensName(connection), tenant: connection.tenant)
    }

    /// Seals the connection's tokens; those of a connection that is gone are not kept.
    public func keepTokens(_ tokens: SecretValue, of connection: Connection) async throws {
        let change = try secrets.putting(Self.tokensName(connection), tokens, tenant: connection.tenant)
        try await store.commit(.rest) { transaction in
            let found = try transaction.first(
                "SELECT 1 FROM connectors_connection WHERE tenant = ? AND name = ?",
                [.text(connection.tenant), .text(connection.name.lowercased())]
            )
            if found != nil { try transaction.execute(change.sql, change.arguments) }
        }
    }

    private static func audit(
        _ action: String,
        _ name: String,
        tenant: String,
        by actor: String?,
        _ detail: JSON,
        in transaction: Transaction
    ) throws {
        guard let actor else { return }
        try AuditLog.write(
            AuditEntry(tenant: tenant, actor: actor, action: action, target: name, detail: detail),
            at: .now,
            in: transaction
        )
    }

    private static func tokensName(_ connection: Connection) -> String {
        "connection-tokens/\(connection.name.lowercased())"
    }

    private static func secretName(_ parameter: String, _ connection: Connection) -> String {
        "connection/\(connection.name.lowercased())/\(parameter)"
    }
}
