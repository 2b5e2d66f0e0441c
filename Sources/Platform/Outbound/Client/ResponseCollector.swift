import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Gathers an answer up to a limit, and notes when the head of the request was written.
final class ResponseCollector: HTTPClientResponseDelegate {
    typealias Response = OutboundResponse

    private struct State {
        var headWasWritten = false
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private let state = Mutex(State())
    private let limit: Int
    private let hasBody: Bool

    init(limit: Int, hasBody: Bool) {
        self.limit = limit
        self.hasBody = hasBody
    }

    var headWasWritten: Bool { state.withLock(\.headWasWritten) }

    func didSendRequestHead(task: HTTPClient.Task<OutboundResponse>, _ head: HTTPRequestHead) {
        state.withLock { $0.headWasWritten = true }
    }

    func didReceiveHead(
        task: HTTPClient.Task<OutboundResponse>,
        _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        if hasBody, let text = head.headers.first(name: "Content-Length"), let length = Int(text), length > limit {
            return task.eventLoop.makeFailedFuture(tooLarge)
        }
        state.withLock { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<OutboundResponse>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = state.withLock { state in
            guard buffer.readableBytes <= limit - state.body.count else { return false }
            state.body.append(contentsOf: buffer.readableBytesView)
            return true
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(tooLarge)
    }

    func didFinishRequest(task: HTTPClient.Task<OutboundResponse>) throws -> OutboundResponse {
        let (head, body) = state.withLock { state in
            defer { state.body = [] }
            return (state.head, state.body)
        }
        guard let head else {
            throw OutboundError(
                code: .invalidResponse,
                message: "The server's answer has no head.",
                certainlyNotSent: false
            )
        }
        let headers = OutboundHeaders(head.headers.map { (name: $0.name, value: $0.value) })
        return OutboundResponse(status: Int(head.status.code), headers: headers, body: body)
    }

    private var tooLarge: OutboundError {
        OutboundError(
            code: .tooLarge,
            message: "The server's answer is larger than the limit of \(limit) bytes. Ask for less at once, for "
                + "example by paging, or raise the limit.",
            certainlyNotSent: false
        )
    }
}
