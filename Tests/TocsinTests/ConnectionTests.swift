import Foundation
import JSONTree
import Testing

/// `tocsin connections` and `tocsin containment`, as processes over one data folder.
struct ConnectionTests {
    private func run(_ scratch: Scratch, _ arguments: String...) throws -> Program.Result {
        try Program.run(arguments + ["--data", scratch.path("data")])
    }

    @Test(
        arguments: [
            (["--connector", "nothere"], "There is no connector 'nothere'"),
            (["--connector", "freshdesk", "--parameter", "domain=contoso"], "lacks the secret 'api_key'"),
            (["--connector", "freshdesk", "--allow-network", "lan"], "which is no network"),
            (["--connector", "freshdesk", "--proxy", "proxy.example"], "The URL cannot be called"),
            (["--connector", "freshdesk", "--limits", "many"], "two numbers"),
            (["--connector", "freshdesk", "--base-url", "ftp://x"], "only http and https"),
            (
                ["--connector", "freshdesk", "--home", "tocsin", "--parameter", "domain=x"],
                "This server is no service of 'freshdesk'"
            ),
            (["--connector", "freshdesk", "--home", "moon"], "is not network or tocsin"),
            (["--connector", "freshdesk", "--parameter-set", "x"], "its connector has none"),
            (
                ["--connector", "freshdesk", "--parameter", "domain=x", "--authentication", "{\"type\": \"Magic\"}"],
                "not one of"
            ),
            (["--connector", "freshdesk", "--authentication", "{"], "InvalidJson"),
        ] as [([String], String)]
    )
    func `a connection that could not be used is not made`(_ arguments: [String], _ message: String) throws {
        let scratch = try Scratch()
        let result = try Program.run(["connections", "create", "c"] + arguments + ["--data", scratch.path("data")])
        #expect(result.exitCode == 1)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(try JSON.parse(try run(scratch, "connections", "list", "--json").output) == [])
    }

    @Test func `a change that is refused stands in the audit log, without what it would have set`() throws {
        let scratch = try Scratch()
        let key = try scratch.file("key", "canary-1")
        func set(_ domain: String, _ more: String...) throws -> Program.Result {
            let base = ["connections", "create", "desk", "--connector", "freshdesk", "--parameter", "domain=\(domain)"]
            return try Program.run(base + more + ["--data", scratch.path("data")])
        }
        #expect(try set("contoso", "--secret", "api_key=\(key)").exitCode == 0)
        #expect(try set("evil").exitCode == 1)
        let audit = try run(scratch, "audit", "--json")
        #expect(!audit.output.contains("canary") && !audit.output.contains("evil"))
        let entries = try JSON.parse(audit.output).arrayValue ?? []
        let ends = entries.filter { $0["action"] == "connection.set" }.compactMap { $0["outcome"]?.stringValue }
        #expect(Set(ends) == ["success", "failure"], "\(audit.output)")
        #expect(audit.output.contains("SecretsRequired"))
    }

