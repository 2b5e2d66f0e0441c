import Configuration
import Foundation
import Logging
import Outbound
import Serving

/// The settings of a server, read and checked once at its start.
struct ServerConfiguration: Sendable {
    /// The data folder.
    var data: String
    /// The host that is listened on.
    var host = "127.0.0.1"
    /// The port that is listened on; 0 takes a free one.
    var port = 8_443
    /// Scheme, host and port by which clients reach the server; nil takes them from where it listens.
    var publicURL: String?
    /// Certificate chain and key, both PEM files; nil serves plain HTTP.
    var certificate: (chain: String, key: String)?
    /// Whether plain HTTP may be served beyond this machine.
    var isBehindProxy = false
    /// Proxies whose `X-Forwarded-For` is believed.
    var trustedProxies: [Network] = []
    /// What workflows may call.
    var networks = NetworkPolicy.publicInternet
    /// PEM files of authorities that outgoing calls trust.
    var authorities: [String] = []
    /// Folders with connectors.
    var connectors: [String]
    /// Folders that connections of the connector filesystem may use.
    var fileFolders: [String] = []
    /// The file of the master key; nil: `keys/master.key` in the data folder.
    var masterKey: String?
    /// The tenant that is made at the first start.
    var tenant = FirstTenant()
    /// Events below this level are not logged.
    var logLevel = Logger.Level.info
    /// Whether metrics are shown without a token.
    var opensMetrics = true
    /// How long a shutdown waits.
    var shutdownPatience = Duration.seconds(20)
    /// How long things are kept.
    var retention = RetentionSettings()
    /// Variables named `TOCSIN_…` that nothing reads.
    var strangeVariables: [String] = []

    /// The tenant of a new server.
    struct FirstTenant: Sendable {
        var id: String?
        var name = "Default"
        var domains: [String] = []
    }

    /// The administration socket.
    var socketPath: String { data + "/admin.sock" }

    /// Where connectors are read: those that were added to the data folder go first.
    var connectorFolders: [String] { [data + "/connectors"] + connectors }

    /// A configuration with the documented defaults.
    init(data: String) {
        self.data = data
        connectors = Installation.connectors
    }

    /// Whether only this machine is listened to.
    var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// The data folder where nothing names one.
    static var defaultData: String {
        let environment = ProcessInfo.processInfo.environment
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") { return base + "/tocsin" }
        return (environment["HOME"] ?? "/var/lib") + "/.local/share/tocsin"
    }

    /// Reads flags, environment and file, in this order of precedence.
    ///
    /// - Parameters:
    ///   - file: The configuration file; nil when there is none.
    ///   - flags: What was given on the command line.
    ///   - environment: The variables of the process.
    /// - Returns: The checked settings.
    /// - Throws: `CommandFailure` that names the setting.
    static func read(
        file: String?,
        flags: [Setting: [String]] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(CommandFailure) -> ServerConfiguration {
        let given = flags.map { setting, values in
            let content: ConfigContent = setting.isList ? .stringArray(values) : .string(values.last ?? "")
            return (AbsoluteConfigKey(setting.path), ConfigValue(content, isSecret: false))
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(given) { first, _ in first }),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "tocsin"),
        ]
        if let file { providers.append(try await ConfigurationFile.provider(file)) }
        var configuration = try SettingsReader(reader: ConfigReader(providers: providers)).configuration()
        let known = Set(Setting.allCases.map(\.variable) + ClientVariable.allCases.map(\.rawValue))
        configuration.strangeVariables = environment.keys.filter { $0.hasPrefix("TOCSIN_") && !known.contains($0) }
            .sorted()
        return configuration
    }
}
