import Connectors
import Crypto
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Outbound

/// Finds the certificate of a MariaDB server and checks it for the server's name, connected to the address that the guard chose.
///
/// The driver can check a name only where it looks the name up itself, which would leave the guard behind. So the name is checked
/// here, and the driver is told the address and the certificate's fingerprint.
struct MariaDBProbe {
    let destination: Destination
    let authorities: [String]

    /// The fingerprints by the addresses that answered.
    ///
    /// - Throws: ``OutboundError``, certainly not sent, when no address shows a certificate that is trusted.
    func fingerprints() async throws -> [IPAddress: String] {
        let context = try tls()
        var last: (any Error)?
        for address in destination.addresses {
            do {
                return [address: try await fingerprint(of: address, context)]
            } catch {
                last = error
            }
        }
        throw OutboundError(
            code: .connectionFailed,
            message:
                "The certificate of the database could not be checked: \("\(last ?? Refused())".prefix(300)). It must be for "
                + "the name of the connection and from an authority that is trusted.",
            certainlyNotSent: true
        )
    }

    /// The server offers no TLS, or is no MariaDB server.
    struct Refused: Error, CustomStringConvertible {
        var description: String { "the server offers no TLS" }
    }

    private func tls() throws -> NIOSSLContext {
        do {
            var configuration = TLSConfiguration.makeClientConfiguration()
            let additional = try authorities.flatMap { try NIOSSLCertificate.fromPEMBytes(Array($0.utf8)) }
            configuration.additionalTrustRoots = [.certificates(additional)]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ConnectorError(
                .incompleteConnection,
                "The certificate authority of the connection cannot be read. Give certificates in PEM."
            )
        }
    }

    private func fingerprint(of address: IPAddress, _ context: NIOSSLContext) async throws -> String {
        let host = destination.isLiteral ? nil : destination.host
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: String.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(.seconds(10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ProbeHandler(context: context, host: host, promise: promise)
                        )
                    }
                }
                .connect(to: try SocketAddress(ipAddress: address.description, port: destination.port)).get()
        } catch {
            promise.fail(error)
            throw error
        }
        let alarm = loop.scheduleTask(in: .seconds(15)) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        return try await promise.futureResult.get()
    }
}

/// The first words of MariaDB's protocol: the greeting, the wish for TLS, the handshake.
private final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let promise: EventLoopPromise<String>
    private let context: NIOSSLContext
    private let host: String?
    private var greeting: [UInt8] = []
    private var isAsked = false

    init(context: NIOSSLContext, host: String?, promise: EventLoopPromise<String>) {
        self.context = context
        self.host = host
        self.promise = promise
    }

    func channelRead(context channel: ChannelHandlerContext, data: NIOAny) {
        guard !isAsked else { return }
        greeting += unwrapInboundIn(data).readableBytesView
        guard greeting.count >= 4 else { return }
        let count = Int(greeting[0]) | Int(greeting[1]) << 8 | Int(greeting[2]) << 16
        guard count <= 4_096 else { return fail(channel, MariaDBProbe.Refused()) }
        guard greeting.count >= 4 + count else { return }
        let packet = greeting[4..<(4 + count)]
        // Version 10, a text, four bytes, eight of salt, a zero, then the lower capabilities; 0x0800 is TLS.
        guard packet.first == 10, let end = packet.firstIndex(of: 0), packet.endIndex > end + 15,
            greeting.count == 4 + count, UInt16(packet[end + 14]) | UInt16(packet[end + 15]) << 8 & 0x0800 != 0
        else { return fail(channel, MariaDBProbe.Refused()) }
        isAsked = true
        var request = channel.channel.allocator.buffer(capacity: 36)
        request.writeBytes([32, 0, 0, 1])
        // Protocol 4.1, TLS, authentication of 4.1, plug-ins.
        request.writeInteger(UInt32(0x0008_8A00), endianness: .little)
        request.writeInteger(UInt32(1 << 24), endianness: .little)
        request.writeInteger(UInt8(45))
        request.writeRepeatingByte(0, count: 23)
        channel.writeAndFlush(wrapOutboundOut(request), promise: nil)
        do {
            try PeerName.add(to: channel.channel, context: context, host: host)
        } catch {
            fail(channel, error)
        }
    }

    func userInboundEventTriggered(context channel: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted? = event as? TLSUserEvent else {
            channel.fireUserInboundEventTriggered(event)
            return
        }
        do {
            let handler = try channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
            guard let certificate = handler.peerCertificate else { throw MariaDBProbe.Refused() }
            let digest = Insecure.SHA1.hash(data: try certificate.toDERBytes())
            promise.succeed(
                digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }.joined()
            )
        } catch {
            promise.fail(error)
        }
        channel.close(promise: nil)
    }

    func errorCaught(context channel: ChannelHandlerContext, error: any Error) { fail(channel, error) }

    func channelInactive(context channel: ChannelHandlerContext) {
        promise.fail(MariaDBProbe.Refused())
        channel.fireChannelInactive()
    }

    private func fail(_ channel: ChannelHandlerContext, _ error: any Error) {
        promise.fail(error)
        channel.close(promise: nil)
    }
}
