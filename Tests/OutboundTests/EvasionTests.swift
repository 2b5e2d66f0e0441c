import NIOHTTP1
import Outbound
import Synchronization
import Testing

/// Ways around the guard, each sent by the real transport while a server on this machine waits to be reached by mistake.
@Suite(.timeLimit(.minutes(2)))
struct EvasionTests {
    /// How an address comes to be called.
    enum Way: Sendable {
        /// It is the address of the call.
        case call
        /// A server that may be called redirects there.
        case redirect(Int)
        /// A connection without HTTP asks for it.
        case host
        /// It is called through a proxy.
        case proxy
    }

    struct Row: Sendable, CustomStringConvertible {
        var way: Way
        var target: String

        init(_ way: Way, _ target: String) { (self.way, self.target) = (way, target) }

        var description: String { "\(way) \(target)" }
    }

    /// Names and what their resolver answers, however it came to it (an alias, a wildcard, a look-up of our own making).
    static let names: [String: [String]] = TableResolver().table.merging([
        "alias.example": ["127.0.0.1"], "wildcard.10.0.0.1.example": ["10.0.0.1"],
        "metadata.example": ["169.254.169.254"],
        "ula.example": ["fd00:ec2::254"], "mapped.example": ["::ffff:127.0.0.1"], "nat64.example": ["64:ff9b::a00:1"],
        "local64.example": ["64:ff9b:1::7f00:1"], "sixtofour.example": ["2002:a00:1::"], "zero.example": ["0.0.0.0"],
        "second.example": ["93.184.216.34", "::1"],
        "third.example": ["93.184.216.34", "2606:4700::1111", "169.254.170.2"],
        "broadcast.example": ["255.255.255.255"], "multicast.example": ["ff02::1"], "shared.example": ["100.64.1.1"],
        "azure.example": ["168.63.129.16"], "compatible.example": ["::7f00:1"], "site.example": ["fec0::1"],
    ]) { first, _ in first }

    static let rows: [Row] =
        DestinationGuardTests.evasions.map { Row(.call, $0) }
        + names.keys.sorted().filter { TableResolver().table[$0] == nil }.map { Row(.call, "http://\($0)/") }
        + [
            "http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest/meta-data/", "//169.254.169.254/",
            "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://[::ffff:169.254.169.254]/",
            "http://user@127.0.0.1/", "http://127.0.0.1\\@example.com/", "http://alias.example/",
            "http://mixed.example/",
            "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://１２７.0.0.1/",
        ].flatMap { target in [301, 307].map { Row(.redirect($0), target) } }
        + [
            "127.0.0.1", "localhost", "localhost.", "::1", "[::1]", "::ffff:10.0.0.1", "2130706433", "0x7f000001",
            "0177.0.0.1",
            "127.1", "alias.example", "second.example", "metadata.example", "ula.example", "fe80::1%eth0",
            "a@127.0.0.1",
            "127.0.0.1:80", "%31%32%37.0.0.1", "127。0。0。1", "169.254.169.254", "example.com/127.0.0.1", "example.com#",
            " 127.0.0.1",
        ].map { Row(.host, $0) }
        + [
            "http://127.0.0.1/", "http://localhost/", "http://a.localhost/", "http://metadata.google.internal/",
            "http://alias.example/", "http://169.254.169.254/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
            "http://0x7f.1/", "http://user@example.com/",
        ].map { Row(.proxy, $0) }

    @Test func `the table has more than sixty different rows`() {
        #expect(Set(Self.rows.map(\.description)).count > 60)
        #expect(Set(Self.rows.map(\.description)).count == Self.rows.count)
    }

    @Test func `none of them reaches anything`() async throws {
        let reached = Mutex<[String]>([])
        let inside = try await TestServer { request in
            reached.withLock { $0.append(request.head.uri) }
            return .send(200)
        }
        let resolver = TableResolver(table: Self.names)
        let transport = try HTTPTransport(resolver: resolver)
        let proxy = try await TestProxy(leadingTo: inside.port)
        var options = HTTPTransport.Options()
        options.proxy = HTTPTransport.Proxy(host: "127.0.0.1", port: proxy.port)
        let proxied = try HTTPTransport(options: options, resolver: resolver)
        for row in Self.rows {
            let error = await failure(row, inside: inside, transport: transport, proxied: proxied, resolver: resolver)
            #expect(error != nil, "\(row) was not refused")
            let codes: [OutboundError.Code] = [.refusedByGuard, .invalidRequest, .unresolvableHost]
            #expect(error.map { codes.contains($0.code) } == true, "\(row): \(error?.description ?? "")")
        }
        #expect(reached.withLock { $0 }.isEmpty, "\(reached.withLock { $0 })")
        #expect(proxy.asked.isEmpty)
        try await proxy.stop()
        try await inside.stop()
    }

    private func failure(
        _ row: Row,
        inside: TestServer,
        transport: HTTPTransport,
        proxied: HTTPTransport,
        resolver: TableResolver
    ) async -> OutboundError? {
        // The port at which a mistake would be seen.
        let port = ":\(inside.port)"
        let target =
            row.target.hasSuffix("/") && row.target.filter { $0 == ":" }.count == 1
            ? row.target.dropLast() + port + "/" : row.target[...]
        do {
            switch row.way {
            case .call: _ = try await transport.send(Self.request(String(target)))
            case .proxy: _ = try await proxied.send(Self.request(String(target)))
            case .host:
                _ = try await DestinationGuard(resolver: resolver).resolve(
                    host: row.target,
                    port: inside.port,
                    networks: .publicInternet
                )
            case .redirect(let status):
                // This server may be called, by its own address only; what it leads to may not.
                let outside = try await TestServer(host: "127.0.0.9") { _ in
                    .send(status, [("Location", row.target.hasSuffix("/") ? String(target) : row.target)])
                }
                var request = Self.request(outside.url("/", host: "127.0.0.9"))
                request.networks = NetworkPolicy(allowing: [Network("127.0.0.9/32")].compactMap { $0 })
                let result = await Result { try await transport.send(request) }
                try await outside.stop()
                _ = try result.get()
            }
            return nil
        } catch let error as OutboundError {
            return error
        } catch {
            return nil
        }
    }

    private static func request(_ url: String) -> OutboundRequest {
        var request = OutboundRequest(method: "GET", url: url)
        request.timeout = .seconds(5)
        return request
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous body comes to.
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
