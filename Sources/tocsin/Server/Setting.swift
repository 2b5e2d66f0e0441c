/// A setting of the server: its name in the configuration file, and what it is without.
///
/// A flag wins over an environment variable, which wins over the file. The variable of `tls.certificate` is
/// `TOCSIN_TLS_CERTIFICATE`, that of `publicUrl` `TOCSIN_PUBLIC_URL`; lists are separated by commas there.
enum Setting: String, CaseIterable, Sendable {
    case data
    case listen
    case publicURL = "publicUrl"
    case certificate = "tls.certificate"
    case key = "tls.key"
    case behindProxy = "tls.behindProxy"
    case trustedProxies = "proxies.trusted"
    case allowedNetworks = "networks.allowed"
    case deniedNetworks = "networks.denied"
    case authorities = "outbound.authorities"
    case connectors = "connectors.folders"
    case files = "files.folders"
    case masterKey = "masterKey.file"
    case tenantID = "tenant.id"
    case tenantName = "tenant.name"
    case tenantDomains = "tenant.domains"
    case logLevel = "log.level"
    case openMetrics = "metrics.open"
    case shutdownSeconds = "shutdown.seconds"
    case runDays = "retention.runDays"
    case triggerHistoryDays = "retention.triggerHistoryDays"
    case businessKeyDays = "retention.businessKeyDays"
    case feedDays = "retention.feedDays"
    case feedAtMostDays = "retention.feedAtMostDays"
    case auditDays = "retention.auditDays"

    /// Whether the value is a list.
    var isList: Bool {
        switch self {
        case .trustedProxies, .allowedNetworks, .deniedNetworks, .authorities, .connectors, .files, .tenantDomains: true
        default: false
        }
    }

    /// The parts of the name.
    var path: [String] { rawValue.split(separator: ".").map(String.init) }

    /// The environment variable.
    var variable: String {
        var name = "TOCSIN"
        for part in path {
            name += "_"
            var before: Character?
            for character in part {
                if character.isUppercase, before?.isLowercase == true { name += "_" }
                name += character.uppercased()
                before = character
            }
        }
        return name
    }

    /// What it is without, in words.
    var fallback: String {
        switch self {
        case .data: "$XDG_DATA_HOME/tocsin, else ~/.local/share/tocsin"
        case .listen: "127.0.0.1:8443"
        case .publicURL: "scheme, host and port that are listened on"
        case .certificate, .key: "tls/server.pem and tls/server.key in the data folder, if they are there, else no TLS"
        case .behindProxy: "false"
        case .trustedProxies, .allowedNetworks, .deniedNetworks, .authorities, .files: "none"
        case .connectors: "the connectors that come with the program"
        case .masterKey: "keys/master.key in the data folder"
        case .tenantID: "a new one at the first start"
        case .tenantName: "Default"
        case .tenantDomains: "none"
        case .logLevel: "info"
        case .openMetrics: "true where only this machine is listened to, else false"
        case .shutdownSeconds: "20"
        case .runDays, .triggerHistoryDays, .feedAtMostDays: "90"
        case .businessKeyDays: "400"
        case .feedDays: "7"
        case .auditDays: "731"
        }
    }

    /// What it is, in words.
    var meaning: String {
        switch self {
        case .data: "Folder of database, blobs, keys and the administration socket; one server holds it."
        case .listen: "Host and port; port 0 takes a free one."
        case .publicURL: "Scheme, host and port by which clients reach the server, for the links it gives out."
        case .certificate: "Certificate chain, a PEM file."
        case .key: "The certificate's private key, a PEM file."
        case .behindProxy: "Serve plain HTTP beyond this machine, because a proxy before us does TLS."
        case .trustedProxies: "Networks of proxies whose X-Forwarded-For is believed."
        case .allowedNetworks: "Networks besides the public internet that workflows may call, such as 10.0.0.0/8."
        case .deniedNetworks: "Networks that workflows may never call."
        case .authorities: "PEM files of authorities that outgoing calls trust besides those of the system."
        case .connectors: "Folders with connectors, a folder each; the first that has a name wins."
        case .files: "Folders that connections of the connector filesystem may use, with all below them."
        case .masterKey: "File of the master key; better on another disk than the data."
        case .tenantID: "Id of the tenant that is made at the first start, a GUID."
        case .tenantName: "Name of that tenant."
        case .tenantDomains: "Domains by which clients may name that tenant."
        case .logLevel: "trace, debug, info, notice, warning, error or critical."
        case .openMetrics: "Show /metrics without a token of the role Tocsin.Metrics."
        case .shutdownSeconds: "How long requests and actions may go on when the server is told to stop."
        case .runDays: "Days that runs are kept after their end, with their history."
        case .triggerHistoryDays: "Days that entries of trigger histories are kept."
        case .businessKeyDays: "Days that answers of business keys are kept; not fewer than those of runs."
        case .feedDays: "Days that rows of the change feed are kept once every consumer has passed them."
        case .feedAtMostDays: "Days that rows of the change feed wait for consumers; such a consumer misses them then."
        case .auditDays: "Days that entries of the audit record are kept."
        }
    }

    /// All settings as a text for people.
    static var table: String {
        allCases.map { "  \($0.rawValue) (\($0.variable))\n      \($0.meaning)\n      Default: \($0.fallback)." }
            .joined(separator: "\n")
    }
}
