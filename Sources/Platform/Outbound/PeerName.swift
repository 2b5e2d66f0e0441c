public import NIOCore
public import NIOSSL
import NIOTLS

/// Checks that a certificate is for the name that was asked for, and closes the connection when it is not.
///
/// SwiftNIO's TLS also takes a certificate that names the connected address alone. Where a name was asked for, that would
/// let whoever leads the name elsewhere show a certificate for the address there.
public final class PeerName: ChannelInboundHandler {
    /// What flows through it.
    public typealias InboundIn = NIOAny

    /// The certificate is for other names.
    public struct Mismatch: Error, CustomStringConvertible {
        let host: String

        /// What is wrong.
        public var description: String { "the certificate is not for '\(host)'" }
    }

    private let host: String

    private init(host: String) { self.host = host }

    /// Puts TLS with this check at the beginning of a channel.
    ///
    /// - Parameters:
    ///   - channel: The channel; this must be called on its event loop.
    ///   - context: The TLS settings.
    ///   - host: The name; nil for a server that is called by its address, which TLS then checks itself.
    /// - Throws: What TLS throws when the name cannot be one.
    public static func add(to channel: any Channel, context: NIOSSLContext, host: String?) throws {
        let operations = channel.pipeline.syncOperations
        if let host { try operations.addHandler(PeerName(host: host), position: .first) }
        try operations.addHandler(try NIOSSLClientHandler(context: context, serverHostname: host), position: .first)
    }

    /// Looks at the certificate when the handshake is done, before anything that came is read.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            do {
                let handler = try context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
                guard let certificate = handler.peerCertificate, try PeerCertificate(certificate).covers(host) else {
                    throw Mismatch(host: host)
                }
            } catch {
                context.fireErrorCaught(error)
                context.close(promise: nil)
                return
            }
        }
        context.fireUserInboundEventTriggered(event)
    }
}
