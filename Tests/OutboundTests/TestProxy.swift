import NIOCore
import NIOPosix
import Synchronization

/// A proxy on loopback that makes every tunnel end at one port of this machine.
final class TestProxy: Sendable {
    private let channel: any Channel
    private let heads = Mutex<[String]>([])

    var port: Int { channel.localAddress?.port ?? 0 }

    /// The first lines of what was asked.
    var asked: [String] { heads.withLock { $0 } }

    init(leadingTo port: Int) async throws {
        let box = Box()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Tunnel(port: port) { box.note($0) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        box.proxy.withLock { $0 = self }
    }

    func stop() async throws { try await channel.close() }

    private final class Box: Sendable {
        let proxy = Mutex<TestProxy?>(nil)

        func note(_ head: String) {
            let proxy = proxy.withLock { $0 }
            proxy?.heads.withLock { $0.append(head) }
        }
    }

    /// Answers `CONNECT` and then passes bytes on, both ways.
    private final class Tunnel: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let port: Int
        private let note: @Sendable (String) -> Void
        private var text = ""
        private var other: (any Channel)?

        init(port: Int, _ note: @escaping @Sendable (String) -> Void) {
            self.port = port
            self.note = note
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            if let other { return other.writeAndFlush(buffer, promise: nil) }
            text += String(buffer: buffer)
            guard text.hasSuffix("\r\n\r\n") else { return }
            note(String(text.prefix { $0 != "\r\n" }))
            let near = context.channel
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { far in
                    far.eventLoop.makeCompletedFuture { try far.pipeline.syncOperations.addHandler(Back(near)) }
                }
                .connect(host: "127.0.0.1", port: port)
                .whenSuccess { far in
                    let (handler, context) = bound.value
                    handler.other = far
                    context.writeAndFlush(
                        handler.wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n")),
                        promise: nil
                    )
                }
        }

        func channelInactive(context: ChannelHandlerContext) { other?.close(promise: nil) }
    }

    private final class Back: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let near: any Channel

        init(_ near: any Channel) { self.near = near }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            near.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { near.close(promise: nil) }
    }
}