    @Test func `a connection is made, shown, tried, changed and deleted`() async throws {
        let scratch = try Scratch()
        let key = try scratch.file("key", "canary-1")
        let made = try run(
            scratch,
            "connections",
            "create",
            "desk",
            "--connector",
            "freshdesk",
            "--parameter",
            "domain=contoso",
            "--secret",
            "api_key=\(key)",
            "--base-url",
            "http://127.0.0.1:9",
            "--limits",
            "10/60",
            "--circuit-breaker",
            "3/30",
            "--proxy-user",
            "u"
        )
        #expect(made.exitCode == 0, "\(made.errors)")
        let shown = try JSON.parse(try run(scratch, "connections", "show", "desk").output)
        #expect(shown["limits"] == ["calls": 10, "seconds": 60.0] && shown["status"]?["state"] == "ready")
        #expect(shown["circuitBreaker"] == ["failures": 3, "seconds": 30.0])
        #expect(!shown.text.contains("canary"))
        // The guard refuses this machine; allowed, nobody listens there.
        let refused = try run(scratch, "connections", "test", "desk")
        #expect(refused.exitCode == 1 && refused.errors.contains("may not be called"), "\(refused.errors)")
        let next = try scratch.file("next", "canary-2")
        let rotated = try run(scratch, "connections", "rotate", "desk", "--secret", "api_key=\(next)")
        #expect(rotated.output == "Replaced api_key of desk\n", "\(rotated.errors)")
        #expect(try run(scratch, "connections", "rotate", "nobody", "--secret", "api_key=\(next)").exitCode == 1)
        // Elsewhere, only with the secret anew; more networks, without.
        let same = ["connections", "create", "desk", "--connector", "freshdesk", "--proxy-user", "u", "--parameter"]
        func change(_ arguments: String...) throws -> Program.Result {
            try Program.run(same + arguments + ["--data", scratch.path("data")])
        }
        let stolen = try change("domain=contoso", "--base-url", "http://127.0.0.1:10")
        #expect(stolen.exitCode == 1 && stolen.errors.contains("SecretsRequired"), "\(stolen.errors)")
        #expect(stolen.errors.contains("'api_key'") && !stolen.errors.contains("canary"))
        #expect(try change("domain=fabrikam", "--base-url", "http://127.0.0.1:9").exitCode == 1)
        let wider = ["--base-url", "http://127.0.0.1:9", "--allow-network", "10.0.0.0/8"]
        #expect(try Program.run(same + ["domain=contoso"] + wider + ["--data", scratch.path("data")]).exitCode == 0)
        #expect(
            try change("domain=fabrikam", "--base-url", "http://127.0.0.1:10", "--secret", "api_key=\(next)").exitCode
                == 0
        )
        let list = try run(scratch, "connections", "list")
        #expect(list.output.contains("desk") && list.output.contains("ready") && !list.output.contains("canary"))
        #expect(try run(scratch, "connections", "delete", "desk").exitCode == 0)
        #expect(try run(scratch, "connections", "delete", "desk").exitCode == 1)
    }

    @Test func `containment is paused and resumed, with and without a running server`() async throws {
        let scratch = try Scratch()
        #expect(try run(scratch, "containment", "status").output == "Containment goes on\n")
        let paused = try run(scratch, "containment", "pause", "--reason", "exercise")
        #expect(paused.output.hasPrefix("Containment is paused since ") && paused.output.hasSuffix(": exercise\n"))
        let server = try await ServerProcess(data: scratch.path("data"))
        let status = try JSON.parse(try run(scratch, "containment", "status", "--json").output)
        #expect(status["paused"] == true && status["reason"] == "exercise" && status["by"] != nil)
        let reader = try JSON.parse(
            try run(scratch, "apps", "create", "--name", "r", "--role", "Logic.Reader", "--json").output
        )
        let token = try await server.token(reader)
        #expect(try await server.ask("GET", "/tocsin/v1/containment", token: token).json?["paused"] == true)
        let body: JSON = ["paused": false]
        #expect(try await server.ask("PUT", "/tocsin/v1/containment", token: token, body: body).status == 403)
        #expect(try await server.ask("GET", "/tocsin/v1/connections", token: token).status == 403)
        #expect(try run(scratch, "containment", "resume").exitCode == 0)
        #expect(try await server.ask("GET", "/tocsin/v1/containment", token: token).json?["paused"] == false)
        #expect(try await server.stop() == 0)
    }
}

