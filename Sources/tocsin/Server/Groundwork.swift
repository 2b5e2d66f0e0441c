import Identity
import Logging
import Moments
import Secrets
import Stores

extension ServerParts {
    /// What all rooms stand on: the open data folder with its keys and its tenant.
    struct Groundwork: Sendable {
        let store: Store
        let keyring: Keyring
        let directory: Directory
        /// The tenant that the administrator of this machine acts in.
        let tenant: Tenant

        /// Opens the data folder; keys and tenant are made at the first start.
        static func open(_ configuration: ServerConfiguration, clock: any WallClock) async throws -> Groundwork {
            let store = try Store.open(
                folder: configuration.data,
                options: StoreOptions(migrations: ServerParts.migrations)
            )
            do {
                let source: MasterKeySource =
                    MasterKeySource.environment("TOCSIN_MASTER_KEY")
                    ?? configuration.masterKey.map(MasterKeySource.file) ?? .file(besides: store)
                let keyring = try await Keyring.open(store: store, masterKey: source, clock: clock)
                let directory = Directory(store: store, clock: clock)
                return Groundwork(
                    store: store,
                    keyring: keyring,
                    directory: directory,
                    tenant: try await tenant(of: directory, configuration.tenant)
                )
            } catch {
                try await store.close()
                throw error
            }
        }

        /// The configured tenant, else the only one; the first start makes it.
        private static func tenant(
            of directory: Directory,
            _ wanted: ServerConfiguration.FirstTenant
        ) async throws -> Tenant {
            let known = try await directory.tenants()
            if let id = wanted.id.map({ GUID.canonical($0) ?? $0 }) {
                if let tenant = known.first(where: { $0.id == id }) { return tenant }
            } else if let first = known.first {
                return first
            }
            let tenant = Tenant(id: wanted.id ?? GUID.make(), name: wanted.name, domains: wanted.domains)
            try await directory.save(tenant, by: Principal.localAdministratorID)
            return try await directory.tenant(named: tenant.id.lowercased()) ?? tenant
        }
    }
}

extension Principal {
    /// The id under which audit records name whoever administers on this machine.
    static let localAdministratorID = "local-administrator"

    /// Who may open the data folder: the administrator on this machine, with every role.
    static func localAdministrator(tenant: String) -> Principal {
        Principal(
            kind: .app,
            tenant: tenant,
            clientID: localAdministratorID,
            objectID: localAdministratorID,
            displayName: "local administrator",
            roles: Set(Role.all.map(\.name))
        )
    }

    /// The tenant's workflows, as this server itself knows them.
    static func workflows(tenant: String) -> Principal {
        Principal(
            kind: .managedIdentity,
            tenant: tenant,
            clientID: "workflows",
            objectID: "workflows",
            displayName: "workflows",
            roles: [Role.writeSecurityEvents.name]
        )
    }
}
