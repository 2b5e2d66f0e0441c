import NIOHTTP1
import Outbound
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HTTPTransportTests {
    let transport: HTTPTransport

    init() throws { transport = try HTTPTransport() }

    private func request(_ method: String, _ url: String, body: String? = nil) -> OutboundRequest {
        var request = OutboundRequest(method: method, url: url, body: body.map { Array($0.utf8) })
        request.networks = .withLoopback
        request.timeout = .seconds(10)
        return request
    }

    private func failure(_ request: OutboundRequest, of transport: HTTPTransport? = nil) async -> OutboundError? {
        await #expect(throws: OutboundError.self) { try await (transport ?? self.transport).send(request) }
    }

    @Test func `sends method, path, headers and body, and reads the answer`() async throws {
        let server = try await TestServer { request in
            .send(
                201,
                [
                    ("X-Method", request.head.method.rawValue), ("X-URI", request.head.uri), ("x-a", "1"), ("X-A", "2"),
                    ("X-Seen", request.head.headers["x-mine"].joined()),
                    ("X-Agent", request.head.headers["user-agent"].joined()),
                    ("X-Host", request.head.headers["host"].joined(separator: "+")),
                ],
                request.body + Array("!".utf8)
            )
        }
        var call = request("PATCH", server.url("/a//b%2Fc/../d?x=1&y=%20"), body: "hällo")
        call.headers = ["X-Mine": "yes", "Host": "evil.example", "Content-Length": "1", "Transfer-Encoding": "chunked"]
        let answer = try await transport.send(call)
        #expect(answer.status == 201)
        #expect(answer.headers["x-method"] == "PATCH")
        #expect(answer.headers["X-URI"] == "/a//b%2Fc/../d?x=1&y=%20")
        #expect(answer.headers.values("X-A") == ["1", "2"])
        #expect(answer.headers["X-Seen"] == "yes")
        #expect(answer.headers["X-Agent"] == "tocsin")
        #expect(answer.headers["X-Host"] == "127.0.0.1:\(server.port)")
        #expect(String(decoding: answer.body, as: UTF8.self) == "hällo!")
        try await server.stop()
    }

    @Test func `loopback is refused unless it is allowed`() async throws {
        let called = Mutex(0)
        let server = try await TestServer { _ in
            called.withLock { $0 += 1 }
            return .send(200)
        }
        var call = request("GET", server.url("/"))
        #expect(try await transport.send(call).status == 200)
        call.networks = .publicInternet
        let error = await failure(call)
        #expect(error?.code == .refusedByGuard)
        #expect(error?.certainlyNotSent == true)
        #expect(called.withLock { $0 } == 1)
        try await server.stop()
    }

    @Test func `a name that changes its address after the check gains nothing`() async throws {
        let called = Mutex(0)
        let server = try await TestServer { _ in
            called.withLock { $0 += 1 }
            return .send(200)
        }
        let rebound = try HTTPTransport(resolver: TableResolver(table: ["localhost": ["93.184.216.34"]]))
        var call = request("POST", server.url("/", host: "localhost"), body: "secret")
        call.networks = .publicInternet
        let error = await failure(call, of: rebound)
        #expect(error?.code == .refusedByGuard)
        #expect(error?.certainlyNotSent == true)
        #expect(called.withLock { $0 } == 0)
        try await server.stop()
    }

    @Test func `a pooled connection of a wider policy is not used by a narrower one`() async throws {
        let server = try await TestServer { _ in .send(200) }
        let rebound = try HTTPTransport(resolver: TableResolver(table: ["localhost": ["93.184.216.34"]]))
        var call = request("GET", server.url("/", host: "localhost"))
        #expect(try await rebound.send(call).status == 200)
        call.networks = .publicInternet
        #expect(await failure(call, of: rebound)?.code == .refusedByGuard)
        try await server.stop()
    }

    @Test(arguments: [
        (301, "POST", "GET", ""), (302, "POST", "GET", ""), (303, "PUT", "GET", ""), (303, "HEAD", "HEAD", ""),
        (301, "PUT", "PUT", "b"), (307, "POST", "POST", "b"), (308, "DELETE", "DELETE", "b"),
    ])
    func `redirects keep or change the method by their status`(row: (Int, String, String, String)) async throws {
        let seen = Mutex<[String]>([])
        let server = try await TestServer { request in
            seen.withLock {
                $0.append(
                    "\(request.head.method.rawValue) \(request.head.uri) \(String(decoding: request.body, as: UTF8.self))"
                )
            }
            return request.head.uri == "/a/b" ? .send(row.0, [("Location", "../c?d=e")]) : .send(200)
        }
        let hasBody = row.1 != "HEAD"
        let answer = try await transport.send(request(row.1, server.url("/a/b"), body: hasBody ? "b" : nil))
        #expect(answer.status == 200)
        #expect(answer.finalURL == server.url("/c?d=e"))
        #expect(seen.withLock { $0.last } == "\(row.2) /c?d=e \(row.3)")
        try await server.stop()
    }

    @Test func `credentials stay at their origin`() async throws {
        let other = try await TestServer { request in
            .send(200, [("X-Got", request.head.headers.map { $0.name.lowercased() }.sorted().joined(separator: ","))])
        }
        let target = other.url("/end")
        let server = try await TestServer { request in
            request.head.uri == "/1"
                ? .send(307, [("Location", "/2")])
                : .send(307, [("Location", target), ("X-Auth", request.head.headers["authorization"].joined())])
        }
        var call = request("GET", server.url("/1"))
        call.headers = ["Authorization": "Bearer x", "Cookie": "a=b", "X-Api-Key": "k", "X-Plain": "p"]
        call.credentialHeaders = ["x-api-key"]
        let answer = try await transport.send(call)
        #expect(answer.headers["X-Got"] == "accept,accept-encoding,host,user-agent,x-plain")
        call.redirects = .handOver
        call.url = server.url("/2")
        let direct = try await transport.send(call)
        #expect(direct.status == 307)
        #expect(direct.headers["X-Auth"] == "Bearer x")
        try await server.stop()
        try await other.stop()
    }

    @Test(arguments: [
        "http://10.0.0.1/", "http://169.254.169.254/latest", "http://0x7f.1/", "http://user@example.com/",
    ])
    func `a redirect inside is refused, and the call counts as sent`(location: String) async throws {
        let server = try await TestServer { _ in .send(302, [("Location", location)]) }
        let error = await failure(request("POST", server.url("/"), body: "x"))
        #expect(error?.code == .refusedByGuard)
        #expect(error?.certainlyNotSent == false)
        try await server.stop()
    }

    @Test func `an endless redirect ends`() async throws {
        let server = try await TestServer { _ in .send(302, [("Location", "/")]) }
        #expect(await failure(request("GET", server.url("/")))?.code == .tooManyRedirects)
        try await server.stop()
    }

    @Test func `answers have a limit, announced or not`() async throws {
        let server = try await TestServer { request in
            request.head.uri == "/plain"
                ? .send(200, [], [UInt8](repeating: 65, count: 1_000))
                : .send(200, [("Content-Encoding", "gzip")], gzipOfZeros)
        }
        var call = request("GET", server.url("/plain"))
        call.responseLimit = 1_000
        #expect(try await transport.send(call).body.count == 1_000)
        call.responseLimit = 999
        let error = await failure(call)
        #expect(error?.code == .tooLarge)
        #expect(error?.certainlyNotSent == false)
        try await server.stop()
    }

    @Test func `packed answers are unpacked unless the caller says no`() async throws {
        let server = try await TestServer { _ in .send(200, [("Content-Encoding", "gzip")], gzipOfHello) }
        var call = request("GET", server.url("/"))
        let answer = try await transport.send(call)
        #expect(String(decoding: answer.body, as: UTF8.self) == "hello hello hello\n")
        #expect(!answer.headers.contains("Content-Encoding") && !answer.headers.contains("Content-Length"))
        call.decompresses = false
        let packed = try await transport.send(call)
        #expect(packed.body == gzipOfHello)
        #expect(packed.headers["Content-Encoding"] == "gzip")
        try await server.stop()
    }

    @Test func `a bomb is refused`() async throws {
        let server = try await TestServer { _ in .send(200, [("Content-Encoding", "gzip")], gzipOfZeros) }
        #expect(await failure(request("GET", server.url("/")))?.code == .tooLarge)
        try await server.stop()
    }

    @Test(arguments: [
        (TestServer.Answer.close, OutboundError.Code.lostReply), (.cut, .lostReply), (.hang, .timedOut),
        (.garbage, .invalidResponse),
    ])
    func `after the request was written nobody says it was not`(
        answer: TestServer.Answer,
        code: OutboundError.Code
    ) async throws {
        let server = try await TestServer { _ in answer }
        var call = request("POST", server.url("/"), body: "x")
        call.timeout = .milliseconds(500)
        let error = await failure(call)
        #expect(error?.code == code)
        #expect(error?.certainlyNotSent == false)
        try await server.stop()
    }

    @Test func `a closed port was certainly not reached`() async throws {
        let server = try await TestServer { _ in .send(200) }
        let url = server.url("/")
        try await server.stop()
        let error = await failure(request("POST", url, body: "x"))
        #expect(error?.code == .connectionFailed)
        #expect(error?.certainlyNotSent == true)
    }

    @Test func `a name without address was certainly not reached`() async {
        let error = await failure(request("GET", "https://nowhere.invalid/"))
        #expect(error?.code == .unresolvableHost)
        #expect(error?.certainlyNotSent == true)
    }

    @Test func `a slow name look-up counts against the time`() async {
        struct Slow: HostResolver {
            func addresses(of name: String) async throws -> [IPAddress] {
                try await Task.sleep(for: .seconds(30))
                return []
            }
        }
        guard let slow = try? HTTPTransport(resolver: Slow()) else { return }
        var call = request("GET", "https://slow.example/")
        call.timeout = .milliseconds(200)
        let error = await failure(call, of: slow)
        #expect(error?.code == .timedOut)
        #expect(error?.certainlyNotSent == true)
    }

    @Test func `cancellation ends the call`() async throws {
        let server = try await TestServer { _ in .hang }
        let call = request("GET", server.url("/"))
        let task = Task { try await transport.send(call) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        let error = await #expect(throws: OutboundError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        try await server.stop()
    }

    @Test(arguments: [
        ("X-A", "a\r\nX-B: c"), ("X A", "b"), ("", "b"), ("X-A", "a\u{0}b"), ("X-A:", "b"),
    ])
    func `headers cannot smuggle others`(name: String, value: String) async throws {
        var call = request("GET", "http://127.0.0.1:9/")
        call.headers.add(name, value)
        #expect(await failure(call)?.code == .invalidRequest)
        var method = request("GET / HTTP/1.1\r\nX:", "http://127.0.0.1:9/")
        method.headers = [:]
        #expect(await failure(method)?.code == .invalidRequest)
    }

    @Test func `servers are trusted by authority and name`() async throws {
        let authority = try TestAuthority()
        let server = try await TestServer(tls: authority.server(["localhost"])) { _ in .send(200) }
        let wrong = try await TestServer(tls: authority.server(["other.example"])) { _ in .send(200) }
        var options = HTTPTransport.Options()
        options.trust = .init(additional: [authority.certificatePEM])
        let trusting = try HTTPTransport(options: options)
        #expect(try await trusting.send(request("GET", server.url("/", host: "localhost"))).status == 200)
        let untrusted = await failure(request("GET", server.url("/", host: "localhost")))
        #expect(untrusted?.code == .connectionFailed)
        #expect(untrusted?.certainlyNotSent == true)
        #expect(untrusted?.message.contains("not trusted") == true, "\(untrusted?.message ?? "")")
        let misnamed = await failure(request("GET", wrong.url("/", host: "localhost")), of: trusting)
        #expect(misnamed?.message.contains("not for this host name") == true, "\(misnamed?.message ?? "")")
        await trusting.shutdown()
        #expect(await failure(request("GET", server.url("/")), of: trusting)?.code == .connectionFailed)
        try await server.stop()
        try await wrong.stop()
    }

    @Test(arguments: [
        // names of the certificate, addresses of it, host of the call, whether it is taken
        (["localhost"], [[UInt8]]([[127, 0, 0, 1]]), "localhost", true),
        (["localhost"], [[127, 0, 0, 1]], "127.0.0.1", true),
        ([], [[127, 0, 0, 1]], "127.0.0.1", true),
        ([], [[127, 0, 0, 1]], "localhost", false),
        (["other.example"], [[127, 0, 0, 1]], "localhost", false),
        (["localhost"], [[10, 0, 0, 1]], "localhost", true),
        (["localhost"], [[10, 0, 0, 1]], "127.0.0.1", false),
        (["localhost"], [], "127.0.0.1", false),
    ])
    func `a certificate that names the address is not one for the name`(
        names: [String],
        addresses: [[UInt8]],
        host: String,
        isTaken: Bool
    ) async throws {
        let authority = try TestAuthority()
        let server = try await TestServer(tls: authority.server(names, addresses: addresses)) { _ in .send(200) }
        var options = HTTPTransport.Options()
        options.trust = .init(additional: [authority.certificatePEM])
        let transport = try HTTPTransport(options: options)
        let call = request("GET", server.url("/", host: host))
        if isTaken {
            #expect(try await transport.send(call).status == 200)
            #expect(try await transport.send(call).status == 200)
        } else {
            let refused = await failure(call, of: transport)
            #expect(refused?.code == .connectionFailed && refused?.certainlyNotSent == true)
            #expect(refused?.message.contains("not for this host name") == true, "\(refused?.message ?? "")")
        }
        await transport.shutdown()
        try await server.stop()
    }

    @Test func `a client shows its certificate where it is asked for one`() async throws {
        let authority = try TestAuthority()
        let server = try await TestServer(tls: authority.server(["localhost"], asksForCertificate: true)) { _ in
            .send(200)
        }
        var options = HTTPTransport.Options()
        options.trust = .init(additional: [authority.certificatePEM])
        let trusting = try HTTPTransport(options: options)
        var call = request("GET", server.url("/", host: "localhost"))
        _ = await failure(call, of: trusting)
        let pair = try authority.client()
        call.clientCertificate = .pem(chain: pair.chain, key: pair.key)
        #expect(try await trusting.send(call).status == 200)
        #expect(!"\(ClientCertificate.pem(chain: "", key: pair.key))".contains("KEY"))
        call.clientCertificate = .pkcs12([1, 2, 3], password: "x")
        let unreadable = await failure(call, of: trusting)
        #expect(unreadable?.code == .invalidRequest && unreadable?.certainlyNotSent == true)
        await trusting.shutdown()
        try await server.stop()
    }

    @Test(arguments: [
        (PKCS12Files.modern, "geheim", true), (PKCS12Files.legacy, "geheim", true),
        (PKCS12Files.withoutPassword, "", true), (PKCS12Files.withoutPassword, nil, true),
        (PKCS12Files.modern, "wrong", false), (PKCS12Files.modern, nil, false), ([UInt8](), "geheim", false),
    ])
    func `certificates of PKCS 12 files are read`(file: [UInt8], password: String?, isReadable: Bool) async throws {
        var call = request("GET", "https://127.0.0.1:9/")
        call.clientCertificate = .pkcs12(file, password: password)
        #expect(await failure(call)?.code == (isReadable ? .connectionFailed : .invalidRequest))
    }

    @Test func `calls go through the proxy, but not those that bypass it or go inside`() async throws {
        let authority = try TestAuthority()
        let server = try await TestServer(tls: authority.server(["outside.example", "unknown.example"])) { request in
            .send(200, [("X-URI", request.head.uri)])
        }
        let proxy = try await TestProxy(leadingTo: server.port)
        var options = HTTPTransport.Options()
        options.trust = .init(additional: [authority.certificatePEM])
        options.proxy = .init(host: "127.0.0.1", port: proxy.port, bypassed: ["direct.example", ".local.example"])
        let proxied = try HTTPTransport(
            options: options,
            resolver: TableResolver(table: ["outside.example": ["8.8.8.8"], "inside.example": ["10.0.0.1"]])
        )
        var call = request("GET", "https://outside.example/path?x=1")
        call.networks = .publicInternet
        #expect(try await proxied.send(call).headers["X-URI"] == "/path?x=1")
        call.url = "https://unknown.example:8443/"
        #expect(try await proxied.send(call).status == 200)
        let asked = ["CONNECT outside.example:443 HTTP/1.1", "CONNECT unknown.example:8443 HTTP/1.1"]
        #expect(proxy.asked == asked)
        for target in ["http://10.0.0.1/", "http://inside.example/", "http://localhost/", "http://169.254.169.254/"] {
            call.url = target
            #expect(await failure(call, of: proxied)?.code == .refusedByGuard)
        }
        for target in ["http://direct.example/", "http://a.local.example/"] {
            call.url = target
            #expect(await failure(call, of: proxied)?.code == .unresolvableHost)
        }
        #expect(proxy.asked == asked)
        await proxied.shutdown()
        try await proxy.stop()
        try await server.stop()
    }
}

/// The text `hello hello hello` and a line feed, packed.
let gzipOfHello: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 87, 200, 64, 144, 92, 0, 59, 124, 138, 223, 18,
    0, 0, 0,
]