/// Consent at a real OpenID provider, in a browser's steps.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["TOCSIN_OPENID"] == "1" && OpenIDProvider.isThere,
        "slow; `make counterparts` runs it where scripts/openid-provider can have the provider"
    )
)
struct ConsentTests {
    @Test(.timeLimit(.minutes(5)))
    func `a person signs in at Canaille, and the token is good after a restart`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let provider = try OpenIDProvider(folder: scratch.path("provider"))
        defer { provider.stop() }
        try scratch.folder("connectors/people")
        _ = try scratch.file(
            "connectors/people/apiDefinition.swagger.json",
            #"""
            {"swagger": "2.0", "info": {"title": "People", "version": "1"}, "host": "127.0.0.1:\#(provider.port)", "schemes": ["http"],
             "paths": {"/oauth/userinfo": {"get": {"operationId": "GetMe", "responses": {"200": {"description": "OK"}}}}}}
            """#
        )
        let config = try scratch.file("tocsin.yaml", "connectors:\n  folders: [\(scratch.path("connectors"))]\n")
        let server = try await ServerProcess(data: data, "--config", config)
        try provider.start(redirect: server.origin + "/connections/consent/callback")
        let secret = try scratch.file("secret", "tocsin-secret")
        let made = try Program.run(
            [
                "connections", "create", "people", "--connector", "people", "--allow-network", "127.0.0.1/32",
                "--parameter", "clientId=tocsin", "--secret", "clientSecret=\(secret)", "--authentication",
                #"{"type": "AuthorizationCode", "style": "basic", "authorizationUrl": "\#(provider.origin)/oauth/authorize", "tokenUrl": "\#(provider.origin)/oauth/token", "issuer": "\#(provider.origin)", "scopes": ["openid", "profile", "offline_access"]}"#,
                "--data", data,
            ]
        )
        #expect(made.exitCode == 0, "\(made.errors)")
        let before = try Program.run("connections", "list", "--data", data)
        #expect(before.output.contains("needsSignIn") && before.errors.contains("tocsin connections authorize people"))
        let address = try Program.run("connections", "authorize", "people", "--data", data).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(address.hasPrefix(server.origin + "/connections/consent/start?ticket="))
        let end = try provider.login(address)
        #expect(end.hasPrefix("200 /connections/consent/callback") && end.contains("can be used"), "\(end)")
        // The address has done its work.
        #expect(try provider.login(address).hasPrefix("410 "))
        let tried = try Program.run("connections", "test", "people", "--data", data)
        #expect(tried.output == "The service has answered 'GetMe' with 200.\n", "\(tried.errors)")
        #expect(try await server.stop() == 0)
        let again = try await ServerProcess(data: data, "--config", config)
        #expect(try Program.run("connections", "test", "people", "--data", data).exitCode == 0)
        #expect(try Program.run("connections", "show", "people", "--data", data).output.contains("\"tokenExpires\""))
        #expect(try !again.logged().contains("tocsin-secret") && !server.logged().contains("code_verifier"))
        #expect(try await again.stop() == 0)
    }
}

/// The provider of `scripts/openid-provider`.
final class OpenIDProvider {
    private static let script = Program.tests.deletingLastPathComponent().appending(path: "scripts/openid-provider")

    /// Whether it can be had: its environment is made here, once.
    static let isThere: Bool = {
        let result = try? run(["environment"])
        return result?.exitCode == 0
    }()

    let port: Int
    private let folder: String
    var origin: String { "http://127.0.0.1:\(port)" }

    init(folder: String) throws {
        self.folder = folder
        port = try Self.freePort()
    }

    func start(redirect: String) throws {
        let result = try Self.run(["start", folder, String(port), redirect])
        try #require(result.exitCode == 0, "\(result.output)")
    }

    func stop() { _ = try? Self.run(["stop", folder]) }

    /// What the page says at which the person ends.
    func login(_ address: String) throws -> String { try Self.run(["login", address]).output }

    private static func run(_ arguments: [String]) throws -> Program.Result {
        let scratch = try Scratch()
        let output = try scratch.file("output", "")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [script.path(percentEncoded: false)] + arguments
        let file = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardOutput = file
        process.standardError = file
        process.standardInput = FileHandle.nullDevice
        process.environment = ProcessInfo.processInfo.environment.filter {
            !["http_proxy", "https_proxy"].contains($0.key.lowercased()) || arguments == ["environment"]
        }
        try process.run()
        process.waitUntilExit()
        return Program.Result(
            exitCode: process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: ""
        )
    }

    /// A port that nobody uses; another program may take it before the provider does, which it would say.
    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
