import Connectors
import Foundation
import JSONTree
import LDAP
import Outbound
import Testing

/// The connector `activedirectory`, through the registry, against slapd with the names of Active Directory.
struct LDAPServiceTests {
    private static let bob = "cn=u1,cn=Users,dc=lab,dc=test"
    private static let admins = "cn=Admins,cn=Users,dc=lab,dc=test"

    @Test func `a user is found by every name, and described`() async throws {
        guard let server = try Counterpart.start("slapd") else { return }
        let bench = try Bench.directory(server)
        for name in ["bob", "BOB", "bob@lab.test", Self.bob] {
            let answer = try await bench.call("GET", "/users/\(Self.encoded(name))", queries: [("attributes", "cn,sn")])
            #expect(answer.statusCode == 200, "\(name): \(answer)")
            #expect(answer.body?["distinguishedName"] == .string(Self.bob))
            #expect(answer.body?["enabled"] == true)
            #expect(answer.body?["lockedOut"] == false)
            #expect(answer.body?["passwordNeverExpires"] == true)
            #expect(answer.body?["userAccountControl"] == 66_048)
            #expect(answer.body?["accountExpires"] == .null)
            #expect(answer.body?["pwdLastSet"] == "2022-06-18T04:26:40.0000000Z")
            #expect(answer.body?["attributes"] == ["cn": "u1", "sn": "bob"])
        }
        #expect(try await bench.call("GET", "/users/nobody").statusCode == 404)
        #expect(try await bench.call("GET", "/users/Admins").statusCode == 404)
        #expect(try await bench.call("GET", "/users/\(Self.encoded("cn=none,dc=lab,dc=test"))").statusCode == 404)
        let group = try await bench.call("GET", "/groups/S-1-5-21-1-2-3-500")
        #expect(group.body?["id"] == "33221100-5544-7766-8899-aabbccddeeff", "\(group)")
        #expect(group.body?["objectSid"] == "S-1-5-21-1-2-3-500")
        #expect(group.body?["scope"] == "Global")
        #expect(group.body?["securityEnabled"] == true)
        let same = try await bench.call("GET", "/groups/33221100-5544-7766-8899-AABBCCDDEEFF")
        #expect(same.body?["distinguishedName"] == .string(Self.admins), "\(same)")
        #expect(try await bench.call("GET", "/computers/HOST1").body?["dNSHostName"] == "host1.lab.test")
    }

    @Test(arguments: ["*", "b*", "bob)(cn=*", "bob)(|(cn=*", "\\2a", "o(b)*\\x", "bob\u{0}"])
    func `a name is a value of the filter, and never a part of it`(_ name: String) async throws {
        guard let server = try SharedDirectory.shared.server() else { return }
        let answer = try await Bench.directory(server).call("GET", "/users/\(Self.encoded(name))")
        if name == "o(b)*\\x" {
            #expect(answer.body?["sAMAccountName"] == .string(name), "\(answer)")
        } else {
            #expect([400, 404].contains(answer.statusCode), "\(answer)")
        }
    }

    @Test func `an account is disabled and enabled, its other bits stay, and doing it again changes nothing`()
        async throws
    {
        guard let server = try Counterpart.start("slapd") else { return }
        let bench = try Bench.directory(server)
        for (operation, changed, control) in [
            ("disable", true, 66_050), ("disable", false, 66_050), ("enable", true, 66_048), ("enable", false, 66_048),
        ] {
            let answer = try await bench.call("POST", "/users/bob/\(operation)")
            #expect(answer.statusCode == 200, "\(answer)")
            #expect(answer.body?["changed"] == .bool(changed))
            let user = try await bench.call("GET", "/users/bob")
            #expect(user.body?["userAccountControl"] == .integer(Int64(control)))
            #expect(user.body?["enabled"] == .bool(operation == "enable"))
        }
        #expect(try await bench.call("POST", "/computers/HOST1/disable").body?["changed"] == true)
        #expect(try await bench.call("GET", "/computers/HOST1$").body?["enabled"] == false)
        #expect(try await bench.call("POST", "/users/bob/unlock").body?["changed"] == false)
        #expect(try await bench.call("POST", "/users/nobody/disable").statusCode == 404)
    }

