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
        )
    ]

    private let store: Store
    private let secrets: SecretStore

    /// Makes a store over the server's database.
    public init(store: Store, secrets: SecretStore) {
        self.store = store
        self.secrets = secrets
    }

    /// Keeps a connection, in the place of an older one of that name, with the secrets that are given.
    ///
    /// - Throws: ``ConnectorError``, `StoreError`, `SecretsError`.
    public func put(_ connection: Connection, secrets values: [String: SecretValue] = [:]) async throws {
        _ = try connection.networkPolicy()
        var record = connection
        record.secretNames.formUnion(values.keys)
        let changes = try values.map { name, value in
            try secrets.putting(Self.secretName(name, record), value, tenant: record.tenant)
        }
        let kept = record
        try await store.commit(.rest) { transaction in
            let count = try transaction.first(
                "SELECT count(*) FROM connectors_connection WHERE tenant = ? AND name <> ?",
                [.text(kept.tenant), .text(kept.name.lowercased())]
            )
            guard try (count?[0].integer ?? 0) < Self.limit else {
                throw ConnectorError(.invalidParameter, "A tenant has at most \(Self.limit) connections.")
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
        }
    }

    /// The connection of a name.
    public func connection(_ name: String, tenant: String) async throws -> Connection? {
        try await store.read { snapshot in
            try snapshot.first(
                "SELECT record FROM connectors_connection WHERE tenant = ? AND name = ?",
                [.text(tenant), .text(name.lowercased())]
            ).map { try Connection(JSON.parse(try $0[0].text), tenant: tenant) }
        }
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
    public func delete(_ name: String, tenant: String) async throws -> Bool {
        guard let connection = try await connection(name, tenant: tenant) else { return false }
        for secret in connection.secretNames {
            _ = try await secrets.delete(Self.secretName(secret, connection), tenant: tenant)
        }
        return try await store.commit(.rest) { transaction in
            try transaction.execute(
                "DELETE FROM connectors_connection WHERE tenant = ? AND name = ?",
                [.text(tenant), .text(name.lowercased())]
            ) > 0
        }
    }

    /// A secret parameter of a connection.
    public func secret(_ parameter: String, of connection: Connection) async throws -> SecretValue? {
        try await secrets.get(Self.secretName(parameter, connection), tenant: connection.tenant)
    }

    private static func secretName(_ parameter: String, _ connection: Connection) -> String {
        "connection/\(connection.name.lowercased())/\(parameter)"
    }
}
