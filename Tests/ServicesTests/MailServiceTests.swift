import Connectors
import Foundation
import JSONTree
import Mail
import Moments
import Outbound
import Testing

/// The connector `smtp`, through the registry, against a real mail server (aiosmtpd from PyPI).
struct MailServiceTests {
    private static let noon = Timestamp(unixSeconds: 1_796_126_400)

    /// A connection to a mail server; `localhost` is the name in its certificate.
    private func bench(
        _ server: Counterpart,
        _ more: [String: JSON] = [:],
        password: String? = nil,
        networks: [String] = ["127.0.0.0/8", "::1/128"]
    ) throws -> Bench {
        var parameters: [String: JSON] = [
            "serverAddress": "127.0.0.1", "port": .string("\(server.port)"),
            "certificateAuthority": .string(try server.file("ca.crt")),
        ]
        parameters.merge(more) { $1 }
        return Bench(
            "smtp",
            ["smtp": MailService(clock: VirtualClock(Self.noon))],
            parameters: parameters,
            secrets: password.map { ["password": $0] } ?? [:],
            networks: networks
        )
    }

    private static let mail: JSON = [
        "From": "SOC <soc@contoso.com>", "To": "ann@contoso.com; \"Lee, Bo\" <bo@contoso.com>", "Subject": "Alert",
        "Body": "line\n.\n..two",
    ]

    private func mail(_ changes: JSONObject) -> JSON {
        var mail = Self.mail.objectValue ?? JSONObject()
        mail.merge(changes)
        return .object(mail)
    }

