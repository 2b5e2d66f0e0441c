import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A server on loopback that answers as a closure says.
final class TestServer: Sendable {
    struct Request: Sendable {
        var head: HTTPRequestHead
        var body: [UInt8]
    }

    enum Answer: Sendable {
        case send(Int, [(String, String)] = [], [UInt8] = [])
        /// Head and the beginning of a body, then the connection ends.
        case cut
        /// The connection ends without an answer.
        case close
        /// Nothing ever comes.
        case hang
        /// Bytes that are not HTTP.
        case garbage
    }

    let channel: any Channel
    let scheme: String
    var port: Int { channel.localAddress?.port ?? 0 }

    init(
        tls: NIOSSLContext? = nil,
        host: String = "127.0.0.1",
        _ answer: @escaping @Sendable (Request) -> Answer
    ) async throws {
        scheme = tls == nil ? "http" : "https"
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(Handler(answer))
                }
            }
            .bind(host: host, port: 0).get()
    }

    func url(_ path: String, host: String = "127.0.0.1") -> String { "\(scheme)://\(host):\(port)\(path)" }

    func stop() async throws { try await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (Request) -> Answer
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ answer: @escaping @Sendable (Request) -> Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
            case .body(let part): body.append(contentsOf: part.readableBytesView)
            case .end:
                guard let head else { return }
                respond(answer(Request(head: head, body: body)), version: head.version, context: context)
            }
        }

        private func respond(_ answer: Answer, version: HTTPVersion, context: ChannelHandlerContext) {
            switch answer {
            case .send(let status, let fields, let bytes):
                var headers = HTTPHeaders(fields)
                if !headers.contains(name: "Content-Length"), status != 204 {
                    headers.add(name: "Content-Length", value: "\(bytes.count)")
                }
                let head = HTTPResponseHead(version: version, status: .init(statusCode: status), headers: headers)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .cut:
                let head = HTTPResponseHead(version: version, status: .ok, headers: ["Content-Length": "100"])
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "abc")))), promise: nil)
                context.close(promise: nil)
            case .close: context.close(promise: nil)
            case .hang: break
            case .garbage:
                context.channel.pipeline.context(name: "none").whenComplete { _ in }
                let raw = ByteBuffer(string: "SSH-2.0-OpenSSH_9.2\r\n\r\n")
                guard let first = try? context.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
                else { return }
                first.writeAndFlush(NIOAny(raw), promise: nil)
            }
        }
    }
}
