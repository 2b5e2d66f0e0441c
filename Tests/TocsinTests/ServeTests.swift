import Foundation
import JSONTree
import Testing

/// `tocsin serve` and the commands that manage a server, as processes over one data folder.
struct ServeTests {
    @Test func `a server starts, answers, and ends by SIGTERM with exit code 0`() async throws {
        let scratch = try Scratch()
        let server = try await ServerProcess(data: scratch.path("data"))
        #expect(try await server.ask("GET", "/healthz").status == 200)
        #expect(try await server.ask("GET", "/readyz").status == 200)
        #expect(try await server.ask("GET", "/v1.0/security/alerts").status == 401)
        #expect(try await server.stop() == 0)
        for line in try server.logged().split(separator: "\n") {
            #expect(try JSON.parse(String(line))["level"] != nil)
        }
    }

    @Test func `a second server on the same folder is refused and told the process`() async throws {
        let scratch = try Scratch()
        let server = try await ServerProcess(data: scratch.path("data"))
        let second = try Program.run("serve", "--data", scratch.path("data"), "--listen", "127.0.0.1:0")
        #expect(second.exitCode == 1)
        #expect(second.errors.contains("in use by process \(server.process.processIdentifier)"), "\(second.errors)")
        #expect(try await server.stop() == 0)
    }

