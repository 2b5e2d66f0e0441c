import NIOCore
import NIOHTTP1
import NIOPosix

/// A server on loopback that answers as a closure says.
final class LoopbackServer: Sendable {
    enum Answer: Sendable {
        case send(Int, [(String, String)] = [], [UInt8] = [])
        /// Head and the beginning of a body, then the connection ends.
        case cut
    }

    private let channel: any Channel
    private let port: Int

    /// `answer` gets method and path.
    init(_ answer: @escaping @Sendable (String, String) -> Answer) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (String, String) -> Answer
        private var head: HTTPRequestHead?

        init(_ answer: @escaping @Sendable (String, String) -> Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let head else { return }
                switch answer(head.method.rawValue, head.uri) {
                case .send(let status, let fields, let bytes):
                    var headers = HTTPHeaders(fields)
                    headers.add(name: "Content-Length", value: "\(bytes.count)")
                    write(
                        HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers),
                        context
                    )
                    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
                    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
                case .cut:
                    write(HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "100"]), context)
                    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "abc")))), promise: nil)
                    context.close(promise: nil)
                }
            }
        }

        private func write(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
            context.write(wrapOutboundOut(.head(head)), promise: nil)
        }
    }
}
