import ArgumentParser
import Foundation
import Logging
import Metrics
import Signals

/// The command `tocsin serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server until it is told to stop (SIGTERM, SIGINT).",
        discussion: """
            Settings come from flags, then environment variables, then the configuration file (YAML); a name that is no \
            setting is refused. Without a certificate the server speaks plain HTTP and listens on this machine only; \
            `tocsin certificate create` makes a certificate that it finds by itself.

            Logs are JSON lines on standard error.

            Settings:
            \(Setting.table)
            """
    )

    @OptionGroup var flags: ServerFlags

    func run() async throws {
        try await Ending.run {
            let configuration = try await flags.configuration()
            let level = configuration.logLevel
            LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level) }
            let metrics = PrometheusMetrics(MetricHelp.configuration)
            MetricsSystem.bootstrap(metrics)
            let logger = Logger(label: "tocsin.server")
            for variable in configuration.strangeVariables {
                logger.warning("An environment variable is no setting.", metadata: [LogKeys.setting: "\(variable)"])
            }
            try await TocsinServer(configuration, metrics: metrics, logger: logger).run()
        }
    }
}

/// The flags of a server.
struct ServerFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file, YAML (TOCSIN_CONFIG).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Data folder.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Host and port to listen on.", valueName: "host:port"))
    var listen: String?

    @Option(help: ArgumentHelp("Certificate chain, PEM.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("Private key of the certificate, PEM.", valueName: "file"))
    var tlsKey: String?

    @Flag(help: "Serve plain HTTP beyond this machine: a proxy before us does TLS.")
    var behindProxy = false

    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp("Scheme, host and port by which clients reach the server.", valueName: "url")
    )
    var publicURL: String?

    @Option(
        name: .customLong("allow-network"),
        help: ArgumentHelp(
            "A network that workflows may call, such as 10.0.0.0/8; may be repeated.",
            valueName: "network"
        )
    )
    var allowedNetworks: [String] = []

    @Option(help: ArgumentHelp("A folder with connectors; may be repeated.", valueName: "dir"))
    var connectors: [String] = []

    @Option(help: "Lowest level of events that are logged.")
    var logLevel: String?

    /// The configuration with these flags on top.
    func configuration() async throws(CommandFailure) -> ServerConfiguration {
        var given: [Setting: [String]] = [:]
        given[.data] = data.map { [$0] }
        given[.listen] = listen.map { [$0] }
        given[.certificate] = tlsCert.map { [$0] }
        given[.key] = tlsKey.map { [$0] }
        given[.behindProxy] = behindProxy ? ["true"] : nil
        given[.publicURL] = publicURL.map { [$0] }
        given[.allowedNetworks] = allowedNetworks.isEmpty ? nil : allowedNetworks
        given[.connectors] = connectors.isEmpty ? nil : connectors
        given[.logLevel] = logLevel.map { [$0] }
        return try await ServerConfiguration.read(file: config ?? ClientVariable.config.value, flags: given)
    }
}
