import Identity
import JSONTree
import Moments
import Secrets
import Stores
import Testing

struct DirectoryTests {
    @Test func `tenants are known by id and domain`() async throws {
        let fixture = try await Fixture()
        let directory = fixture.directory
        #expect(try await directory.tenant(named: fixture.tenant.id.uppercased()) == fixture.tenant)
        #expect(try await directory.tenant(named: "Contoso.Example") == fixture.tenant)
        #expect(try await directory.tenant(named: "common") == fixture.tenant)
        #expect(try await directory.tenant(named: "other.example") == nil)
        let second = Tenant(id: "99999999-2222-3333-4444-555555555555", name: "Fabrikam", domains: ["contoso.example"])
        await #expect(throws: IdentityError.self) { try await directory.save(second, by: "test") }
        try await directory.save(Tenant(id: second.id, name: "Fabrikam"), by: "test")
        #expect(try await directory.tenant(named: "common") == nil)
        #expect(try await directory.tenants().map(\.name) == ["Contoso", "Fabrikam"])
    }

    @Test(arguments: ["", "x", "11111111-2222-3333-4444-55555555555g", "111111112222333344445555555555555555"])
    func `a tenant's id is a GUID`(id: String) async throws {
        let directory = try await Fixture().directory
        await #expect(throws: IdentityError.self) { try await directory.save(Tenant(id: id, name: "x"), by: "test") }
    }

    @Test func `apps have roles of the table`() async throws {
        let fixture = try await Fixture()
        let directory = fixture.directory
        let app = try await directory.createApp(
            "Operator",
            tenant: fixture.tenant.id,
            roles: ["logic.operator", "SecurityEvents.Read.All"],
            by: "test"
        )
        #expect(app.roles == ["Logic.Operator", "SecurityEvents.Read.All"])
        #expect(try await directory.app(clientID: app.clientID.uppercased(), tenant: fixture.tenant.id) == app)
        #expect(try await directory.app(clientID: app.clientID, tenant: "other") == nil)
        await #expect(throws: IdentityError.self) {
            try await directory.createApp("X", tenant: fixture.tenant.id, roles: ["No.Such.Role"], by: "test")
        }
        await #expect(throws: IdentityError.self) {
            try await directory.createApp("Operator", tenant: fixture.tenant.id, roles: [], by: "test")
        }
        await #expect(throws: IdentityError.self) {
            try await directory.createApp("X", tenant: "nowhere", roles: [], by: "test")
        }
        try await directory.setRoles([], of: app, by: "test")
        #expect(try await directory.app(clientID: app.clientID, tenant: fixture.tenant.id)?.roles == [])
        try await directory.delete(app, by: "test")
        #expect(try await directory.apps(tenant: fixture.tenant.id).map(\.displayName) == ["Responder"])
    }

    @Test func `secrets are shown once and kept as hashes`() async throws {
        let fixture = try await Fixture()
        let (secret, entry) = try await fixture.directory.addSecret(to: fixture.app, by: "test")
        #expect(secret.text.utf8.count == 43)
        #expect(secret.text.hasPrefix(entry.hint))
        let tables = ["identity_secret", "identity_audit", "identity_app"]
        for table in tables {
            let rows = try await fixture.store.read { try $0.query("SELECT * FROM \(table)") }
            for row in rows {
                for column in 0..<row.count {
                    if case .text(let text) = row[column].value { #expect(!text.contains(secret.text)) }
                }
            }
        }
        #expect(try await fixture.directory.secrets(of: fixture.app).count == 2)
        try await fixture.directory.removeSecret(entry.id, of: fixture.app, by: "test")
        #expect(try await fixture.directory.secrets(of: fixture.app).map(\.id).contains(entry.id) == false)
        await #expect(throws: IdentityError.self) {
            try await fixture.directory.addSecret(to: fixture.app, life: .days(800), by: "test")
        }
    }

    @Test func `every change is in the audit log`() async throws {
        let fixture = try await Fixture()
        try await fixture.directory.setEnabled(false, of: fixture.app, by: "cli:root")
        let records = try await AuditLog(store: fixture.store).records(tenant: fixture.tenant.id)
        #expect(records.map(\.entry.action) == ["app.disable", "app.secret.add", "app.create", "tenant.save"])
        #expect(records.map(\.number) == [4, 3, 2, 1])
        #expect(records.first?.entry.actor == "cli:root")
        #expect(records.first?.entry.target == fixture.app.clientID)
        let older = try await AuditLog(store: fixture.store).records(tenant: fixture.tenant.id, before: 3, limit: 1)
        #expect(older.map(\.number) == [2])
        #expect(try await AuditLog(store: fixture.store).records(tenant: "other").isEmpty)
    }
}
