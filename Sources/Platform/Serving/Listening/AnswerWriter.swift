import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes answers to connections; a client that takes nothing for too long loses its connection.
struct AnswerWriter {
    let options: ServerOptions
    let date: String

    func send(
        _ response: Response,
        isHead: Bool,
        closing: Bool,
        writer: consuming ResponseWriter,
        channel: any Channel
    ) async throws {
        var head = HTTPResponse(status: .init(code: response.status))
        for (name, value) in response.headers {
            guard let field = HTTPField.Name(name) else { continue }
            head.headerFields.append(HTTPField(name: field, value: value))
        }
        head.headerFields[.date] = date
        if closing { head.headerFields[.connection] = "close" }
        let hasNoBody = response.status == 204 || response.status == 304
        switch response.body {
        case .bytes(let bytes):
            if !hasNoBody { head.headerFields[.contentLength] = "\(bytes.count)" }
            let timer = Timer(channel: channel, timeout: options.writeTimeout, bytes: bytes.count)
            defer { timer.stop() }
            if hasNoBody || isHead || bytes.isEmpty {
                try await writer.writeResponse(head)
            } else {
                try await writer.write(response: head, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
            }
        case .stream(let write):
            guard !isHead && !hasNoBody else { return try await writer.writeResponse(head) }
            let timeout = options.writeTimeout
            let body = ResponseBody { raw in
                let target = PieceWriter(raw, channel: channel, timeout: timeout)
                try await write(target)
                try await target.finish()
            }
            try await writer.write(response: head, body: body)
        }
        if closing {
            // A client that is still sending gets the time to see the answer before the connection is reset.
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
        }
    }
}

/// Closes the channel unless it is stopped in time.
private struct Timer {
    private let scheduled: Scheduled<Void>

    init(channel: any Channel, timeout: Duration, bytes: Int) {
        let pieces = max(1, (bytes + 65_535) / 65_536)
        scheduled = channel.eventLoop.scheduleTask(in: TimeAmount(timeout * pieces)) {
            channel.close(promise: nil)
        }
    }

    func stop() { scheduled.cancel() }
}

/// The writer that streamed answers get.
///
/// `@unchecked` because Hummingbird's protocol does not say what its only implementation for a response writer is: a
/// `Sendable` struct around a `NIOAsyncChannelOutboundWriter`, which may be used from any task (`ResponseWriter.swift`,
/// `RootResponseBodyWriter`). The copy that is made for each call shares that writer and has no state of its own.
private struct PieceWriter: BodyWriter, @unchecked Sendable {
    private let target: any ResponseBodyWriter
    private let channel: any Channel
    private let timeout: Duration

    init(_ target: any ResponseBodyWriter, channel: any Channel, timeout: Duration) {
        self.target = target
        self.channel = channel
        self.timeout = timeout
    }

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        let timer = Timer(channel: channel, timeout: timeout, bytes: bytes.count)
        defer { timer.stop() }
        var target = target
        try await target.write(ByteBuffer(bytes: bytes))
    }

    func finish() async throws {
        let target = target
        try await target.finish(nil)
    }
}
