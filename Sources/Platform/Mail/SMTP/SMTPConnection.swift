import NIOCore
import NIOPosix
import NIOSSL
import Outbound

/// A connection to a mail server: commands out, replies in.
struct SMTPConnection: Sendable {
    private let channel: any Channel
    private let replies: NIOLoopBound<ReplyHandler>
    private let tls: NIOSSLContext
    private let host: String?

    /// Connects to one of the addresses that the guard has checked.
    ///
    /// - Parameters:
    ///   - destination: The server.
    ///   - tls: The TLS settings.
    ///   - isSecure: Whether TLS begins with the first byte.
    ///   - timeout: The time for all addresses together.
    /// - Returns: The connection.
    /// - Throws: ``OutboundError``, certainly not sent.
    static func connect(
        _ destination: Destination,
        tls: NIOSSLContext,
        isSecure: Bool,
        timeout: Duration
    ) async throws -> SMTPConnection {
        let host = destination.isLiteral ? nil : destination.host
        let share = max(.milliseconds(500), timeout / destination.addresses.count)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(share))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReplyHandler())
                    if isSecure { try PeerName.add(to: channel, context: tls, host: host) }
                }
            }
        var last: (any Error)?
        for address in destination.addresses {
            do {
                let channel = try await bootstrap.connect(
                    to: try SocketAddress(ipAddress: address.description, port: destination.port)
                ).get()
                let replies = try await channel.eventLoop.submit {
                    NIOLoopBound(
                        try channel.pipeline.syncOperations.handler(type: ReplyHandler.self),
                        eventLoop: channel.eventLoop
                    )
                }.get()
                return SMTPConnection(channel: channel, replies: replies, tls: tls, host: host)
            } catch {
                last = error
            }
        }
        throw SMTPFailureWords.error(last ?? ReplyHandler.Ended(), wasSent: false)
    }

    /// How the server may call us: the address of our end, as RFC 5321 writes it.
    var ownName: String {
        guard let address = channel.localAddress?.ipAddress else { return "[127.0.0.1]" }
        return address.contains(":") ? "[IPv6:\(address)]" : "[\(address)]"
    }

    /// Sends a command and gives the reply.
    func ask(_ command: String) async throws -> SMTPReply {
        try await write(Array("\(command)\r\n".utf8))
        return try await reply()
    }

    /// The next reply.
    func reply() async throws -> SMTPReply {
        try await channel.eventLoop.flatSubmit { replies.value.next(on: channel.eventLoop) }.get()
    }

    /// Writes bytes and returns when the system has them.
    func write(_ bytes: [UInt8]) async throws {
        do {
            try await channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).get()
        } catch {
            // Why the connection ended says more than that nothing can be written to it.
            throw try await channel.eventLoop.submit { replies.value.failure ?? error }.get()
        }
    }

    /// Begins TLS on a connection that is open in the clear.
    func startTLS() async throws {
        try await channel.eventLoop.submit {
            // What came with the reply came before TLS, from anybody.
            try replies.value.requireSilence()
            try PeerName.add(to: channel, context: tls, host: host)
        }.get()
    }

    /// Says goodbye without waiting: the message is handed over, and how the connection ends changes nothing.
    func leave() {
        channel.writeAndFlush(channel.allocator.buffer(string: "QUIT\r\n"), promise: nil)
    }

    /// Closes the connection at once.
    func close() {
        channel.close(promise: nil)
    }
}

/// Turns errors of the layers below into words.
enum SMTPFailureWords {
    /// The error of a call whose message was handed over wholly, or was not.
    static func error(_ error: any Error, wasSent: Bool) -> OutboundError {
        if let own = error as? OutboundError { return own }
        if wasSent {
            return OutboundError(
                code: .lostReply,
                message: "The connection ended before the mail server said whether it took the message.",
                certainlyNotSent: false
            )
        }
        let (code, text): (OutboundError.Code, String) =
            switch error {
            case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError, is PeerName.Mismatch:
                (
                    .connectionFailed,
                    "The TLS handshake with the mail server failed: \("\(error)".prefix(300)). Its certificate must be "
                        + "for the name of the connection and from an authority that is trusted."
                )
            case is SMTPReplyReader.Malformed: (.invalidResponse, "What came back is no reply of a mail server.")
            case is ReplyHandler.Unasked:
                (.invalidResponse, "The mail server said more than was asked before TLS began; that is refused.")
            case is ChannelError: (.connectionFailed, "No connection to the mail server came about in time.")
            case let error as IOError:
                (.connectionFailed, "No connection to the mail server: \(error.description.prefix(200)).")
            case is CancellationError: (.cancelled, "The call was cancelled.")
            default: (.connectionFailed, "The connection ended before the message was handed over.")
            }
        return OutboundError(code: code, message: text, certainlyNotSent: true)
    }
}
