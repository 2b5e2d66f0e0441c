import Identity
import JSONTree
import Moments
import Secrets
import Stores
import TestSupport

/// A store with a tenant, an app with a secret, and the keys, at a time that tests set.
struct Fixture {
    let clock: VirtualClock
    let store: Store
    let keyring: Keyring
    let directory: Directory
    let keys: TokenKeys
    let tenant = Tenant(
        id: "11111111-2222-3333-4444-555555555555",
        name: "Contoso",
        domains: ["contoso.example"]
    )
    let app: App
    let secret: SecretValue
    let origin = "https://soar.example:8443"

    init(roles: [String] = ["SecurityEvents.ReadWrite.All"], firstKey: Int = 0) async throws {
        let start = Timestamp(unixSeconds: 1_800_000_000)
        clock = VirtualClock(start)
        store = try Store.temporary(
            options: StoreOptions(migrations: SecretsMigrations.all + IdentityMigrations.all)
        )
        let masterKey = MasterKeySource.given(
            SecretValue(String(repeating: "ab", count: 32)),
            place: "the test"
        )
        keyring = try await Keyring.open(store: store, masterKey: masterKey, clock: clock)
        directory = Directory(store: store, clock: clock)
        try await directory.save(tenant, by: "test")
        app = try await directory.createApp("Responder", tenant: tenant.id, roles: roles, by: "test")
        secret = try await directory.addSecret(to: app, life: .days(30), by: "test").secret
        keys = try await TokenKeys.open(
            store: store,
            sealer: keyring,
            clock: clock,
            maker: TestKeys.maker(from: firstKey)
        )
    }

    func token(audience: String = "https://graph.microsoft.com") throws -> AccessToken {
        try TokenIssuer(keys: keys, clock: clock).token(for: app, audience: audience, origin: origin, proof: .secret)
    }

    func validator() -> TokenValidator { TokenValidator(keys: keys, clock: clock) }
}