    @Test func `members come and go, and who is there or gone already is no error`() async throws {
        guard let server = try Counterpart.start("slapd") else { return }
        let bench = try Bench.directory(server)
        func members() async throws -> [String] {
            let answer = try await bench.call("GET", "/groups/Admins/members")
            return answer.body?["value"]?.arrayValue?.compactMap { $0["sAMAccountName"]?.stringValue } ?? []
        }
        for (method, user, changed, after) in [
            ("POST", "alice", true, ["alice"]), ("POST", "alice", false, ["alice"]),
            ("POST", "HOST1$", true, ["HOST1$", "alice"]), ("DELETE", "HOST1", true, ["alice"]),
            ("DELETE", "alice", true, []), ("DELETE", "alice", false, []),
        ] {
            let answer = try await bench.call(method, "/groups/Admins/members/\(Self.encoded(user))")
            #expect(answer.statusCode == 200, "\(method) \(user): \(answer)")
            #expect(answer.body?["changed"] == .bool(changed), "\(method) \(user)")
            #expect(try await members() == after)
        }
        #expect(try await bench.call("POST", "/groups/Admins/members/nobody").statusCode == 404)
    }

    @Test func `attributes that describe a user are set and removed, and none that gives rights`() async throws {
        guard let server = try Counterpart.start("slapd") else { return }
        let bench = try Bench.directory(server)
        let body: JSON = ["department": "Ünits (a)", "description": "compromised", "mail": nil]
        #expect(try await bench.call("PATCH", "/users/bob", body: body).body?["changed"] == true)
        #expect(try await bench.call("PATCH", "/users/bob", body: body).body?["changed"] == false)
        let user = try await bench.call("GET", "/users/bob")
        #expect(user.body?["department"] == "Ünits (a)")
        #expect(user.body?["description"] == "compromised")
        for name in ["userAccountControl", "member", "objectClass", "unicodePwd", "servicePrincipalName"] {
            let answer = try await bench.call("PATCH", "/users/bob", body: .object([name: "x"]))
            #expect(answer.statusCode == 400)
        }
    }

