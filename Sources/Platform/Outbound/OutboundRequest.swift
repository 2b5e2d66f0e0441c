/// One HTTP call that leaves the server.
public struct OutboundRequest: Sendable {
    /// The HTTP method in upper case, such as `GET`; unknown methods are sent as they are.
    public var method: String

    /// The absolute URL, http or https; characters that a URL may not hold (blanks, umlauts …) are percent-encoded.
    public var url: String

    /// The header fields; `Host`, `Content-Length`, `Transfer-Encoding` and `Connection` are set by the transport.
    public var headers: OutboundHeaders

    /// The body; nil sends none.
    public var body: [UInt8]?

    /// The time for the whole call: name look-up, connection, redirects and the answer's last byte.
    public var timeout: Duration

    /// The networks that may be reached besides the public internet.
    public var networks: NetworkPolicy

    /// What to do with redirects.
    public var redirects: RedirectRule

    /// The largest answer body in bytes, counted after decompression; more ends the call with `.tooLarge`.
    public var responseLimit: Int

    /// Whether gzip and deflate answers are asked for and unpacked.
    public var decompresses: Bool

    /// Names of headers that are credentials, besides `Authorization`, `Cookie` and `Proxy-Authorization`.
    ///
    /// They are not sent on to another origin when a redirect leads there.
    public var credentialHeaders: Set<String>

    /// The certificate that the client shows, if the server asks for one.
    public var clientCertificate: ClientCertificate?

    /// The proxy and the authorities that the call brings along.
    public var route: OutboundRoute

    /// What is done at the last moment before the request leaves; who sends calls ``finished()``.
    public var lastSteps: [any LastStep]

    /// A short word for logs and recordings, such as the path of the action that calls; never sent.
    public var tag: String?

    /// The longest wait for a synchronous answer: 120 seconds.
    public static let defaultTimeout = Duration.seconds(120)

    /// The largest message by default: 100 MB (104,857,600 bytes).
    public static let defaultResponseLimit = 104_857_600

    /// Makes a request; what is not given has the documented default.
    public init(
        method: String,
        url: String,
        headers: OutboundHeaders = [:],
        body: [UInt8]? = nil,
        timeout: Duration = OutboundRequest.defaultTimeout,
        networks: NetworkPolicy = .publicInternet,
        redirects: RedirectRule = .follow(),
        responseLimit: Int = OutboundRequest.defaultResponseLimit,
        decompresses: Bool = true,
        credentialHeaders: Set<String> = [],
        clientCertificate: ClientCertificate? = nil,
        route: OutboundRoute = .standard,
        lastSteps: [any LastStep] = [],
        tag: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.networks = networks
        self.redirects = redirects
        self.responseLimit = responseLimit
        self.decompresses = decompresses
        self.credentialHeaders = credentialHeaders
        self.clientCertificate = clientCertificate
        self.route = route
        self.lastSteps = lastSteps
        self.tag = tag
    }
}
