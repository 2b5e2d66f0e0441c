import NIOCore
import NIOSSL

/// What is checked of a new connection, after its TLS handshake and before a request is written to it.
///
/// The address that it really has must be allowed. And where a host was called by name, the certificate must be for that name:
/// SwiftNIO's TLS also takes one that names the connected address alone, which whoever leads the name elsewhere could have for
/// the address there. A client of all hosts does not know here which name was asked for; it refuses certificates that name
/// an address with ``Doubt``, and the call is made again with a client of that one host, which knows. Such certificates are few.
struct PeerCheck: Sendable {
    /// The certificate names an address, and only a client of one host can tell whether it is for that host.
    struct Doubt: Error {}

    /// The host of all calls; nil for a client of many hosts.
    let host: String?

    /// Throws when the address must not be reached; nil behind a proxy, whose address says nothing.
    var admission: (@Sendable (IPAddress) throws -> Void)?

    /// Checks a connection, and closes it when it must not be used.
    ///
    /// - Returns: A future that fails with ``OutboundError`` or ``Doubt``.
    func run(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.flatSubmit {
            do {
                try check(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            } catch {
                channel.close(promise: nil)
                return channel.eventLoop.makeFailedFuture(error)
            }
        }
    }

    private func check(_ channel: any Channel) throws {
        if let admission {
            guard let remote = channel.remoteAddress, let address = IPAddress(remote) else {
                throw OutboundError.refused("The connection has no internet address.")
            }
            try admission(address)
        }
        // Without TLS there is no such handler, and nothing to compare.
        let tls = try? channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
        guard let tls else { return }
        // TLS itself has compared the certificate with the address where the host is one.
        if let host, IPAddress(host) != nil { return }
        guard let certificate = try? tls.peerCertificate.map(PeerCertificate.init) else {
            throw OutboundError(
                code: .connectionFailed,
                message: "The server's certificate cannot be read.",
                certainlyNotSent: true
            )
        }
        guard certificate.namesAddress else { return }
        guard let host else { throw Doubt() }
        guard certificate.covers(host) else {
            throw OutboundError(
                code: .connectionFailed,
                message: "The server's certificate is not for this host name.",
                certainlyNotSent: true
            )
        }
    }
}
