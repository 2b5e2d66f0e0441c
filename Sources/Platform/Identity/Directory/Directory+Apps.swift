import JSONTree
import Moments
import Stores

extension Directory {
    /// Creates an app with the given roles.
    ///
    /// - Parameters:
    ///   - displayName: A name for people, unique in the tenant.
    ///   - tenant: The tenant's id.
    ///   - roles: Names of roles (``Role``), in any letter case.
    ///   - clientID: The client id, if scripts know one already; otherwise a new one.
    ///   - actor: Who does it, for the audit record.
    /// - Returns: The app; it has no secret yet.
    /// - Throws: ``IdentityError``: `.notFound` (tenant), `.invalid` (role, id), `.exists`, `.tooMany`; `StoreError`.
    public func createApp(
        _ displayName: String,
        tenant: String,
        roles: some Sequence<String>,
        clientID: String? = nil,
        by actor: String
    ) async throws -> App {
        let name = try Self.checkedName(displayName)
        let granted = try Self.checkedRoles(roles)
        guard let client = clientID.map(GUID.canonical) ?? GUID.make() else {
            throw IdentityError(.invalid, "A client id is a GUID: 32 hexadecimal digits with hyphens.")
        }
        let app = App(
            tenant: tenant,
            clientID: client,
            objectID: GUID.make(),
            displayName: name,
            roles: granted,
            isEnabled: true,
            created: clock.now
        )
        try await store.commit(.rest) { transaction in
            guard try transaction.first("SELECT 1 FROM identity_tenant WHERE tenant = ?", [.text(tenant)]) != nil else {
                throw IdentityError(.notFound, "There is no tenant '\(tenant)'.")
            }
            let count = try transaction.first("SELECT COUNT(*) FROM identity_app WHERE tenant = ?", [.text(tenant)])
            guard try (count?[0].integer ?? 0) < Directory.appLimit else {
                throw IdentityError(.tooMany, "The tenant has \(Directory.appLimit) apps, which is the most.")
            }
            let known = try transaction.first(
                "SELECT 1 FROM identity_app WHERE (tenant = ? AND name = ?) OR client_id = ?",
                [.text(tenant), .text(name), .text(client)]
            )
            guard known == nil else {
                throw IdentityError(.exists, "There is an app '\(name)' or an app with the id \(client) already.")
            }
            try transaction.execute(
                """
                INSERT INTO identity_app (tenant, client_id, object_id, name, enabled, created) VALUES (?, ?, ?, ?, 1, ?)
                """,
                [.text(tenant), .text(client), .text(app.objectID), .text(name), .integer(app.created.ticks)]
            )
            try Self.writeGrants(granted, of: app, at: app.created, in: transaction)
            try AuditLog.write(
                AuditEntry(
                    tenant: tenant,
                    actor: actor,
                    action: "app.create",
                    target: client,
                    detail: ["name": .string(name), "roles": .array(granted.sorted().map { .string($0) })]
                ),
                at: app.created,
                in: transaction
            )
        }
        return app
    }

    /// Replaces the roles of an app; tokens given out keep theirs until they end.
    ///
    /// - Parameters:
    ///   - roles: Names of roles.
    ///   - app: The app.
    ///   - actor: Who does it.
    /// - Throws: ``IdentityError``: `.invalid`, `.notFound`; `StoreError`.
    public func setRoles(_ roles: some Sequence<String>, of app: App, by actor: String) async throws {
        let granted = try Self.checkedRoles(roles)
        let now = clock.now
        try await store.commit(.rest) { transaction in
            try Self.requireApp(app, in: transaction)
            try transaction.execute(
                "DELETE FROM identity_grant WHERE tenant = ? AND client_id = ?",
                [.text(app.tenant), .text(app.clientID)]
            )
            try Self.writeGrants(granted, of: app, at: now, in: transaction)
            try AuditLog.write(
                AuditEntry(
                    tenant: app.tenant,
                    actor: actor,
                    action: "app.roles",
                    target: app.clientID,
                    detail: ["roles": .array(granted.sorted().map { .string($0) })]
                ),
                at: now,
                in: transaction
            )
        }
    }

