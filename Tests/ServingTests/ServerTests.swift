import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Serving
import Synchronization
import Testing

/// Servers on real sockets, asked by the transport that the product itself uses.
@Suite(.timeLimit(.minutes(2)))
struct ServerTests {
    private func options(_ change: (inout ServerOptions) -> Void = { _ in }) -> ServerOptions {
        var options = ServerOptions(security: .plain())
        options.port = 0
        change(&options)
        return options
    }

    /// Runs the body with a running server, then stops the server gracefully.
    private func with(
        _ routes: Routes,
        _ options: ServerOptions,
        _ body: @escaping @Sendable (Server, String) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = try Server(router: Router([routes], logger: logger), options: options, logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await server.port)
            let scheme = if case .plain = options.security { "http" } else { "https" }
            do {
                try await body(server, "\(scheme)://localhost:\(port)")
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func get(_ url: String, method: String = "GET", body: [UInt8]? = nil) -> OutboundRequest {
        OutboundRequest(method: method, url: url, body: body, timeout: .seconds(60), networks: .withLoopback)
    }

    @Test func `answers over HTTP, connections are used again`() async throws {
        let transport = try HTTPTransport()
        var routes = Routes()
        routes.post("/echo") { request in
            .text(
                "\(request.method) \(request.queryText) \(request.origin) \(request.remoteAddress?.description ?? "") "
                    + String(decoding: request.body, as: UTF8.self)
            )
        }
        routes.get("/nothing") { _ in .empty() }
        routes.get("/long") { _ in .text(String(repeating: "x", count: 300_000)) }
        try await with(routes, options()) { _, url async throws in
            let answer = try await transport.send(get(url + "/echo?a=%20", method: "POST", body: Array("hällo".utf8)))
            #expect(String(decoding: answer.body, as: UTF8.self) == "POST a=%20 \(url) 127.0.0.1 hällo")
            #expect(answer.headers["Date"]?.hasSuffix(" GMT") == true)
            #expect(answer.headers["request-id"] != nil)
            let empty = try await transport.send(get(url + "/nothing"))
            #expect(empty.status == 204 && empty.body.isEmpty && empty.headers["Content-Length"] == nil)
            #expect(try await transport.send(get(url + "/long")).body.count == 300_000)
            let head = try await transport.send(get(url + "/long", method: "HEAD"))
            #expect(head.body.isEmpty && head.headers["Content-Length"] == "300000")
        }
        await transport.shutdown()
    }

    @Test(arguments: [true, false])
    func `answers over TLS with HTTP/2 and HTTP/1`(http2: Bool) async throws {
        let maker = CertificateMaker(unixSeconds: Int64(Date().timeIntervalSince1970))
        let authority = try maker.authority(name: "test")
        let pair = try maker.server(hosts: [], authority: authority)
        var client = HTTPTransport.Options()
        client.trust = .init(additional: [authority.certificate])
        client.offersHTTP2 = http2
        client.connectTimeout = .seconds(60)
        let transport = try HTTPTransport(options: client)
        var routes = Routes()
        routes.post("/") { request in .text("\(request.origin) \(request.headers["host"] ?? "") \(request.body.count)")
        }
        let body = [UInt8](repeating: 7, count: 200_000)
        try await with(routes, options { $0.security = .pem(certificate: pair.certificate, key: pair.key) }) {
            _,
            url async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        let answer = try await transport.send(get(url + "/", method: "POST", body: body))
                        let host = url.dropFirst(8)
                        #expect(String(decoding: answer.body, as: UTF8.self) == "\(url) \(host) 200000")
                    }
                }
                try await group.waitForAll()
            }
        }
        await transport.shutdown()
    }

    @Test func `bodies are limited before they are read`() async throws {
        let transport = try HTTPTransport()
        var routes = Routes(bodyLimit: 1_000)
        routes.post("/") { request in .text("\(request.body.count)") }
        try await with(routes, options()) { _, url async throws in
            #expect(
                try await transport.send(get(url, method: "POST", body: .init(repeating: 1, count: 1_000))).status
                    == 200
            )
            #expect(
                try await transport.send(get(url, method: "POST", body: .init(repeating: 1, count: 1_001))).status
                    == 413
            )
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let chunked =
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n"
                + String(repeating: "y", count: 2_000) + "\r\n0\r\n\r\n"
            #expect(try await RawClient.exchange(chunked, port: port).hasPrefix("HTTP/1.1 413"))
        }
        await transport.shutdown()
    }

    @Test func `what is no request is refused`() async throws {
        var routes = Routes()
        routes.get("/") { _ in .empty() }
        try await with(routes, options { $0.headLimit = 4_096 }) { _, url async throws in
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let long = "GET / HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "a", count: 5_000))\r\n\r\n"
            #expect(try await RawClient.exchange("NONSENSE\r\n\r\n", port: port).hasPrefix("HTTP/1.1 400"))
            #expect(try await RawClient.exchange(long, port: port).hasPrefix("HTTP/1.1 400"))
            let noHost = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"
            #expect(try await RawClient.exchange(noHost, port: port).hasPrefix("HTTP/1.1 400"))
            let badHost = "GET / HTTP/1.1\r\nHost: a\"b/c\r\nConnection: close\r\n\r\n"
            #expect(try await RawClient.exchange(badHost, port: port).hasPrefix("HTTP/1.1 400"))
            let badPath = "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            #expect(try await RawClient.exchange(badPath, port: port).hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func `a client that asks before it sends a body is told to go on`() async throws {
        var routes = Routes()
        routes.post("/") { request in .text("\(request.body.count) bytes") }
        try await with(routes, options()) { _, url async throws in
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let answer = try await RawClient.exchange(
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab",
                port: port
            )
            #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"))
            #expect(answer.hasSuffix("2 bytes"))
        }
    }

    @Test func `slow clients lose their connection`() async throws {
        var routes = Routes()
        routes.post("/") { _ in .empty() }
        try await with(
            routes,
            options {
                $0.idleTimeout = .milliseconds(300)
                $0.bodyTimeout = .milliseconds(400)
            }
        ) { _, url async throws in
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            let start = ContinuousClock.now
            _ = try await RawClient.exchange("GET / HT", port: port)
            _ = try await RawClient.exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", port: port)
            #expect(ContinuousClock.now - start < .seconds(50))
        }
    }

    @Test func `a handler ends when its client goes`() async throws {
        let ended = Mutex(false)
        let began = Mutex(false)
        var routes = Routes()
        routes.get("/wait") { _ in
            began.withLock { $0 = true }
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                ended.withLock { $0 = true }
                throw error
            }
            return .empty()
        }
        try await with(routes, options()) { server, url async throws in
            let port = try #require(url.split(separator: ":").last.flatMap { Int($0) })
            try await RawClient.sendAndLeave("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", port: port) {
                while !began.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            }
            for _ in 0..<400 where !ended.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            #expect(ended.withLock { $0 })
            for _ in 0..<200 where server.requestsInWork > 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(server.requestsInWork == 0)
        }
    }

    @Test func `too many requests at once are turned away, waiting ones hold no thread`() async throws {
        let transport = try HTTPTransport()
        let mayEnd = Mutex(false)
        var routes = Routes()
        routes.get("/wait") { _ in
            while !mayEnd.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
            return .text("done")
        }
        // More waiting requests than there are threads; the server goes on to answer.
        try await with(routes, options { $0.concurrentRequests = 40 }) { _, url async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<45 { group.addTask { try await transport.send(get(url + "/wait")).status } }
                var statuses: [Int] = []
                while let status = try await group.next() {
                    statuses.append(status)
                    if statuses.count == 5 {
                        #expect(statuses == [503, 503, 503, 503, 503])
                        mayEnd.withLock { $0 = true }
                    }
                }
                #expect(statuses.count { $0 == 200 } == 40)
            }
        }
        await transport.shutdown()
    }

    @Test func `streams arrive piece by piece`() async throws {
        let transport = try HTTPTransport()
        var routes = Routes()
        routes.get("/stream") { _ in
            .stream(headers: ["Content-Type": "text/event-stream"]) { writer in
                for number in 0..<100 { try await writer.write("data: \(number)\n\n") }
            }
        }
        try await with(routes, options()) { _, url async throws in
            let answer = try await transport.send(get(url + "/stream"))
            #expect(answer.headers["Content-Type"] == "text/event-stream")
            #expect(answer.body.count == 990)
        }
        await transport.shutdown()
    }

    @Test func `a shutdown lets requests finish, but not for ever`() async throws {
        let transport = try HTTPTransport()
        let began = Mutex(0)
        var routes = Routes()
        routes.get("/quick") { _ in
            began.withLock { $0 += 1 }
            try await Task.sleep(for: .milliseconds(300))
            return .text("done")
        }
        routes.get("/endless") { _ in
            began.withLock { $0 += 1 }
            try await Task.sleep(for: .seconds(60))
            return .empty()
        }
        let results = Mutex<[String: Int]>([:])
        let start = ContinuousClock.now
        let calls = Mutex<[Task<Void, Never>]>([])
        try await with(routes, options { $0.shutdownTimeout = .seconds(1) }) { _, url async throws in
            for path in ["/quick", "/endless"] {
                let call = Task { @Sendable in
                    let status = (try? await transport.send(get(url + path)))?.status ?? 0
                    results.withLock { $0[path] = status }
                }
                calls.withLock { $0.append(call) }
            }
            while began.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
        }
        for call in calls.withLock({ $0 }) { await call.value }
        #expect(results.withLock { $0["/quick"] } == 200)
        #expect(results.withLock { $0["/endless"] } != 200)
        #expect(ContinuousClock.now - start < .seconds(50))
        await transport.shutdown()
    }

    @Test func `behind trusted proxies the client's address is theirs to tell`() async throws {
        let transport = try HTTPTransport()
        var routes = Routes()
        routes.get("/") { request in .text(request.remoteAddress?.description ?? "none") }
        let proxies = ["127.0.0.0/8", "10.0.0.0/8"].compactMap { Network($0) }
        try await with(
            routes,
            options {
                $0.trustedProxies = proxies
                $0.publicOrigin = "https://soar.example"
            }
        ) { _, url async throws in
            var request = get(url)
            request.headers["X-Forwarded-For"] = "6.6.6.6, 203.0.113.9, 10.0.0.1"
            #expect(String(decoding: try await transport.send(request).body, as: UTF8.self) == "203.0.113.9")
            request.headers["X-Forwarded-For"] = "nonsense"
            #expect(String(decoding: try await transport.send(request).body, as: UTF8.self) == "127.0.0.1")
        }
        try await with(routes, options()) { _, url async throws in
            var request = get(url)
            request.headers["X-Forwarded-For"] = "203.0.113.9"
            #expect(String(decoding: try await transport.send(request).body, as: UTF8.self) == "127.0.0.1")
        }
        await transport.shutdown()
    }

    @Test func `operational routes tell the state`() async throws {
        let waits = Mutex(["the database"])
        let routes = OperationalRoutes.routes(
            readiness: { waits.withLock { $0 } },
            metrics: { "tocsin_up 1\n" }
        )
        let router = Router([routes])
        #expect(await router.respond(to: try Request(method: "GET", target: "/healthz")).status == 200)
        #expect(await router.respond(to: try Request(method: "GET", target: "/readyz")).status == 503)
        waits.withLock { $0 = [] }
        #expect(await router.respond(to: try Request(method: "GET", target: "/readyz")).status == 200)
        let metrics = await router.respond(to: try Request(method: "GET", target: "/metrics"))
        #expect(String(decoding: try await metrics.collected(), as: UTF8.self) == "tocsin_up 1\n")
    }
}

/// A client that sends what it is told, byte for byte.
enum RawClient {
    /// Sends a text and gives back all that comes until the server closes.
    static func exchange(_ text: String, port: Int) async throws -> String {
        let channel = try await connect(port)
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var all = ""
            do {
                for try await part in inbound { all += String(buffer: part) }
            } catch {
                // A reset after the answer is an end too.
            }
            return all
        }
    }

    /// Sends a text, waits for the condition, and goes without reading an answer.
    static func sendAndLeave(_ text: String, port: Int, _ condition: () async throws -> Void) async throws {
        let channel = try await connect(port)
        try await channel.executeThenClose { _, outbound in
            try await outbound.write(ByteBuffer(string: text))
            try await condition()
        }
    }

    private static func connect(_ port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) {
            channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        }
    }
}
