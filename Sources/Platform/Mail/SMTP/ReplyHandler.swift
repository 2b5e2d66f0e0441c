import NIOCore
import Outbound

/// Reads replies from a channel and hands each to who waits for it.
///
/// It lives on the channel's event loop; nothing else touches it.
final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// The most bytes of a line: 4,096; RFC 5321 has 512.
    private static let lineLimit = 4_096

    private var buffer: [UInt8] = []
    private var reader = SMTPReplyReader()
    private var ready: [SMTPReply] = []
    private var waiting: [EventLoopPromise<SMTPReply>] = []
    /// Why no more replies come; nil while they may.
    private(set) var failure: (any Error)?

    /// A server's end of the connection.
    struct Ended: Error {}
    /// The server sent what nobody had asked for.
    struct Unasked: Error {}

    /// The next reply.
    func next(on loop: any EventLoop) -> EventLoopFuture<SMTPReply> {
        let promise = loop.makePromise(of: SMTPReply.self)
        if !ready.isEmpty {
            promise.succeed(ready.removeFirst())
        } else if let failure {
            promise.fail(failure)
        } else {
            waiting.append(promise)
        }
        return promise.futureResult
    }

    /// Makes sure that nothing came in the clear that would be read as if it had come by TLS.
    func requireSilence() throws {
        guard buffer.isEmpty, ready.isEmpty, !reader.isInside else { throw Unasked() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        buffer += unwrapInboundIn(data).readableBytesView
        do {
            while let end = buffer.firstIndex(of: 0x0A) {
                var line = buffer[..<end]
                if line.last == 0x0D { line.removeLast() }
                let text = String(decoding: line, as: UTF8.self)
                buffer.removeSubrange(...end)
                if let reply = try reader.take(text) { deliver(reply) }
            }
            guard buffer.count <= Self.lineLimit, ready.count <= SMTPReply.lineLimit else {
                throw SMTPReplyReader.Malformed()
            }
        } catch {
            fail(error)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(Ended())
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    private func deliver(_ reply: SMTPReply) {
        if waiting.isEmpty { ready.append(reply) } else { waiting.removeFirst().succeed(reply) }
    }

    private func fail(_ error: any Error) {
        if failure == nil { failure = error }
        for promise in waiting { promise.fail(error) }
        waiting = []
    }
}