    /// Reads a kept mail with Python's own parser.
    private func parsed(_ server: Counterpart, _ number: Int) throws -> JSON {
        let script = """
            import email, email.policy, json, sys
            m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
            parts = [{"type": p.get_content_type(), "name": p.get_filename(), "cid": p["Content-ID"],
                      "disposition": p.get_content_disposition(),
                      "text": p.get_payload(decode=True).decode("utf-8", "replace")}
                     for p in m.walk() if not p.is_multipart()]
            print(json.dumps({"headers": {k: str(v) for k, v in m.items()}, "parts": parts,
                              "defects": [str(d) for d in m.defects], "type": m.get_content_type()}))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, "\(server.folder)/\(number).eml"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSON.parse(Array(data))
    }

    @Test func `a message arrives as it was written, and its id is that of the call`() async throws {
        guard let server = try Counterpart.start("smtp", ["starttls"], environment: "smtp") else { return }
        let bench = try bench(server)
        let answer = try await bench.call("POST", "/SendEmailV3", body: Self.mail)
        #expect(answer.statusCode == 200, "\(answer)")
        #expect(answer.body?["accepted"] == ["ann@contoso.com", "bo@contoso.com"])
        let kept = try parsed(server, 1)
        #expect(kept["parts"]?[0]?["text"] == "line\r\n.\r\n..two")
        #expect(kept["parts"]?[0]?["type"] == "text/plain")
        #expect(kept["headers"]?["Subject"] == "Alert")
        #expect(kept["headers"]?["From"] == "SOC <soc@contoso.com>")
        #expect(kept["headers"]?["To"] == "ann@contoso.com, \"Lee, Bo\" <bo@contoso.com>")
        #expect(kept["headers"]?["Date"] == "Tue, 01 Dec 2026 12:00:00 +0000")
        #expect(kept["defects"] == [])
        let id = try #require(answer.body?["messageId"]?.stringValue)
        #expect(kept["headers"]?["Message-ID"]?.stringValue == id)
        _ = try await bench.call("POST", "/SendEmailV3", body: Self.mail)
        #expect(try parsed(server, 2)["headers"]?["Message-ID"]?.stringValue == id)
        let envelope = try JSON.parse(Array(try server.file("1.json").utf8))
        #expect(envelope["tls"] == true)
        #expect(envelope["from"] == "soc@contoso.com")
    }

    @Test func `texts beyond ASCII, HTML, copies, pictures and files arrive`() async throws {
        guard let server = try Counterpart.start("smtp", environment: "smtp") else { return }
        let subject = "Ärger 🔥 " + String(repeating: "lang ", count: 30)
        let answer = try await bench(server).call(
            "POST",
            "/SendEmailV2",
            body: mail([
                "Subject": .string(subject), "Body": "<p>Grüße <img src=\"cid:logo\"></p>",
                "cc": "Zoë <zoe@contoso.com>",
                "BCC": "hidden@contoso.com", "Importance": "High", "ReplyTo": "reply@contoso.com",
                "Attachments": [
                    ["FileName": "logo.png", "ContentType": "image/png", "ContentData": "AQI=", "ContentId": "logo"],
                    ["FileName": "Überblick.txt", "ContentData": "SGFsbG8=", "ContentType": "text/plain"],
                ],
            ])
        )
        #expect(answer.statusCode == 200, "\(answer)")
        let kept = try parsed(server, 1)
        #expect(kept["type"] == "multipart/mixed")
        #expect(kept["headers"]?["Subject"] == .string(subject))
        #expect(kept["headers"]?["Cc"] == "Zoë <zoe@contoso.com>")
        #expect(kept["headers"]?["Bcc"] == nil)
        #expect(kept["headers"]?["Importance"] == "high")
        #expect(kept["headers"]?["Reply-To"] == "reply@contoso.com")
        let parts = kept["parts"]?.arrayValue ?? []
        #expect(parts.map { $0["type"] } == ["text/html", "image/png", "text/plain"])
        #expect(parts[0]["text"] == "<p>Grüße <img src=\"cid:logo\"></p>")
        #expect(parts[1]["cid"] == "<logo>")
        #expect(parts[2]["name"] == "Überblick.txt")
        #expect(parts[2]["text"] == "Hallo")
        let envelope = try JSON.parse(Array(try server.file("1.json").utf8))
        #expect(
            envelope["to"] == ["ann@contoso.com", "bo@contoso.com", "zoe@contoso.com", "hidden@contoso.com"]
        )
    }

    @Test(arguments: [["starttls", "auth"], ["implicit", "auth"], ["starttls", "auth", "login"], ["auth"]])
    func `user and password are shown, by what the server offers`(_ modes: [String]) async throws {
        guard let server = try Counterpart.start("smtp", modes, environment: "smtp") else { return }
        let tls: JSON = modes.contains("implicit") ? "implicit" : modes.contains("starttls") ? "starttls" : "none"
        let bench = try bench(server, ["userName": "tocsin", "tls": tls], password: "päss")
        let answer = try await bench.call("POST", "/SendEmail", body: Self.mail)
        #expect(answer.statusCode == 200, "\(answer)")
        let envelope = try JSON.parse(Array(try server.file("1.json").utf8))
        #expect(envelope["user"] == "tocsin")
        #expect(envelope["tls"] == .bool(tls != "none"))
    }

    @Test func `a wrong password is refused and shows up nowhere`() async throws {
        guard let server = try Counterpart.start("smtp", ["starttls", "auth"], environment: "smtp") else { return }
        let bench = try bench(server, ["userName": "tocsin", "enableSSL": "true"], password: "Wr0ng!")
        let answer = try await bench.call("POST", "/SendEmailV3", body: Self.mail)
        #expect(answer.statusCode == 401)
        #expect(answer.errorCode == "AuthenticationFailed")
        #expect(!answer.json.text.contains("Wr0ng!"))
    }

    @Test func `a password never goes out in the clear unless the connection says so`() async throws {
        guard let server = try Counterpart.start("smtp", ["auth"], environment: "smtp") else { return }
        let answer = try await bench(server, ["userName": "tocsin"], password: "päss")
            .call("POST", "/SendEmailV3", body: Self.mail)
        #expect(answer.statusCode == 401)
        #expect(answer.errorCode == "TLSNotOffered")
        let strict = try await bench(server, ["enableSSL": "true"]).call("POST", "/SendEmailV3", body: Self.mail)
        #expect(strict.statusCode == 502)
    }

    @Test(arguments: ["starttls", "implicit"])
    func `a certificate of an unknown authority, or for another name, is refused before anything is sent`(
        _ mode: String
    ) async throws {
        guard let server = try Counterpart.start("smtp", [mode], environment: "smtp") else { return }
        let unknown = try bench(server, ["tls": .string(mode), "certificateAuthority": ""])
        await #expect(throws: OutboundError.self) { try await unknown.call("POST", "/SendEmailV3", body: Self.mail) }
        let other = Bench(
            "smtp",
            [
                "smtp": MailService(
                    destinations: DestinationGuard(resolver: FixedResolver(["mail.contoso.com": "127.0.0.1"]))
                )
            ],
            parameters: [
                "serverAddress": "mail.contoso.com", "port": .string("\(server.port)"), "tls": .string(mode),
                "certificateAuthority": .string(try server.file("ca.crt")),
            ]
        )
        let error = await #expect(throws: OutboundError.self) {
            try await other.call("POST", "/SendEmailV3", body: Self.mail)
        }
        #expect(error?.certainlyNotSent == true)
        #expect(error?.message.contains("must be for the name of the connection") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("reject@contoso.com", 400, "RecipientsRefused"), ("busy@contoso.com", 429, "TemporarilyRefused"),
        ("reject@contoso.com;busy@contoso.com", 429, "TemporarilyRefused"),
        ("huge@contoso.com", 413, "MessageTooLarge"),
        ("late@contoso.com", 429, "TemporarilyRefused"),
    ])
    func `refusals are answers`(_ to: String, _ status: Int, _ code: String) async throws {
        guard let server = try Counterpart.start("smtp", environment: "smtp") else { return }
        let answer = try await bench(server).call("POST", "/SendEmailV3", body: mail(["To": .string(to)]))
        #expect(answer.statusCode == status, "\(answer)")
        #expect(answer.errorCode == code)
    }

    @Test func `whom the server refuses is named, and the others get the message`() async throws {
        guard let server = try Counterpart.start("smtp", environment: "smtp") else { return }
        let answer = try await bench(server).call(
            "POST",
            "/SendEmailV3",
            body: mail(["To": "ann@contoso.com, reject@contoso.com"])
        )
        #expect(answer.statusCode == 200)
        #expect(
            answer.body?["refused"] == [
                ["address": "reject@contoso.com", "code": 550, "message": "5.1.1 no such user"]
            ]
        )
    }

    @Test(arguments: [("cut@contoso.com", true), ("lost@contoso.com", false)])
    func `a lost connection is certainly not sent before the last dot, and unknown after it`(
        _ to: String,
        certainlyNotSent: Bool
    ) async throws {
        guard let server = try Counterpart.start("smtp", environment: "smtp") else { return }
        let bench = try bench(server)
        let error = await #expect(throws: OutboundError.self) {
            try await bench.call("POST", "/SendEmailV3", body: mail(["To": .string(to)]))
        }
        #expect(error?.certainlyNotSent == certainlyNotSent, "\(String(describing: error))")
    }

    @Test func `a message that is larger than the server takes is not begun`() async throws {
        guard let server = try Counterpart.start("smtp", environment: "smtp") else { return }
        let answer = try await bench(server).call(
            "POST",
            "/SendEmailV3",
            body: mail(["Body": .string(String(repeating: "x", count: 900_000))])
        )
        #expect(answer.statusCode == 413)
    }

    @Test func `addresses beyond ASCII need a server that takes them`() async throws {
        for (modes, status) in [(["utf8"], 200), ([], 400)] {
            guard let server = try Counterpart.start("smtp", modes, environment: "smtp") else { return }
            let answer = try await bench(server).call(
                "POST",
                "/SendEmailV3",
                body: mail(["To": "jürgen@müller.example"])
            )
            #expect(answer.statusCode == status, "\(answer)")
        }
    }

    @Test(
        arguments: [
            ["To": "ann@contoso.com\r\nDATA"], ["To": "ann"], ["To": "<ann@contoso.com"], ["To": "a b@contoso.com"],
            ["From": "soc@contoso.com, two@contoso.com"], ["Importance": "Urgent"],
            ["Attachments": [["FileName": "a\r\nX: y", "ContentData": "AQI="]]],
            ["Attachments": [["FileName": "a", "ContentData": "%"]]],
            ["Attachments": [["FileName": "a", "ContentData": "AQI=", "ContentType": "text/plain\r\nX: y"]]],
        ] as [JSONObject]
    )
    func `what could change the conversation or the headers is refused`(_ change: JSONObject) async throws {
        let bench = Bench("smtp", ["smtp": MailService()], parameters: ["serverAddress": "127.0.0.1", "port": "1"])
        do {
            #expect(try await bench.call("POST", "/SendEmailV3", body: mail(change)).statusCode == 400)
        } catch let error as ConnectorError {
            // What the definition refuses never comes to the service.
            #expect(error.code == .invalidParameter)
        }
    }

    @Test func `line breaks in a subject begin no header`() async throws {
        guard let server = try Counterpart.start("smtp", environment: "smtp") else { return }
        let subject: JSON = "a\r\nBcc: x@contoso.com"
        let answer = try await bench(server).call("POST", "/SendEmailV3", body: mail(["Subject": subject]))
        #expect(answer.statusCode == 200)
        #expect(try parsed(server, 1)["headers"]?["Bcc"] == nil)
    }

    @Test func `a mail server inside is out of reach unless the connection names its network`() async throws {
        guard let server = try Counterpart.start("smtp", environment: "smtp") else { return }
        let error = await #expect(throws: OutboundError.self) {
            try await bench(server, networks: []).call("POST", "/SendEmailV3", body: Self.mail)
        }
        #expect(error?.code == .refusedByGuard)
        #expect(error?.certainlyNotSent == true)
    }
}

/// Names with the addresses that a test gives them.
struct FixedResolver: HostResolver {
    let table: [String: String]
    init(_ table: [String: String]) { self.table = table }
    func addresses(of name: String) async throws -> [IPAddress] {
        table[name].flatMap { IPAddress($0) }.map { [$0] } ?? []
    }
}
