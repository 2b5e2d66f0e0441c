import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
public import Logging
public import Moments
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle
import Synchronization

/// A listener for HTTP/1.1 and, with TLS, HTTP/2, that asks a router.
///
/// It runs as a service: a graceful shutdown stops accepting, lets requests in work finish within their time, and then
/// cancels what is left.
public final class Server: Service {
    private let options: ServerOptions
    private let exchange: Exchange
    private let logger: Logger
    private let builder: HTTPServerBuilder
    private let started = Started()

    /// Makes a server; it listens once it runs.
    ///
    /// - Parameters:
    ///   - router: What answers.
    ///   - options: Address, certificate, limits.
    ///   - clock: The clock of the `Date` header.
    ///   - logger: Where starts and failures are logged.
    /// - Throws: ``ServingError`` when certificate or key cannot be used, or plain HTTP would leave the machine.
    public init(
        router: Router,
        options: ServerOptions,
        clock: any WallClock = SystemClock(),
        logger: Logger = Logger(label: "tocsin.serving")
    ) throws(ServingError) {
        self.options = options
        self.logger = logger
        let watches = ConnectionWatch.Registry()
        exchange = Exchange(
            router: router,
            options: options,
            gate: Gate(requests: options.concurrentRequests, bodyBytes: options.bodyBudget),
            watches: watches,
            clock: clock
        )
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionWatch(registry: watches)],
            idleTimeout: TimeAmount(options.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: options.headLimit,
                maxHeaderListSize: options.headLimit,
                maxHeaderFieldCount: 200
            )
        )
        guard let tls = try TLSSettings.configuration(options) else {
            builder = .http1(configuration: http)
            return
        }
        do {
            builder = try .http2Upgrade(
                tlsConfiguration: tls,
                configuration: .init(
                    idleTimeout: options.idleTimeout,
                    gracefulCloseTimeout: options.shutdownTimeout,
                    streamConfiguration: http
                )
            )
        } catch {
            throw ServingError(code: .certificate, message: "Certificate and key cannot be used: \(error).")
        }
    }

    /// The port that is listened on, once it is; waits for the start and is nil if that failed, and for a Unix socket.
    public var port: Int? {
        get async { await started.place?.port }
    }

    /// Whether it listens; waits for the start.
    public var isListening: Bool {
        get async { await started.place != nil }
    }

    /// The number of requests in work.
    public var requestsInWork: Int { exchange.gate.requests }

    /// Listens until the service group shuts down or the task is cancelled.
    ///
    /// - Throws: ``ServingError`` when the address cannot be listened on.
    public func run() async throws {
        let exchange = exchange
        let started = started
        let socket = try options.socketPath.map(SocketFile.init)
        defer { socket?.remove() }
        let service = try builder.buildServer(
            configuration: ServerConfiguration(
                address: socket.map { .unixDomainSocket(path: $0.path) }
                    ?? .hostname(options.host, port: options.port),
                backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(options.connections)
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            responder: { request, writer, channel in
                try await exchange.respond(to: request, writer: writer, channel: channel)
            },
            onServerRunning: { channel in
                socket?.close()
                started.set(Started.Place(port: channel.localAddress?.port))
            }
        )
        defer { started.set(nil) }
        do {
            try await runBounded(service)
        } catch let error as IOError {
            throw ServingError(
                code: .address,
                message: "Cannot listen on \(socket?.path ?? "\(options.host):\(options.port)"): \(error.description)."
            )
        }
    }

    private func runBounded(_ service: any Service) async throws {
        let timeout = options.shutdownTimeout
        let logger = logger
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await service.run()
                return true
            }
            group.addTask {
                do {
                    try await gracefulShutdown()
                    try await Task.sleep(for: timeout)
                } catch is CancellationError {
                    return true
                }
                logger.warning("Requests did not finish in time and are cancelled")
                return false
            }
            _ = try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// Where a server listens, to be waited for.
private final class Started: Sendable {
    /// A place that is listened on.
    struct Place {
        /// The port; nil for a Unix socket.
        var port: Int?
    }

    private struct State {
        var isSet = false
        var place: Place?
        var waiting: [CheckedContinuation<Place?, Never>] = []
    }

    private let state = Mutex(State())

    func set(_ place: Place?) {
        let waiting = state.withLock { state in
            state.isSet = true
            state.place = place
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: place) }
    }

    var place: Place? {
        get async {
            await withCheckedContinuation { continuation in
                let known: Place?? = state.withLock { state in
                    if state.isSet { return .some(state.place) }
                    state.waiting.append(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
