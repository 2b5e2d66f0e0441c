import Identity
import Logging
import Metrics
import Moments
import ServiceLifecycle
import Serving
import Signals
import UnixSignals

/// A server that runs: its rooms, its listeners and its end.
struct TocsinServer: Sendable {
    private let parts: ServerParts
    private let network: Server
    private let socket: Server
    private let logger: Logger

    /// Puts a server together over its data folder, which it holds from now on.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - metrics: Where measurements go.
    ///   - logger: Where the server tells what it does.
    /// - Throws: What keeps it from starting.
    init(_ configuration: ServerConfiguration, metrics: PrometheusMetrics, logger: Logger) async throws {
        var configuration = configuration
        if configuration.port == 0 { configuration.port = try await FreePort.take(host: configuration.host) }
        parts = try await ServerParts.assemble(configuration, isServing: true, metrics: metrics)
        do {
            network = try Server(router: parts.router, options: configuration.serverOptions)
            socket = try Server(
                router: parts.administratorRouter,
                options: configuration.socketOptions(tenant: parts.tenant.id)
            )
        } catch {
            try await parts.close()
            throw error
        }
        self.logger = logger
    }

    /// Scheme, host and port by which clients know the server.
    var origin: String { parts.origin }

    /// Whether it listens for clients; waits for the start.
    var isListening: Bool {
        get async {
            let (first, second) = (await network.isListening, await socket.isListening)
            return first && second
        }
    }

    /// Asks the server in this process, as the administrator of this machine.
    var client: ServerClient {
        ServerClient(name: origin, transport: parts.administratorTransport, origin: origin)
    }

    /// Serves until a signal, the cancellation of the task, or the end of a part; then ends in order.
    ///
    /// The listeners stop first; requests and actions under way have the configured time; the data folder closes last.
    ///
    /// - Parameters:
    ///   - signals: The signals that end it.
    ///   - others: Services that run with it; it ends when one of them does.
    /// - Throws: Why a part failed.
    func run(
        until signals: [UnixSignal] = [.sigterm, .sigint],
        with others: [any Service] = []
    ) async throws {
        let pruning = AuditPruning(
            log: parts.audit,
            days: parts.configuration.retention.auditDays,
            clock: SystemClock(),
            logger: logger
        )
        let services: [any Service] =
            [parts.engine.service, socket, network, pruning, StartNotice(server: self)] + others
        var settings = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    serviceName: "\(type(of: $0))"
                )
            },
            gracefulShutdownSignals: signals,
            logger: Logger(label: "tocsin.lifecycle")
        )
        let patience = parts.configuration.shutdownPatience
        settings.maximumGracefulShutdownDuration = patience + patience + .seconds(15)
        do {
            try await ServiceGroup(configuration: settings).run()
        } catch {
            try await parts.close()
            throw error
        }
        logger.info("The server stops.")
        try await parts.close()
        logger.info("The server has stopped.")
    }

    /// Says when the listeners are there, and then waits for the end.
    private struct StartNotice: Service {
        let server: TocsinServer

        func run() async throws {
            guard await server.isListening else { return try await gracefulShutdown() }
            server.parts.readiness.set([])
            server.logger.info(
                "The server listens.",
                metadata: [
                    LogKeys.host: "\(server.origin)", LogKeys.tenant: "\(server.parts.tenant.id)",
                    LogKeys.path: "\(server.parts.configuration.data)", LogKeys.version: "\(Tocsin.version)",
                ]
            )
            try await gracefulShutdown()
        }
    }
}