    @Test func `apps are made before and while the server runs, and get tokens for their roles only`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let early = try Program.run(
            "apps",
            "create",
            "--name",
            "reader",
            "--role",
            "SecurityEvents.Read.All",
            "--json",
            "--data",
            data
        )
        #expect(early.exitCode == 0, "\(early.errors)")
        let server = try await ServerProcess(data: data)
        let late = try Program.run(
            "apps",
            "create",
            "--name",
            "writer",
            "--role",
            "SecurityEvents.ReadWrite.All",
            "--json",
            "--data",
            data
        )
        #expect(late.exitCode == 0, "\(late.errors)")
        let alert: JSON = AlertSample.alert
        let reader = try await server.token(try JSON.parse(early.output))
        #expect(try await server.ask("POST", "/v1.0/security/alerts", token: reader, body: alert).status == 403)
        let writer = try await server.token(try JSON.parse(late.output))
        let made = try await server.ask("POST", "/v1.0/security/alerts", token: writer, body: alert)
        #expect(made.status == 201, "\(String(describing: made.json))")
        #expect(try await server.ask("GET", "/v1.0/security/alerts/a-1", token: reader).json?["title"] == "x")
        #expect(try Program.run("apps", "delete", "writer", "--data", data).exitCode == 0)
        #expect(try await server.ask("GET", "/v1.0/security/alerts/a-1", token: writer).status == 401)
        #expect(try await server.stop() == 0)
    }

    @Test func `secrets of connections come from standard input or a file and are never shown`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        let file = try scratch.file("key", "canary-77\n")
        let made = try Program.run(
            "connections",
            "create",
            "desk",
            "--connector",
            "freshdesk",
            "--secret",
            "api_key=\(file)",
            "--parameter",
            "domain=contoso",
            "--json",
            "--data",
            data
        )
        #expect(made.exitCode == 0, "\(made.errors)")
        let list = try Program.run("connections", "list", "--json", "--data", data)
        #expect(try JSON.parse(list.output)[0]?["secretNames"] == ["api_key"])
        #expect(!(made.output + list.output).contains("canary-77"))
        let plain = try Program.run(
            "connections",
            "create",
            "desk",
            "--connector",
            "freshdesk",
            "--parameter",
            "api_key=canary-77",
            "--data",
            data
        )
        #expect(plain.exitCode == 1)
        #expect(plain.errors.contains("is a secret"))
        let stored = try Data(contentsOf: URL(filePath: data + "/tocsin.sqlite"))
        #expect(stored.range(of: Data("canary-77".utf8)) == nil)
    }

    @Test func `a running server is backed up, and the copy restored`() async throws {
        let scratch = try Scratch()
        let server = try await ServerProcess(data: scratch.path("data"))
        let alerts = try scratch.file(
            "alerts.json",
            "[\(AlertSample.alert.text)]"
        )
        #expect(try Program.run("alerts", "import", alerts, "--data", scratch.path("data")).exitCode == 0)
        let copy = try Program.run("backup", scratch.path("copy"), "--data", scratch.path("data"))
        #expect(copy.exitCode == 0, "\(copy.errors)")
        #expect(try await server.stop() == 0)
        let restored = try Program.run("restore", scratch.path("copy"), "--data", scratch.path("other"))
        #expect(restored.exitCode == 0, "\(restored.errors)")
        #expect(restored.output.contains("The master key is missing"))
        #expect(try Program.run("apps", "list", "--data", scratch.path("other")).errors.contains("masterKey"))
        try FileManager.default.createDirectory(atPath: scratch.path("other/keys"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: scratch.path("data/keys/master.key"),
            toPath: scratch.path("other/keys/master.key")
        )
        #expect(try Program.run("apps", "list", "--data", scratch.path("other")).exitCode == 0)
    }

    @Test func `a certificate is made once and then used`() async throws {
        let scratch = try Scratch()
        let data = scratch.path("data")
        #expect(try Program.run("certificate", "create", "--host", "127.0.0.1", "--data", data).exitCode == 0)
        #expect(try Program.run("certificate", "create", "--data", data).errors.contains("already"))
        let server = try await ServerProcess(data: data)
        #expect(server.origin.hasPrefix("https://127.0.0.1:"))
        let app = try JSON.parse(
            try Program.run("apps", "create", "--name", "a", "--role", "Tocsin.Administrator", "--json", "--data", data)
                .output
        )
        let secret = try scratch.file("secret", app["clientSecret"]?.stringValue ?? "")
        let remote = try Program.run(
            "apps",
            "list",
            "--server",
            server.origin,
            "--ca",
            data + "/tls/ca.pem",
            "--client-id",
            app["clientId"]?.stringValue ?? "",
            "--client-secret-file",
            secret
        )
        #expect(remote.exitCode == 0, "\(remote.errors)")
        #expect(remote.output.contains(app["clientId"]?.stringValue ?? "-"))
        #expect(try await server.stop() == 0)
    }

    @Test(arguments: [
        ("listn: 127.0.0.1:1", "There is no setting 'listn'"),
        ("tls:\n  certificat: x", "There is no setting 'tls.certificat'"),
        ("listen: nowhere", "The value 'nowhere' cannot be used"),
        ("listen: [a, b]", "must be one value"),
        ("networks:\n  allowed: 10.0.0.0/8", "must be a list"),
        ("networks:\n  allowed: [10.0.0.0/99]", "The value '10.0.0.0/99' cannot be used"),
        ("log:\n  level: loud", "The value 'loud' cannot be used"),
        ("tls:\n  certificate: /x.pem", "certificate without key"),
        ("listen: 0.0.0.0:8443", "Without TLS the server listens on this machine only"),
        ("- a", "must hold settings"),
        ("a: [", "is not YAML"),
    ])
    func `a wrong configuration is refused by name`(_ text: String, _ message: String) throws {
        let scratch = try Scratch()
        let file = try scratch.file("tocsin.yaml", text)
        let result = try Program.run("serve", "--config", file, "--data", scratch.path("data"))
        #expect(result.exitCode == 1)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func `flags win over the environment, which wins over the file`() async throws {
        let scratch = try Scratch()
        let file = try scratch.file(
            "tocsin.yaml",
            "listen: 127.0.0.1:1\npublicUrl: https://file.example\nlog:\n  level: error\n"
        )
        let server = try await ServerProcess(
            data: scratch.path("data"),
            "--config",
            file,
            environment: ["TOCSIN_PUBLIC_URL": "https://environment.example:8443", "TOCSIN_LOG_LEVEL": "info"]
        )
        #expect(server.origin == "https://environment.example:8443")
        #expect(try await server.stop() == 0)
    }
}

/// An alert with what the broker demands.
enum AlertSample {
    static let alert: JSON = [
        "id": "a-1", "title": "x", "severity": "low", "status": "newAlert", "category": "c",
        "azureTenantId": "b8e1599d-b418-4be9-8f39-df03c3abe27a", "eventDateTime": "2026-03-02T09:00:00Z",
        "vendorInformation": ["provider": "P", "vendor": "V"],
    ]
}
