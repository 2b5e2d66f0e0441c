import JSONTree
import Outbound
import Secrets

extension Connection {
    /// The names of secrets that every connection may have, whatever its connector asks for.
    ///
    /// | secret | what it is |
    /// | --- | --- |
    /// | `clientCertificate` | the certificate that is shown where the service asks for one, with its key: PEM, or PKCS#12 in base64 |
    /// | `clientCertificatePassword` | the password of the PKCS#12 file |
    /// | `proxyPassword` | the password for the proxy |
    public static let commonSecrets: Set<String> = [
        "clientCertificate", "clientCertificatePassword", "proxyPassword",
    ]

    /// The way of a connection's calls.
    public struct Way: Sendable, Hashable {
        /// The proxy, as `http://host:port`; nil: the server's, if it has one.
        public var proxy: String?
        /// The user name at the proxy; the password is the secret `proxyPassword`.
        public var proxyUser: String?
        /// Certificates in PEM of authorities that are trusted besides the system's.
        public var authorities: String?

        /// The server's own way.
        public init(proxy: String? = nil, proxyUser: String? = nil, authorities: String? = nil) {
            self.proxy = proxy
            self.proxyUser = proxyUser
            self.authorities = authorities
        }

        init(_ json: JSON, connection: String) throws {
            proxy = json["proxy"]?.stringValue
            proxyUser = json["proxyUser"]?.stringValue
            authorities = json["authorities"]?.stringValue
            _ = try route(password: nil, connection: connection)
        }

        func write(to object: inout JSONObject) {
            object["proxy"] = proxy.map(JSON.string)
            object["proxyUser"] = proxyUser.map(JSON.string)
            object["authorities"] = authorities.map(JSON.string)
        }

        func route(password: String?, connection: String) throws -> OutboundRoute {
            var route = OutboundRoute(trust: .init(additional: authorities.map { [$0] } ?? []))
            do throws(OutboundError) {
                try route.check()
                guard let proxy else { return route }
                let url = try OutboundURL(proxy)
                guard !url.isSecure, url.target == "/" else {
                    throw OutboundError(
                        code: .invalidRequest,
                        message: "The proxy must be given as http://host:port.",
                        certainlyNotSent: true
                    )
                }
                route.proxy = HTTPTransport.Proxy(
                    host: url.hostText,
                    port: url.port,
                    credentials: proxyUser.map { .init(user: $0, password: password ?? "") }
                )
                return route
            } catch {
                throw ConnectorError(.incompleteConnection, "The connection '\(connection)': \(error.message)")
            }
        }
    }

    /// Gives a request the connection's proxy, authorities and client certificate.
    func equip(_ request: inout OutboundRequest, _ values: ConnectionValues) throws {
        request.route = try way.route(password: values.text("proxyPassword"), connection: name)
        guard let file = values.value("clientCertificate"), file.count > 0 else { return }
        request.clientCertificate = try CertificateText.unchecked(
            file,
            password: values.text("clientCertificatePassword"),
            connection: name
        )
    }

    /// Puts standing credentials into a request, with the connection's own way.
    func show(_ read: ReadCredentials, in request: inout OutboundRequest) throws {
        try equip(&request, read.values)
        for credential in read.credentials { _ = credential.show(in: &request) }
        read.values.markCredentials(in: &request)
    }
}