    /// Lets an app have tokens or not.
    ///
    /// - Parameters:
    ///   - isEnabled: Whether it gets tokens.
    ///   - app: The app.
    ///   - actor: Who does it.
    /// - Throws: ``IdentityError``: `.notFound`; `StoreError`.
    public func setEnabled(_ isEnabled: Bool, of app: App, by actor: String) async throws {
        let now = clock.now
        try await store.commit(.rest) { transaction in
            try Self.requireApp(app, in: transaction)
            try transaction.execute(
                "UPDATE identity_app SET enabled = ? WHERE tenant = ? AND client_id = ?",
                [.flag(isEnabled), .text(app.tenant), .text(app.clientID)]
            )
            let action = isEnabled ? "app.enable" : "app.disable"
            try AuditLog.write(
                AuditEntry(tenant: app.tenant, actor: actor, action: action, target: app.clientID),
                at: now,
                in: transaction
            )
        }
    }

    /// Removes an app with its secrets and grants.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - actor: Who does it.
    /// - Throws: ``IdentityError``: `.notFound`; `StoreError`.
    public func delete(_ app: App, by actor: String) async throws {
        let now = clock.now
        try await store.commit(.rest) { transaction in
            try Self.requireApp(app, in: transaction)
            let key: [SQLValue] = [.text(app.tenant), .text(app.clientID)]
            try transaction.execute("DELETE FROM identity_secret WHERE tenant = ? AND client_id = ?", key)
            try transaction.execute("DELETE FROM identity_certificate WHERE tenant = ? AND client_id = ?", key)
            try transaction.execute("DELETE FROM identity_grant WHERE tenant = ? AND client_id = ?", key)
            try transaction.execute("DELETE FROM identity_app WHERE tenant = ? AND client_id = ?", key)
            try AuditLog.write(
                AuditEntry(tenant: app.tenant, actor: actor, action: "app.delete", target: app.clientID),
                at: now,
                in: transaction
            )
        }
    }

    /// The apps of a tenant, by name.
    public func apps(tenant: String) async throws -> [App] {
        try await store.read { snapshot in
            let rows = try snapshot.query(
                """
                SELECT tenant, client_id, object_id, name, enabled, created FROM identity_app
                WHERE tenant = ? ORDER BY name
                """,
                [.text(tenant)]
            )
            return try rows.map { try Self.app($0, in: snapshot) }
        }
    }

    /// The app of a client id; nil when the tenant has none.
    public func app(clientID: String, tenant: String) async throws -> App? {
        guard let id = GUID.canonical(clientID) else { return nil }
        return try await store.read { snapshot in
            try snapshot.first(
                """
                SELECT tenant, client_id, object_id, name, enabled, created FROM identity_app
                WHERE tenant = ? AND client_id = ?
                """,
                [.text(tenant), .text(id)]
            ).map { try Self.app($0, in: snapshot) }
        }
    }

    static func app(_ row: Row, in snapshot: Snapshot) throws -> App {
        let tenant = try row[0].text
        let clientID = try row[1].text
        let grants = try snapshot.query(
            "SELECT role FROM identity_grant WHERE tenant = ? AND client_id = ?",
            [.text(tenant), .text(clientID)]
        )
        return App(
            tenant: tenant,
            clientID: clientID,
            objectID: try row[2].text,
            displayName: try row[3].text,
            roles: Set(try grants.map { try $0[0].text }),
            isEnabled: try row[4].flag,
            created: Timestamp(ticks: try row[5].integer)
        )
    }

    static func requireApp(_ app: App, in transaction: Transaction) throws {
        let row = try transaction.first(
            "SELECT 1 FROM identity_app WHERE tenant = ? AND client_id = ?",
            [.text(app.tenant), .text(app.clientID)]
        )
        guard row != nil else { throw IdentityError(.notFound, "There is no app \(app.clientID) any more.") }
    }

    private static func writeGrants(
        _ roles: Set<String>,
        of app: App,
        at now: Timestamp,
        in transaction: Transaction
    ) throws {
        for role in roles.sorted() {
            try transaction.execute(
                "INSERT INTO identity_grant (tenant, client_id, role, granted) VALUES (?, ?, ?, ?)",
                [.text(app.tenant), .text(app.clientID), .text(role), .integer(now.ticks)]
            )
        }
    }

    private static func checkedRoles(_ names: some Sequence<String>) throws -> Set<String> {
        var result: Set<String> = []
        for name in names {
            guard let role = Role.named(name) else {
                let known = Role.all.map(\.name).joined(separator: ", ")
                throw IdentityError(.invalid, "There is no role '\(name)'. The roles are: \(known).")
            }
            result.insert(role.name)
        }
        return result
    }
}
