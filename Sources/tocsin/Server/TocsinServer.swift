import Identity
import Logging
import Metrics
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
        parts = try await ServerParts.assemble(configuration, metrics: metrics)
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

    /// The tenant of the administrator of this machine.
    var tenant: String { parts.tenant.id }

    /// Serves until a signal, the cancellation of the task, or the end of a part; then ends in order.
    ///
    /// The listeners stop first; requests and actions under way have the configured time; the data folder closes last.
    ///
    /// - Parameters:
    ///   - signals: The signals that end it.
    ///   - started: Called once it listens.
    /// - Throws: Why a part failed.
    func run(
        until signals: [UnixSignal] = [.sigterm, .sigint],
        started: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        let services: [any Service] = [socket, network, StartNotice(server: self, started: started)]
        var settings = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, serviceName: "\(type(of: $0))") },
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
        let started: @Sendable () async throws -> Void

        func run() async throws {
            guard await server.network.isListening, await server.socket.isListening else {
                return try await gracefulShutdown()
            }
            server.parts.readiness.set([])
            server.logger.info(
                "The server listens.",
                metadata: [
                    LogKeys.host: "\(server.origin)", LogKeys.tenant: "\(server.parts.tenant.id)",
                    LogKeys.path: "\(server.parts.configuration.data)", LogKeys.version: "\(Tocsin.version)",
                ]
            )
            try await started()
            try await gracefulShutdown()
        }
    }
}