    @Test func `lists are filtered and paged in the order of names`() async throws {
        guard let server = try Counterpart.start("slapd", ["2500"]) else { return }
        let bench = try Bench.directory(server)
        var names: [String] = []
        var cursor: JSON = nil
        var pages = 0
        repeat {
            let page = try await bench.call("GET", "/users", queries: [("limit", 1_000), ("cursor", cursor)])
            #expect(page.statusCode == 200, "\(page.errorMessage)")
            names += page.body?["value"]?.arrayValue?.compactMap { $0["distinguishedName"]?.stringValue } ?? []
            cursor = page.body?["nextCursor"] ?? .null
            pages += 1
        } while !cursor.isNull && pages < 10
        #expect(pages == 3)
        #expect(names.count == 2_500)
        #expect(Set(names).count == 2_500)
        let few = try await bench.call("GET", "/users", queries: [("filter", "(sAMAccountName=user0001*)")])
        #expect(few.body?["value"]?.arrayValue?.count == 10)
        for filter in ["(a=b))(cn=*", "(a=b)(c=d)", "(a=b", "a=b)"] {
            #expect(try await bench.call("GET", "/users", queries: [("filter", .string(filter))]).statusCode == 400)
        }
        let found = try await bench.call(
            "GET",
            "/search",
            queries: [("filter", "(&(objectClass=group)(cn=Admins))"), ("attributes", "cn,groupType")]
        )
        #expect(
            found.body?["value"] == [
                [
                    "distinguishedName": .string(Self.admins),
                    "attributes": ["cn": "Admins", "groupType": -2_147_483_646],
                ]
            ]
        )
        let base = try await bench.call("GET", "/search", queries: [("filter", "(objectClass=*)"), ("scope", "base")])
        #expect(base.body?["value"]?.arrayValue?.count == 1)
    }

    @Test func `a wrong password, a right that is missing and an unknown base are answers`() async throws {
        guard let server = try Counterpart.start("slapd") else { return }
        let wrong = try await Bench.directory(server, password: "Wr0ng!").call("GET", "/users/bob")
        #expect(wrong.statusCode == 401)
        #expect(wrong.body?["error"]?["ldapResultCode"] == 49)
        #expect(!wrong.json.text.contains("Wr0ng!"))
        let weak = try Bench.directory(server, ["bindDN": .string(Self.bob)], password: "Secret1")
        let refused = try await weak.call("POST", "/users/alice/disable")
        #expect(refused.statusCode == 403, "\(refused)")
        let lost = try await Bench.directory(server, ["baseDN": "dc=none"]).call("GET", "/users")
        #expect(lost.statusCode == 404)
    }

    @Test func `TLS checks the name, at the address that the guard found`() async throws {
        guard let server = try Counterpart.start("slapd") else { return }
        let names = FixedResolver(["dc1.lab.test": "127.0.0.1"])
        let clear: [String: JSON] = ["security": "starttls", "port": .string("\(server.port)")]
        #expect(try await Bench.directory(server, clear).call("GET", "/users/bob").statusCode == 200)
        for security in [[:], clear] as [[String: JSON]] {
            for change in [["certificateAuthority": ""], ["serverAddress": "dc1.lab.test"]] as [[String: JSON]] {
                let bench = try Bench.directory(server, security.merging(change) { $1 }, resolver: names)
                let error = await #expect(throws: OutboundError.self, "\(security) \(change)") {
                    try await bench.call("GET", "/users/bob")
                }
                #expect(error?.certainlyNotSent == true)
            }
        }
        let plain: [String: JSON] = ["security": "none", "port": .string("\(server.port)")]
        await #expect(throws: ConnectorError.self) {
            try await Bench.directory(server, plain).call("GET", "/users/bob")
        }
        let allowed = plain.merging(["allowPlain": "true", "serverAddress": "dc1.lab.test"]) { $1 }
        #expect(try await Bench.directory(server, allowed, resolver: names).call("GET", "/users/bob").statusCode == 200)
    }

    @Test func `a directory inside is out of reach unless the connection names its network`() async throws {
        guard let server = try SharedDirectory.shared.server() else { return }
        let bench = try Bench.directory(server, networks: [])
        let error = await #expect(throws: OutboundError.self) { try await bench.call("GET", "/users/bob") }
        #expect(error?.code == .refusedByGuard)
    }

    @Test func `a directory that never answers is given up at the deadline`() async throws {
        let silent = try SilentServer()
        let bench = Bench(
            "activedirectory",
            ["ldap": LDAPService()],
            parameters: [
                "serverAddress": "127.0.0.1", "port": .string("\(silent.port)"), "security": "none",
                "allowPlain": "true",
                "baseDN": "dc=lab", "bindDN": "cn=x",
            ],
            secrets: ["password": "x"]
        )
        let start = ContinuousClock.now
        let error = await #expect(throws: OutboundError.self) {
            try await bench.call("POST", "/users/bob/disable", timeout: .seconds(1))
        }
        #expect(error?.code == .timedOut)
        #expect(error?.certainlyNotSent == true)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

/// A directory that tests share which change nothing.
final class SharedDirectory: Sendable {
    static let shared = SharedDirectory()
    private let result: Result<Counterpart?, any Error>

    private init() { result = Result { try Counterpart.start("slapd") } }

    func server() throws -> Counterpart? { try result.get() }
}

/// A port that takes connections and says nothing.
final class SilentServer: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        let opened = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(opened, address, length) | listen(opened, 8) | getsockname(opened, address, &length)
            }
        }
        guard code == 0 else { throw CounterpartFailure(text: "no port") }
        descriptor = opened
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
