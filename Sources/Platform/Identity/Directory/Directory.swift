import JSONTree
public import Moments
public import Stores

/// The tenants of a server and their apps, kept in the store; every change leaves an audit record.
public struct Directory: Sendable {
    /// The most apps of a tenant.
    public static let appLimit = 1_000
    /// The most secrets of an app.
    public static let secretLimit = 20
    /// How long a secret may last at most: two years.
    public static let longestSecretLife = TimeSpan.days(731)

    let store: Store
    let clock: any WallClock

    /// Makes a directory over a store that was opened with ``IdentityMigrations``.
    public init(store: Store, clock: any WallClock = SystemClock()) {
        self.store = store
        self.clock = clock
    }

    // MARK: Tenants

    /// Makes a tenant, or changes name and domains of the one with this id.
    ///
    /// - Parameters:
    ///   - tenant: The tenant; its id must be a GUID.
    ///   - actor: Who does it, for the audit record.
    /// - Throws: ``IdentityError`` when the id is no GUID or a domain belongs to another tenant; `StoreError`.
    public func save(_ tenant: Tenant, by actor: String) async throws {
        guard let id = GUID.canonical(tenant.id) else {
            throw IdentityError(.invalid, "'\(tenant.id)' is not a tenant id: 32 hexadecimal digits with hyphens.")
        }
        let name = try Self.checkedName(tenant.name)
        let domains = try tenant.domains.map { domain in
            let domain = domain.lowercased()
            guard domain.contains("."), domain.utf8.count <= 253, GUID.canonical(domain) == nil,
                domain.utf8.allSatisfy({
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
                })
            else { throw IdentityError(.invalid, "'\(domain)' is not a domain.") }
            return domain
        }
        let now = clock.now
        try await store.commit(.rest) { transaction in
            try transaction.execute(
                "INSERT INTO identity_tenant (tenant, name) VALUES (?, ?) ON CONFLICT (tenant) DO UPDATE SET name = excluded.name",
                [.text(id), .text(name)]
            )
            try transaction.execute("DELETE FROM identity_domain WHERE tenant = ?", [.text(id)])
            for domain in domains {
                if let other = try transaction.first(
                    "SELECT tenant FROM identity_domain WHERE domain = ?",
                    [.text(domain)]
                ) {
                    throw IdentityError(.exists, "The domain '\(domain)' belongs to the tenant \(try other[0].text).")
                }
                try transaction.execute(
                    "INSERT INTO identity_domain (domain, tenant) VALUES (?, ?)",
                    [.text(domain), .text(id)]
                )
            }
            try AuditLog.write(
                AuditEntry(
                    tenant: id,
                    actor: actor,
                    action: "tenant.save",
                    target: id,
                    detail: ["name": .string(name)]
                ),
                at: now,
                in: transaction
            )
        }
    }

    /// All tenants, by name.
    public func tenants() async throws -> [Tenant] {
        try await store.read { snapshot in
            var domains: [String: [String]] = [:]
            for row in try snapshot.query("SELECT tenant, domain FROM identity_domain ORDER BY domain") {
                domains[try row[0].text, default: []].append(try row[1].text)
            }
            return try snapshot.query("SELECT tenant, name FROM identity_tenant ORDER BY name, tenant").map { row in
                let id = try row[0].text
                return Tenant(id: id, name: try row[1].text, domains: domains[id] ?? [])
            }
        }
    }

    /// The tenant of an id or domain, as it stands in the path of a token request.
    ///
    /// `common`, `organizations` and `consumers` are the only tenant when there is exactly one.
    public func tenant(named name: String) async throws -> Tenant? {
        let all = try await tenants()
        let wanted = name.lowercased()
        if ["common", "organizations", "consumers"].contains(wanted) { return all.count == 1 ? all[0] : nil }
        return all.first { $0.id == wanted || $0.domains.contains(wanted) }
    }

    static func checkedName(_ name: String) throws -> String {
        guard (1...120).contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw IdentityError(.invalid, "A name has 1 to 120 bytes and no control characters.")
        }
        return name
    }
}
