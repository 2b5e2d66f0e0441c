import AsyncHTTPClient
import NIOCore
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization

/// The HTTP clients of a transport, one a network policy and route, so that no connection is shared across either.
final class ClientPool: Sendable {
    struct Key: Hashable {
        let policy: NetworkPolicy
        let decompresses: Bool
        let isProxied: Bool
        let route: OutboundRoute
        /// The host of all its calls, where the certificate of that host must be compared with it; see ``PeerCheck``.
        var host: String?
    }

    private struct Entry {
        let client: HTTPClient
        var inFlight = 0
        var lastUse: ContinuousClock.Instant
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var isShutDown = false
        var ownHosts: Set<String> = []
    }

    /// The number of hosts that are remembered to need a client of their own; beyond, they are found out anew.
    private static let ownHostsKept = 1_000

    private let state = Mutex(State())
    private let options: HTTPTransport.Options
    private let destinations: DestinationGuard

    init(options: HTTPTransport.Options, destinations: DestinationGuard) {
        self.options = options
        self.destinations = destinations
    }

    deinit {
        for entry in state.withLock({ $0.entries.values }) { entry.client.shutdown { _ in } }
    }

    func withClient<Value: Sendable>(
        _ key: Key,
        _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let client = try lease(key)
        defer { giveBack(key) }
        return try await body(client)
    }

    /// Whether calls of a host are made with a client of its own, so that its certificate is compared with the host.
    func needsOwnClient(_ host: String) -> Bool { state.withLock { $0.ownHosts.contains(host) } }

    /// Lets calls of a host be made with a client of its own from now on.
    func giveOwnClient(_ host: String) {
        state.withLock { state in
            if state.ownHosts.count >= Self.ownHostsKept { state.ownHosts = [] }
            state.ownHosts.insert(host)
        }
    }

    func shutdown() async {
        let clients = state.withLock { state in
            state.isShutDown = true
            defer { state.entries = [:] }
            return state.entries.values.map(\.client)
        }
        for client in clients {
            await withCheckedContinuation { continuation in client.shutdown { _ in continuation.resume() } }
        }
    }

    private func lease(_ key: Key) throws(OutboundError) -> HTTPClient {
        if let client = take(key, making: nil) { return client }
        // Reading certificates takes a while, so that no lock is held.
        let roots = try options.trust.joined(key.route.trust).roots()
        if let client = take(key, making: roots) { return client }
        throw OutboundError(
            code: .connectionFailed,
            message: "The server is shutting down and makes no more calls.",
            certainlyNotSent: true
        )
    }

    /// The client of a key; a new one that trusts the authorities, or nil when there is none and none is to be made.
    private func take(_ key: Key, making roots: [NIOSSLCertificate]?) -> HTTPClient? {
        let now = ContinuousClock.now
        let (client, retired) = state.withLock { state -> (HTTPClient?, HTTPClient?) in
            guard !state.isShutDown,
                var entry = state.entries[key] ?? roots.map({ Entry(client: makeClient(key, $0), lastUse: now) })
            else { return (nil, nil) }
            entry.inFlight += 1
            entry.lastUse = now
            state.entries[key] = entry
            guard state.entries.count > options.policiesKept else { return (entry.client, nil) }
            let idle = state.entries.filter { $0.value.inFlight == 0 }
            guard let oldest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return (entry.client, nil) }
            state.entries[oldest.key] = nil
            return (entry.client, oldest.value.client)
        }
        retired?.shutdown { _ in }
        return client
    }

    private func giveBack(_ key: Key) {
        state.withLock { $0.entries[key]?.inFlight -= 1 }
    }

    private func makeClient(_ key: Key, _ trust: [NIOSSLCertificate]) -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        if !trust.isEmpty { tls.additionalTrustRoots = [.certificates(trust)] }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(options.connectTimeout)),
            decompression: key.decompresses ? .enabled(limit: .ratio(options.unpackingRatio)) : .disabled
        )
        configuration.connectionPool.idleTimeout = TimeAmount(options.idleTimeout)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = options.connectionsPerOrigin
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = options.offersHTTP2 ? .automatic : .http1Only
        var check = PeerCheck(host: key.host)
        if key.isProxied, let proxy = key.route.proxy ?? options.proxy {
            configuration.proxy = .server(
                host: proxy.host,
                port: proxy.port,
                authorization: proxy.credentials.map { .basic(username: $0.user, password: $0.password) }
            )
        } else {
            // With a proxy the other end is the proxy, which the operator chose; without, it must be allowed.
            check.admission = { [destinations] address in
                try destinations.check(address, host: address.description, policy: key.policy)
            }
        }
        let initializer: @Sendable (any Channel) -> EventLoopFuture<Void> = { [check] in check.run($0) }
        configuration.http1_1ConnectionDebugInitializer = initializer
        configuration.http2ConnectionDebugInitializer = initializer
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }
}

extension TimeAmount {
    /// The same time in whole nanoseconds; longer than 290 years becomes that.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = overflow ? .nanoseconds(.max) : .nanoseconds(product + attoseconds / 1_000_000_000)
    }
}
