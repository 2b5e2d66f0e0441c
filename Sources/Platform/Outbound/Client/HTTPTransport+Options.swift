import NIOSSL

extension HTTPTransport {
    /// The settings of the transport.
    public struct Options: Sendable {
        /// The time for a connection with its TLS handshake; 10 seconds by default.
        public var connectTimeout: Duration = .seconds(10)

        /// How long an idle connection is kept; 20 seconds by default, below the usual idle limit of servers.
        public var idleTimeout: Duration = .seconds(20)

        /// The number of HTTP/1.1 connections to one origin, 64 by default; calls beyond wait.
        public var connectionsPerOrigin = 64

        /// How many times larger than its packed form an answer may become; 250 by default.
        public var unpackingRatio = 250

        /// The number of different network policies and routes whose connections are kept; 32 by default.
        public var policiesKept = 32

        /// Whether HTTP/2 is offered; true by default.
        public var offersHTTP2 = true

        /// The proxy for all calls but those that it bypasses.
        public var proxy: Proxy?

        /// The authorities whose servers are trusted.
        public var trust = Trust()

        /// The `User-Agent` of requests that have none.
        public var userAgent = "tocsin"

        /// Makes settings with the documented defaults.
        public init() {}
    }

    /// A proxy that calls go through.
    public struct Proxy: Sendable, Hashable {
        /// The host name or address.
        public var host: String
        /// The port.
        public var port: Int
        /// User name and password, if the proxy asks for them.
        public var credentials: Credentials?
        /// Hosts that are called directly: names, and `.suffix` for all names below; `NO_PROXY` in other programs.
        public var bypassed: [String]

        /// A user name with its password.
        public struct Credentials: Sendable, Hashable, CustomStringConvertible {
            let user: String
            let password: String
            /// Makes credentials for the proxy's basic authentication.
            public init(user: String, password: String) {
                self.user = user
                self.password = password
            }
            /// A text without the password.
            public var description: String { "proxy credentials (hidden)" }
        }

        /// Makes a proxy; it must allow `CONNECT`, which is used for https and for plain http alike.
        public init(host: String, port: Int, credentials: Credentials? = nil, bypassed: [String] = []) {
            self.host = host
            self.port = port
            self.credentials = credentials
            self.bypassed = bypassed
        }

        func isBypassed(_ host: String) -> Bool {
            bypassed.contains { entry in
                let entry = entry.lowercased()
                return entry.hasPrefix(".") ? host.hasSuffix(entry) || "." + host == entry : host == entry
            }
        }
    }

    /// The certificate authorities that vouch for servers.
    public struct Trust: Sendable, Hashable {
        /// Certificates in PEM that are trusted besides those of the system.
        public var additional: [String]

        /// Makes the trust in the system's authorities and the additional ones, each text one or more PEM certificates.
        public init(additional: [String] = []) { self.additional = additional }

        /// The trust in both.
        func joined(_ other: Trust) -> Trust { Trust(additional: additional + other.additional) }

        func roots() throws(OutboundError) -> [NIOSSLCertificate] {
            do {
                return try additional.flatMap { try NIOSSLCertificate.fromPEMBytes(Array($0.utf8)) }
            } catch {
                throw OutboundError(
                    code: .invalidRequest,
                    message: "A trusted certificate cannot be read. Give certificates in PEM.",
                    certainlyNotSent: true
                )
            }
        }
    }
}
