public import Identity

/// The settings of a listener.
public struct ServerOptions: Sendable {
    /// How connections are protected.
    public enum Security: Sendable, Hashable {
        /// TLS with a certificate chain and a key, both PEM files.
        case files(certificate: String, key: String)
        /// TLS with a certificate chain and a key, both PEM texts.
        case pem(certificate: String, key: String)
        /// No TLS; accepted on loopback only unless the second value says that something before us does it.
        case plain(behindProxy: Bool = false)
    }

    /// The address that is listened on; `127.0.0.1` by default.
    public var host = "127.0.0.1"
    /// The port, 8443 by default; 0 takes a free one.
    public var port = 8_443
    /// The path of a Unix socket that is listened on in place of host and port.
    ///
    /// It is open to its owner only, and without TLS; a file left over from before is replaced. At most 107 bytes.
    public var socketPath: String?
    /// As whom all requests are made, where whoever may connect is known; nil leaves it to credentials.
    ///
    /// Only for a Unix socket.
    public var principal: Principal?
    /// How connections are protected.
    public var security: Security
    /// Scheme, host and port by which clients know the server; nil takes it from each request.
    public var publicOrigin: String?
    /// The proxies whose `X-Forwarded-For` is believed.
    public var trustedProxies: [Network] = []
    /// The number of requests that are worked on at once, 2,048 by default; more get 503.
    public var concurrentRequests = 2_048
    /// The number of connections, 8,192 by default; more wait in the kernel.
    public var connections = 8_192
    /// The bytes of request bodies held at once, 512 MiB by default; more get 503.
    public var bodyBudget = 536_870_912
    /// The largest head of a request in bytes; 32 KiB by default.
    public var headLimit = 32_768
    /// How long an idle connection, or one whose request does not go on, is kept; 60 seconds by default.
    public var idleTimeout = Duration.seconds(60)
    /// The time in which a whole request body must have come; 120 seconds by default.
    public var bodyTimeout = Duration.seconds(120)
    /// The time in which a client must take a piece of 64 KB of an answer; 60 seconds by default.
    public var writeTimeout = Duration.seconds(60)
    /// How long requests may go on once the server is told to stop; 20 seconds by default.
    public var shutdownTimeout = Duration.seconds(20)

    /// Makes settings with the documented defaults.
    public init(security: Security) { self.security = security }
}
