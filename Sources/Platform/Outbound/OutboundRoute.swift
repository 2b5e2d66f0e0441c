/// What a connection brings along for the way to its service: its own proxy, and authorities that it trusts besides the system's.
///
/// Connections of different routes are never shared.
public struct OutboundRoute: Sendable, Hashable {
    /// The proxy in place of the server's; nil: the server's, if it has one.
    public var proxy: HTTPTransport.Proxy?
    /// Authorities that are trusted besides those of the system and of the server.
    public var trust: HTTPTransport.Trust

    /// Makes a route.
    public init(proxy: HTTPTransport.Proxy? = nil, trust: HTTPTransport.Trust = HTTPTransport.Trust()) {
        self.proxy = proxy
        self.trust = trust
    }

    /// The server's own way.
    public static let standard = OutboundRoute()

    /// Checks that the certificates can be read.
    ///
    /// - Throws: ``OutboundError`` with `.invalidRequest`.
    public func check() throws(OutboundError) { _ = try trust.roots() }
}
