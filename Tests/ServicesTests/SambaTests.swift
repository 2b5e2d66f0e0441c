import Connectors
import Foundation
import JSONTree
import LDAP
import Outbound
import Testing

/// The connector `activedirectory` against a real Active Directory domain controller (Samba): `make counterparts`.
struct SambaTests {
    private static let isWanted = ProcessInfo.processInfo.environment["TOCSIN_SAMBA"] == "1"

    private func start() throws -> Counterpart? {
        guard Self.isWanted else {
            print("Skipped, because Samba takes half a minute: make counterparts runs it.")
            return nil
        }
        return try Counterpart.start("samba")
    }

    private func bench(_ server: Counterpart, _ more: [String: JSON] = [:], password: String? = nil) throws -> Bench {
        let address: [String: JSON] = [
            "serverAddress": .string(server.text("address")),
            // Samba sets passwords over TLS only.
            "security": "ldaps",
        ]
        return try Bench.directory(server, address.merging(more) { $1 }, password: password)
    }

    /// Whether an account can sign in.
    private func signIn(_ server: Counterpart, _ user: String, _ password: String) async throws -> Int {
        try await bench(server, ["bindDN": .string("\(user)@lab.test")], password: password)
            .call("GET", "/users/alice").statusCode
    }

    @Test func `accounts, groups and passwords behave as in Active Directory`() async throws {
        guard let server = try start() else { return }
        let bench = try bench(server)
        // Accounts, with GUID and SID.
        let alice = try await bench.call("GET", "/users/alice")
        #expect(alice.statusCode == 200, "\(alice)")
        #expect(alice.body?["userPrincipalName"] == "alice@lab.test")
        let guid = try #require(alice.body?["objectGUID"]?.stringValue)
        let sid = try #require(alice.body?["objectSid"]?.stringValue)
        #expect(guid.count == 36 && sid.hasPrefix("S-1-5-21-"))
        for name in [guid, sid, "alice@lab.test"] {
            let same = try await bench.call("GET", "/users/\(name)")
            #expect(same.body?["distinguishedName"] == alice.body?["distinguishedName"], "\(name): \(same)")
        }
        // Disabling stops the sign-in, enabling lets it happen again.
        #expect(try await signIn(server, "alice", "Secret123!") == 200)
        for (operation, changed, status) in [
            ("disable", true, 401), ("disable", false, 401), ("enable", true, 200), ("enable", false, 200),
        ] {
            let done = try await bench.call("POST", "/users/alice/\(operation)")
            #expect(done.body?["changed"] == .bool(changed), "\(done)")
            #expect(try await signIn(server, "alice", "Secret123!") == status)
        }
        // Groups, direct and inside of others.
        for (method, changed) in [("POST", true), ("POST", false), ("DELETE", true), ("DELETE", false), ("POST", true)]
        {
            let done = try await bench.call(method, "/groups/Suspects/members/alice")
            #expect(done.statusCode == 200, "\(method): \(done)")
            #expect(done.body?["changed"] == .bool(changed), "\(method)")
        }
        func members(_ recursive: JSON) async throws -> [String] {
            let answer = try await bench.call("GET", "/groups/Outer/members", queries: [("recursive", recursive)])
            return answer.body?["value"]?.arrayValue?.compactMap { $0["sAMAccountName"]?.stringValue } ?? []
        }
        #expect(try await members(false) == ["Suspects"])
        #expect(try await members(true).sorted() == ["Suspects", "alice"])
        // Passwords.
        let reset = try await bench.call("POST", "/users/alice/resetPassword", body: ["newPassword": "An0ther-secret"])
        #expect(reset.statusCode == 200, "\(reset)")
        #expect(try await signIn(server, "alice", "Secret123!") == 401)
        #expect(try await signIn(server, "alice", "An0ther-secret") == 200)
        let weak = try await bench.call("POST", "/users/alice/resetPassword", body: ["newPassword": "a"])
        #expect(weak.statusCode == 400, "\(weak)")
        let must = try await bench.call(
            "POST",
            "/users/alice/resetPassword",
            body: ["newPassword": "Th1rd-secret", "mustChange": true, "unlock": true]
        )
        #expect(must.statusCode == 200, "\(must)")
        #expect(try await signIn(server, "alice", "Th1rd-secret") == 401)
        // Computers, which Samba's tool creates disabled, and rights.
        #expect(try await bench.call("POST", "/computers/HOST1/enable").body?["changed"] == true)
        #expect(try await bench.call("POST", "/computers/HOST1/disable").body?["changed"] == true)
        #expect(try await bench.call("GET", "/computers/HOST1").body?["enabled"] == false)
        let bob = try self.bench(server, ["bindDN": "bob@lab.test"], password: "Secret123!")
        #expect(try await bob.call("POST", "/computers/HOST1/enable").statusCode == 403)
        let found = try await bench.call(
            "GET",
            "/users",
            queries: [("filter", "(userAccountControl:1.2.840.113556.1.4.803:=2)")]
        )
        #expect(found.statusCode == 200, "\(found)")
    }
}
