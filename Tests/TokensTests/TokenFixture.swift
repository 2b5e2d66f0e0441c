import Identity
import JSONTree
import Moments
import Secrets
import Serving
import Stores
import TestSupport
import Tokens

/// A token service over a store in memory, with a tenant, an app and its secret.
struct TokenFixture {
    let directory: Directory
    let keys: TokenKeys
    let service: TokenService
    let tenant = Tenant(id: "11111111-2222-3333-4444-555555555555", name: "Contoso", domains: ["contoso.example"])
    let app: App
    let secret: SecretValue
    let clock: any WallClock

    init(clock: any WallClock = SystemClock()) async throws {
        self.clock = clock
        let store = try Store.temporary(
            options: StoreOptions(migrations: SecretsMigrations.all + IdentityMigrations.all)
        )
        let keyring = try await Keyring.open(
            store: store,
            masterKey: .given(SecretValue(String(repeating: "ab", count: 32)), place: "the test"),
            clock: clock
        )
        directory = Directory(store: store, clock: clock)
        try await directory.save(tenant, by: "test")
        app = try await directory.createApp(
            "Responder",
            tenant: tenant.id,
            roles: ["SecurityEvents.ReadWrite.All"],
            clientID: "aaaa1111-0000-0000-0000-000000000001",
            by: "test"
        )
        secret = try await directory.addSecret(to: app, life: .days(30), by: "test").secret
        keys = try await TokenKeys.open(
            store: store,
            sealer: keyring,
            clock: clock,
            maker: TestKeys.maker()
        )
        service = TokenService(
            directory: directory,
            keys: keys,
            limiter: FailureLimiter(limit: 20, clock: clock),
            clock: clock
        )
    }

    var router: Router { Router([service.routes]) }

    /// Sends a form to a path of the tenant and gives back status, headers and body.
    func post(
        _ path: String = "/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token",
        _ form: String,
        headers: Headers = [:]
    ) async throws -> (status: Int, headers: Headers, body: JSON) {
        var headers = headers
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        let request = try Request(
            method: "POST",
            target: path,
            headers: headers,
            body: Array(form.utf8),
            origin: "https://server.example:8443"
        )
        let response = await router.respond(to: request)
        return (response.status, response.headers, try JSON.parse(try await response.collected()))
    }

    func get(_ path: String) async throws -> (status: Int, body: JSON) {
        let request = try Request(method: "GET", target: path, origin: "https://server.example:8443")
        let response = await router.respond(to: request)
        return (response.status, try JSON.parse(try await response.collected()))
    }
}
